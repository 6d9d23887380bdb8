import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { forEachBounded } from "./bounded.js";

/** A file whose content is asked for. */
export interface ListedFile {
  /** Its name in answers. */
  readonly source: string;
  readonly path: string;
  readonly bytes: number;
  /** When it was last changed, in nanoseconds of the file system's clock. */
  readonly modified: bigint;
}

/** sha256 of each listed file's bytes by its source; undefined of a file that cannot be read. */
export type Checksums = ReadonlyMap<string, string | undefined>;

export function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Of several contents in their order; of one its own. */
export function combinedChecksum(checksums: readonly string[]): string {
  const [only, ...others] = checksums;
  return only !== undefined && others.length === 0 ? only : checksum(Buffer.from(checksums.join("\n")));
}

/** Reads every file. */
export async function readChecksums(files: readonly ListedFile[]): Promise<Checksums> {
  const checksums = new Map<string, string | undefined>();
  await forEachBounded(files, 8, async ({ path, source }) => {
    const bytes = await readFile(path).catch(() => undefined);
    checksums.set(source, bytes && checksum(bytes));
  });
  return checksums;
}

const known = z.object({
  format: z.literal(1),
  files: z.record(z.string(), z.tuple([z.number(), z.string(), z.string()])),
});
type Known = z.output<typeof known>;

/** A file that was changed so shortly ago may be changed again without another time: what it held is not remembered. */
const settledAfter = 2_000_000_000n;

/**
 * As `readChecksums`, but reads only files whose size or time differ from the last call's, which are remembered in the
 * cache folder under the files' place. A memory that is damaged or cannot be written costs time, nothing else.
 */
export async function rememberedChecksums(
  place: string,
  files: readonly ListedFile[],
  cacheFolder: string,
): Promise<Checksums> {
  const memory = memoryOf(place, cacheFolder);
  const before = await recall(memory);
  const checksums = new Map<string, string | undefined>();
  const changed: ListedFile[] = [];
  for (const file of files) {
    const [bytes, modified, remembered] = before.get(file.source) ?? [];
    if (bytes === file.bytes && modified === String(file.modified)) checksums.set(file.source, remembered);
    else changed.push(file);
  }
  if (changed.length === 0 && before.size === files.length) return checksums;
  const settled = BigInt(Date.now()) * 1_000_000n - settledAfter;
  for (const [source, read] of await readChecksums(changed)) checksums.set(source, read);
  const entries: [string, Known["files"][string]][] = [];
  for (const { bytes, modified, source } of files) {
    const found = checksums.get(source);
    if (found !== undefined && modified < settled) entries.push([source, [bytes, String(modified), found]]);
  }
  await remember(memory, { format: 1, files: Object.fromEntries(entries) });
  return checksums;
}

/** Forgets what was remembered of the files in a place: one of them has other bytes under the same size and time. */
export async function forgetChecksums(place: string, cacheFolder: string): Promise<void> {
  await rm(memoryOf(place, cacheFolder), { force: true });
}

function memoryOf(place: string, cacheFolder: string): string {
  return join(cacheFolder, "fingerprints", `${checksum(Buffer.from(resolve(place)))}.json`);
}

async function recall(memory: string): Promise<ReadonlyMap<string, Known["files"][string]>> {
  try {
    return new Map(Object.entries(known.parse(JSON.parse(await readFile(memory, "utf8"))).files));
  } catch {
    return new Map();
  }
}

async function remember(memory: string, content: Known): Promise<void> {
  const fresh = `${memory}.${process.pid}.new`;
  try {
    await mkdir(join(memory, ".."), { recursive: true });
    await writeFile(fresh, JSON.stringify(content));
    await rename(fresh, memory);
  } catch {
    // The next call reads the files again.
  }
}
