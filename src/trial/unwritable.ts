import { accessSync, constants } from "node:fs";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on its disk",
  EDQUOT: "no space left in its quota",
  EACCES: "no permission to write there",
  EPERM: "no permission to write there",
  EROFS: "a read-only file system",
};

/**
 * Why a place cannot be written, in words that go on from "found"; undefined of a code that says something else.
 * @param code the system's, such as ENOSPC
 * @param inTheWay the words for a file where a folder is expected
 */
export function unwritable(code: string | undefined, inTheWay: string): string | undefined {
  return code === "ENOTDIR" || code === "EEXIST" ? inTheWay : reasons[code ?? ""];
}

/** Whether this user may write a file, or in a folder. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
