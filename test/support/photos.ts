import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

/** Photos as far as a program can tell: noise around a colour for each class. */
export async function photos(folder: string, classes: readonly string[], each: number, side: number): Promise<void> {
  for (const [label, name] of classes.entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < each; i++) {
      const noise = { type: "gaussian", mean: 60 + 50 * label, sigma: 20 + i } as const;
      const create = { width: side, height: side + 7, channels: 3, background: "black", noise } as const;
      await sharp({ create })
        .jpeg()
        .toFile(join(folder, name, `${i}.jpg`));
    }
  }
}
