import { z } from "zod";
import type { Augmentation } from "./augmentation.js";

export const padding = z
  .int()
  .min(0)
  .max(64)
  .default(3)
  .describe("pixels of black border on each side before the crop, so how far an image moves at most; 0 to 64");

const settings = z.object({ padding });
type FlipCropSettings = z.output<typeof settings>;

/**
 * The article's: a horizontal flip of every second image on average, a border of zeros on each side, and a random crop
 * back to the image's size. The padding is in pixels of the image as it is trained on (the article: 3 at 224).
 */
export const flipCrop: Augmentation<FlipCropSettings> = {
  name: "flip_crop",
  summary: "Random horizontal flip, black border, random crop back to the size (the article's).",
  revision: 1,
  settings,
  view: (pixels, out, size, random, { padding }) => {
    const flip = random.integer(2) === 1;
    const down = random.integer(2 * padding + 1) - padding;
    const right = random.integer(2 * padding + 1) - padding;
    const first = Math.min(size, Math.max(0, -right));
    const end = Math.max(first, Math.min(size, size - right));
    const step = flip ? -3 : 3;
    const row = size * 3;
    for (let y = 0; y < size; y++) {
      const start = y * row;
      const from = y + down;
      if (from < 0 || from >= size) {
        out.fill(0, start, start + row);
        continue;
      }
      out.fill(0, start, start + first * 3);
      out.fill(0, start + end * 3, start + row);
      const column = flip ? size - 1 - (first + right) : first + right;
      let source = from * row + column * 3;
      for (let target = start + first * 3; target < start + end * 3; target += 3) {
        out[target] = (pixels[source] ?? 0) / 255;
        out[target + 1] = (pixels[source + 1] ?? 0) / 255;
        out[target + 2] = (pixels[source + 2] ?? 0) / 255;
        source += step;
      }
    }
  },
};
