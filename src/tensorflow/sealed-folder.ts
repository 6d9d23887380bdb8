import { createHash, randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const SEAL = "seal.json";

/** A file of a sealed folder, by its path in the folder. */
export interface SealedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

// Names that only an ended set-up can have left, for whoever holds the lock: the folder may hold what is a user's own.
const UNFINISHED = /^(unfinished|(tensorflow|addon)-.+\.old)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An empty folder to fill aside. Its name is its own: a program that a killed set-up left behind may still write. */
export async function unfinishedFolder(parent: string): Promise<string> {
  const folder = join(parent, `unfinished-${randomUUID()}`);
  await mkdir(folder);
  return folder;
}

/** Removes what set-ups left that did not come to their end. */
export async function removeUnfinished(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    if (UNFINISHED.test(name)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * Completes a folder that was filled aside, and gives it its name at once: under that name there is a whole folder or
 * none. One that stands there already is replaced; whoever has its files open keeps them.
 */
export async function publish(staging: string, folder: string, files: readonly SealedFile[]): Promise<void> {
  await writeFile(join(staging, SEAL), JSON.stringify({ files }, null, 2));
  const old = `${folder}.old-${randomUUID()}`;
  const replaces = await rename(folder, old).then(
    () => true,
    () => false,
  );
  await rename(staging, folder);
  if (replaces) await rm(old, { recursive: true, force: true });
}

/** Whether a folder was published, whatever has become of its files. */
export function isSealed(folder: string): boolean {
  return existsSync(join(folder, SEAL));
}

/** What is wrong with a published folder: a path in it, or its own; null where every file has the bytes it was given. */
export async function damage(folder: string): Promise<string | null> {
  let files: readonly SealedFile[];
  try {
    ({ files } = JSON.parse(await readFile(join(folder, SEAL), "utf8")) as { files: readonly SealedFile[] });
  } catch {
    return folder;
  }
  for (const file of files) {
    const path = join(folder, file.path);
    const bytes = await stat(path).then(
      (found) => found.size,
      () => -1,
    );
    if (bytes !== file.bytes || (await sha256Of(path)) !== file.sha256) return path;
  }
  return null;
}

/** The sha256 of a file's content, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  // Large reads: 850 MB are hashed at each full check.
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  return hash.digest("hex");
}
