import { constants } from "node:buffer";
import { UserError } from "../trial/issue.js";

/**
 * Room for an image array's bytes `[count, size, size, 3]`, on memory that worker threads can share.
 * @throws UserError where the machine has not that much
 */
export function allocatePixels(count: number, size: number): Uint8Array<SharedArrayBuffer> {
  const bytes = count * size * size * 3;
  const error = new UserError(
    `dataset.imageSize: expected images that fit the memory, found ${count} images of ${size} x ${size} pixels ` +
      `(${(bytes / 1e9).toFixed(1)} GB); choose a smaller size or fewer images`,
  );
  if (bytes > constants.MAX_LENGTH) throw error;
  try {
    return new Uint8Array(new SharedArrayBuffer(bytes));
  } catch (cause) {
    if (cause instanceof RangeError) throw error;
    throw cause;
  }
}
