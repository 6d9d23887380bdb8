import { z } from "zod";

/** Side of the square images in pixels. */
export function imageSize(byDefault: number): z.ZodDefault<z.ZodInt> {
  return z
    .int()
    .min(8)
    .max(1024)
    .default(byDefault)
    .describe("side in pixels that every image is brought to; 8 to 1024");
}

/** The article trains on the first 85 %. */
export const trainFraction = z
  .number()
  .gt(0)
  .lt(1)
  .default(0.85)
  .describe("share of the images that train, the rest validates; between 0 and 1");
