import { existsSync, mkdirSync, rmdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/**
 * Makes a folder, and those above it, where they are missing. Level by level: Node's own recursive way never ends where
 * a folder that is there takes none, as /proc does.
 * @returns the uppermost that was made; undefined where there was nothing to make
 * @throws the system's error where one cannot be made, EEXIST where a file stands in its place; none is left behind then
 */
export function makeFolders(folder: string): string | undefined {
  if (isFolder(folder)) return undefined;
  const missing = [folder];
  for (let above = dirname(folder); !existsSync(above); above = dirname(above)) missing.unshift(above);
  const made: string[] = [];
  for (const each of missing) {
    try {
      mkdirSync(each);
      made.push(each);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (isFolder(each)) continue;
      removeEmpty(made);
      throw error;
    }
  }
  return made[0];
}

/** From the lowest up, as far as nobody has put anything into them. */
function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders.toReversed()) rmdirSync(folder);
  } catch {
    // Somebody else's by now.
  }
}
