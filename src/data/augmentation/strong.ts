import { z } from "zod";
import type { Random } from "../../trial/random.js";
import { cosine, sine, turn } from "../angle.js";
import type { Augmentation } from "./augmentation.js";
import { padding } from "./flip_crop.js";

const colour = z.number().min(0).max(1).default(0.3);

const settings = z.object({
  padding,
  rotation: z
    .number()
    .min(0)
    .max(180)
    .default(15)
    .describe("degrees by which an image turns at most, either way, about its centre; 0 to 180"),
  brightness: colour.describe("how far the factor of all colours lies from 1 at most; 0 to 1"),
  contrast: colour.describe("how far the factor of the distance to the image's mean grey lies from 1 at most; 0 to 1"),
  saturation: colour.describe("how far the factor of the distance to a pixel's own grey lies from 1 at most; 0 to 1"),
  cutout: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe("side of the black square laid anywhere over the image, as a share of the image's; 0 (none) to 1"),
});
type StrongSettings = z.output<typeof settings>;

/** Shares of red, green and blue in a grey (ITU-R BT.601). */
const grey = [0.299, 0.587, 0.114] as const;

/** Where the pixel (x, y) of a view comes from: (ax·x + bx·y + cx, ay·x + by·y + cy), in pixels of the image. */
interface Way {
  readonly ax: number;
  readonly bx: number;
  readonly cx: number;
  readonly ay: number;
  readonly by: number;
  readonly cy: number;
}

/** A colour v from 0 to 255 with the grey g becomes gain·(saturation·v + (1 - saturation)·g)/255 + offset. */
interface Toning {
  readonly gain: number;
  readonly saturation: number;
  readonly offset: number;
}

/**
 * Flip and crop as in `flip_crop`, with the same draws; then a rotation (bilinear; black beyond the image), colour jitter
 * (brightness, contrast and saturation in this order, clipped to 0 to 1 at the end) and cutout (DeVries and Taylor 2017: a square
 * about any of the image's pixels, cut off at its border).
 */
export const strong: Augmentation<StrongSettings> = {
  name: "strong",
  summary: "flip_crop, and rotation, colour jitter and cutout.",
  revision: 1,
  settings,
  view: (pixels, out, size, random, chosen) => {
    const way = wayOf(size, random, chosen);
    const toning = toningOf(pixels, random, chosen);
    draw(pixels, out, size, way, toning);
    cutOut(out, size, random, chosen.cutout);
  },
};

function wayOf(size: number, random: Random, { padding, rotation }: StrongSettings): Way {
  const flip = random.integer(2) === 1;
  const down = random.integer(2 * padding + 1) - padding;
  const right = random.integer(2 * padding + 1) - padding;
  const degrees = rotation * (2 * random.float() - 1);
  const angle = (degrees / 360) * turn;
  const [cos, sin] = rotation === 0 ? [1, 0] : [cosine(angle), sine(angle)];
  const centre = (size - 1) / 2;
  const x = { a: cos, b: -sin, c: centre + right - (cos - sin) * centre };
  const y = { a: sin, b: cos, c: centre + down - (sin + cos) * centre };
  return flip
    ? { ax: -x.a, bx: -x.b, cx: size - 1 - x.c, ay: y.a, by: y.b, cy: y.c }
    : { ax: x.a, bx: x.b, cx: x.c, ay: y.a, by: y.b, cy: y.c };
}

function toningOf(pixels: Uint8Array, random: Random, chosen: StrongSettings): Toning {
  const factor = (most: number): number => 1 + most * (2 * random.float() - 1);
  const brightness = factor(chosen.brightness);
  const contrast = factor(chosen.contrast);
  const saturation = factor(chosen.saturation);
  const offset = contrast === 1 ? 0 : (1 - contrast) * brightness * meanGrey(pixels);
  return { gain: brightness * contrast, saturation, offset };
}

/** Of every fourth pixel, which is near enough; from 0 to 1. */
function meanGrey(pixels: Uint8Array): number {
  let red = 0;
  let green = 0;
  let blue = 0;
  let count = 0;
  for (let i = 0; i < pixels.length; i += 12, count++) {
    red += pixels[i] ?? 0;
    green += pixels[i + 1] ?? 0;
    blue += pixels[i + 2] ?? 0;
  }
  return (grey[0] * red + grey[1] * green + grey[2] * blue) / (count * 255);
}

