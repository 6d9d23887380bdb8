import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";

import { openPromise, type Entry, type ZipFile } from "yauzl";

import { type WheelPin, wheelName } from "./pins.js";
import { follow, type Reporter } from "./progress.js";
import { type SealedFile, sha256Of } from "./sealed-folder.js";

/** The library's two files, by the names that they ask for each other by. */
export const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;

/** What the addon's source includes, directly or through these. */
const HEADERS = /^tensorflow\/include\/((tensorflow\/c|tensorflow\/core\/platform|tsl|xla\/tsl)\/.*\.h)$/;

/** Apache-2.0 asks to keep these with the library. */
const LICENCES: Readonly<Record<string, string>> = {
  "tensorflow/include/LICENSE": "LICENSE",
  "tensorflow/THIRD_PARTY_NOTICES.txt": "THIRD_PARTY_NOTICES.txt",
};

/** What is wrong with a wheel's file, as the end of a sentence about it; null where it is the pinned one. */
export async function wheelFault(path: string, pin: WheelPin): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return "is not a file that can be read";
  if (found.size !== pin.bytes) {
    const kind = found.size < pin.bytes ? "cut off, or another file" : "another file";
    return `has ${found.size} bytes where ${wheelName(pin)} has ${pin.bytes}: it is ${kind}`;
  }
  const sha256 = await sha256Of(path);
  return sha256 === pin.sha256 ? null : `has the sha256 ${sha256}, expected ${pin.sha256} (${wheelName(pin)})`;
}

/**
 * Unpacks the library, the headers and the licences of a wheel into a folder, one entry at a time.
 *
 * @returns the files written, for `publish`.
 * @throws Error where the wheel is damaged or lacks one of the libraries, or the disk is full.
 */
export async function unpackWheel(
  wheel: string,
  folder: string,
  pin: WheelPin,
  reporter: Reporter,
): Promise<SealedFile[]> {
  const done = follow(reporter, `unpacking TensorFlow ${pin.version}`, pin.unpackedBytes);
  const zip = await openPromise(wheel, { strictFileNames: true });
  const files: SealedFile[] = [];
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const path = placeOf(entry.fileName);
    if (path === undefined) continue;
    const target = resolve(folder, path);
    if (!target.startsWith(resolve(folder) + sep)) throw new Error(`${entry.fileName} would leave the folder`);
    await mkdir(dirname(target), { recursive: true });
    const sha256 = await writeEntry(zip, entry, target, (more) => {
      done((bytes += more));
    });
    files.push({ path, bytes: entry.uncompressedSize, sha256 });
  }
  const missing = LIBRARIES.find((library) => !files.some((file) => file.path === library));
  if (missing !== undefined) throw new Error(`${wheel} holds no tensorflow/${missing}`);
  return files;
}

function placeOf(entryName: string): string | undefined {
  const library = LIBRARIES.find((name) => entryName === `tensorflow/${name}`);
  const header = HEADERS.exec(entryName)?.[1];
  return library ?? LICENCES[entryName] ?? (header === undefined ? undefined : `include/${header}`);
}

/** yauzl checks an entry's size and leaves its checksum to the caller. */
async function writeEntry(
  zip: ZipFile,
  entry: Entry,
  target: string,
  onBytes: (count: number) => void,
): Promise<string> {
  const sha256 = createHash("sha256");
  let checksum = 0;
  const check = new Transform({
    transform(part: Buffer, _encoding, next) {
      sha256.update(part);
      checksum = crc32(part, checksum);
      onBytes(part.length);
      next(null, part);
    },
  });
  await pipeline(await zip.openReadStreamPromise(entry), check, createWriteStream(target));
  if (checksum !== entry.crc32) throw new Error(`${entry.fileName} is damaged: its checksum is not the recorded one`);
  return sha256.digest("hex");
}
