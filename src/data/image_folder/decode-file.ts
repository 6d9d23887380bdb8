import { readFile, stat } from "node:fs/promises";
import { decode } from "./decode.js";
import { mostBytes } from "./listing.js";

/**
 * An image file as RGB bytes `[size, size, 3]`, decoded as those of a data set are.
 * @throws Error whose message is the reason on one line
 */
export async function decodeFile(path: string, size: number): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  return decode(sharp, await readImage(path), size);
}

async function readImage(path: string): Promise<Uint8Array> {
  let reason = "no such file";
  try {
    const status = await stat(path);
    // A device or a pipe may never end.
    reason = status.isDirectory() ? "a folder" : status.isFile() ? "cannot be read" : "not a file";
    if (status.isFile() && status.size <= mostBytes) return await readFile(path);
    if (status.isFile()) reason = `larger than ${mostBytes / 1024 / 1024} MiB`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") reason = "cannot be read";
    throw new Error(reason, { cause: error });
  }
  throw new Error(reason);
}
