import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

/** Node reads, writes and hashes at most 2 GiB at once, and an image array may be larger. */
const chunkBytes = 64 * 1024 * 1024;

/** The sha256 of a block of bytes, in hexadecimal digits. */
export function checksumOf(data: Uint8Array): string {
  const hash = createHash("sha256");
  for (let start = 0; start < data.length; start += chunkBytes) hash.update(data.subarray(start, start + chunkBytes));
  return hash.digest("hex");
}

/** Writes a new file that has reached the disk when this resolves. */
export async function writeBlock(path: string, data: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    let written = 0;
    while (written < data.length) {
      const { bytesWritten } = await file.write(data, written, Math.min(chunkBytes, data.length - written));
      written += bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Reads a file of a known size.
 * @param shared into memory that worker threads can share
 * @returns undefined where the file has another size
 */
export async function readBlock(path: string, bytes: number, shared: boolean): Promise<Uint8Array | undefined> {
  const file = await open(path, "r");
  try {
    if ((await file.stat()).size !== bytes) return undefined;
    const data = new Uint8Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    let read = 0;
    while (read < bytes) {
      const { bytesRead } = await file.read(data, read, Math.min(chunkBytes, bytes - read), read);
      if (bytesRead === 0) return undefined;
      read += bytesRead;
    }
    return data;
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder reach the disk, where the platform can. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
