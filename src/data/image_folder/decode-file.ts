import { readFile } from "node:fs/promises";
import { decode } from "./decode.js";

/**
 * An image file as RGB bytes `[size, size, 3]`, decoded as those of a data set are.
 * @throws Error whose message is the reason on one line
 */
export async function decodeFile(path: string, size: number): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const reason = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : "cannot be read";
    throw new Error(reason, { cause: error });
  }
  return decode(sharp, bytes, size);
}
