import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../trial/issue.js";

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const words: Record<string, string> = {
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    EACCES: "no permission to write there",
    EPERM: "no permission to write there",
    EROFS: "the disk is read-only",
    ENOENT: "the folder is missing",
    ENOTDIR: "a file is in the way",
    EISDIR: "a folder is in the way",
  };
  return (code === undefined ? undefined : words[code]) ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Writes a file under a temporary name and renames it: a reader sees the old one or the new one, never half of it.
 * @throws UserError (exit code 3) naming the file where the disk does not take it
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new UserError(`cannot write ${path}: ${reasonOf(error)}`, 3);
  }
}

/** Removes from a folder the files whose names are meant, and nothing else. */
export async function removeNamed(folder: string, isMeant: (name: string) => boolean): Promise<void> {
  const present = await readdir(folder).catch(() => []);
  await Promise.all(present.filter(isMeant).map((name) => rm(join(folder, name), { force: true })));
}
