import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { storedImageInfo, validationEnd } from "../data/images.js";
import { parseHeader } from "../artifacts/header.js";

/**
 * Reads validation images from the cache, each alone: a report shows a few of thousands.
 * @param key of the image array
 * @param images places among the validation images, from 0
 * @returns RGB bytes `[side, side, 3]` of each; null where the cache lacks the array, or has another than it says
 */
export async function validationPixels(
  root: string,
  key: string,
  images: readonly number[],
): Promise<readonly Uint8Array[] | null> {
  if (!/^[0-9a-f]{64}$/.test(key)) return null;
  const folder = join(root, "artifacts", "images", key);
  try {
    const header = parseHeader(await readFile(join(folder, "info.json"), "utf8"));
    if (header === undefined) return null;
    const info = storedImageInfo(header.info);
    const bytes = info.size * info.size * 3;
    const file = await open(join(folder, "data.bin"), "r");
    try {
      if ((await file.stat()).size !== info.count * bytes) return null;
      const pixels: Uint8Array[] = [];
      for (const image of images) {
        const place = info.trainCount + image;
        if (place >= validationEnd(info)) return null;
        const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, place * bytes);
        if (bytesRead !== bytes) return null;
        pixels.push(buffer);
      }
      return pixels;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
