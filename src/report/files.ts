import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolders } from "../files/folders.js";
import { isAlive } from "../store/alive.js";
import { UserError } from "../trial/issue.js";

/** What keeps a file from being written, in words. */
export function reasonOf(error: unknown): string {
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
    ERR_FS_EISDIR: "a folder is in the way",
  };
  return (code === undefined ? undefined : words[code]) ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Writes a file under a temporary name and renames it: a reader sees the old one or the new one, never half of it.
 * @throws UserError (exit code 3) naming the file where the disk does not take it
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    makeFolders(dirname(path));
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What could not be written is what to tell.
    }
    throw new UserError(`cannot write ${path}: ${reasonOf(error)}`, 3);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Removes from a folder the files whose names are meant, and nothing else.
 * @throws UserError (exit code 3) naming the file that cannot be removed
 */
export function removeNamed(folder: string, isMeant: (name: string) => boolean): void {
  for (const name of namesIn(folder).filter(isMeant)) {
    const path = join(folder, name);
    try {
      rmSync(path, { force: true });
    } catch (error) {
      throw new UserError(`cannot remove ${path}: ${reasonOf(error)}`, 3);
    }
  }
}

/**
 * Removes what `writeWhole` left of such files in a folder where its process was killed.
 * @throws UserError as `removeNamed`
 */
export function removeLeftovers(folder: string, isOwn: (name: string) => boolean): void {
  removeNamed(folder, (temporary) => {
    const [, name, pid] = /^(.+)\.(\d+)\.tmp$/.exec(temporary) ?? [];
    return name !== undefined && isOwn(name) && !isAlive(Number(pid));
  });
}