/** Places are counted in 1/65536 of a pixel, the shares of two neighbours in 1/256: whole numbers, so that this is fast. */
const placeBits = 16;
const shareBits = 8;
const whole = 1 << shareBits;

function draw(
  pixels: Uint8Array,
  out: Float32Array,
  size: number,
  { ax, bx, cx, ay, by, cy }: Way,
  { gain, saturation, offset }: Toning,
): void {
  const row = size * 3;
  const scale = 1 / (whole * whole * 255);
  const own = gain * saturation * scale;
  const shared = gain * (1 - saturation) * scale;
  const red = grey[0] * shared;
  const green = grey[1] * shared;
  const blue = grey[2] * shared;
  const lift = offset / (whole * whole);
  const stepX = fixed(ax);
  const stepY = fixed(ay);
  let target = 0;
  for (let y = 0; y < size; y++) {
    let fromX = fixed(bx * y + cx);
    let fromY = fixed(by * y + cy);
    for (let x = 0; x < size; x++, target += 3, fromX = (fromX + stepX) | 0, fromY = (fromY + stepY) | 0) {
      const left = fromX >> placeBits;
      const top = fromY >> placeBits;
      const after = (fromX >> (placeBits - shareBits)) & (whole - 1);
      const below = (fromY >> (placeBits - shareBits)) & (whole - 1);
      let r = 0;
      let g = 0;
      let b = 0;
      let weight = 0;
      if (left >= 0 && top >= 0 && left + 1 < size && top + 1 < size) {
        const before = whole - after;
        const above = whole - below;
        const w0 = before * above;
        const w1 = after * above;
        const w2 = before * below;
        const w3 = after * below;
        const p = top * row + left * 3;
        const q = p + row;
        r = w0 * (pixels[p] ?? 0) + w1 * (pixels[p + 3] ?? 0) + w2 * (pixels[q] ?? 0) + w3 * (pixels[q + 3] ?? 0);
        g =
          w0 * (pixels[p + 1] ?? 0) + w1 * (pixels[p + 4] ?? 0) + w2 * (pixels[q + 1] ?? 0) + w3 * (pixels[q + 4] ?? 0);
        b =
          w0 * (pixels[p + 2] ?? 0) + w1 * (pixels[p + 5] ?? 0) + w2 * (pixels[q + 2] ?? 0) + w3 * (pixels[q + 5] ?? 0);
        weight = whole * whole;
      } else if (left >= -1 && top >= -1 && left < size && top < size) {
        // At the border, of the neighbours that are in the image alone.
        for (let neighbour = 0; neighbour < 4; neighbour++) {
          const column = left + (neighbour & 1);
          const line = top + (neighbour >> 1);
          if (column < 0 || line < 0 || column >= size || line >= size) continue;
          const share = (column === left ? whole - after : after) * (line === top ? whole - below : below);
          const p = line * row + column * 3;
          r += share * (pixels[p] ?? 0);
          g += share * (pixels[p + 1] ?? 0);
          b += share * (pixels[p + 2] ?? 0);
          weight += share;
        }
      }
      // Black beyond the image stays black: the offset counts for the image's part alone.
      const added = red * r + green * g + blue * b + lift * weight;
      out[target] = clipped(own * r + added);
      out[target + 1] = clipped(own * g + added);
      out[target + 2] = clipped(own * b + added);
    }
  }
}

function fixed(place: number): number {
  return Math.round(place * (1 << placeBits));
}

function clipped(colour: number): number {
  return colour <= 0 ? 0 : colour >= 1 ? 1 : colour;
}

function cutOut(out: Float32Array, size: number, random: Random, share: number): void {
  const side = Math.round(share * size);
  const top = random.integer(size) - (side >> 1);
  const left = random.integer(size) - (side >> 1);
  const start = Math.max(0, left) * 3;
  const end = Math.min(size, left + side) * 3;
  for (let y = Math.max(0, top); y < Math.min(size, top + side); y++) {
    out.fill(0, y * size * 3 + start, y * size * 3 + end);
  }
}
