import type { Random } from "../../trial/random.js";

/** Red, green, blue from 0 to 1. */
export type Colour = [red: number, green: number, blue: number];

/** Sets the colour at a point and says how much of the pixel there it covers, 0 to 1. */
export type Brush = (x: number, y: number, colour: Colour) => number;

/** A square picture; coordinates run from 0 to 1, x to the right and y down, whatever its size in pixels. */
export class Canvas {
  private pixels: Float64Array;
  private other: Float64Array;

  constructor(readonly size: number) {
    this.pixels = new Float64Array(size * size * 3);
    this.other = new Float64Array(size * size * 3);
  }

  /** Paints over the pixels whose centre is within `reach` of a point in both directions. */
  paint(x: number, y: number, reach: number, brush: Brush): void {
    const { pixels, size } = this;
    const colour: Colour = [0, 0, 0];
    const [left, right] = this.range(x, reach);
    const [top, bottom] = this.range(y, reach);
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const cover = brush((column + 0.5) / size, (row + 0.5) / size, colour);
        if (cover <= 0) continue;
        const at = (row * size + column) * 3;
        for (let channel = 0; channel < 3; channel++) {
          const below = pixels[at + channel] ?? 0;
          pixels[at + channel] = below + cover * ((colour[channel] ?? 0) - below);
        }
      }
    }
  }

  private range(centre: number, reach: number): [from: number, to: number] {
    const from = Math.floor((centre - reach) * this.size);
    const to = Math.floor((centre + reach) * this.size) + 1;
    return [Math.min(this.size, Math.max(0, from)), Math.max(0, Math.min(this.size, to))];
  }

  /** Softens the picture: each pixel moves by `amount` (0 to 1) towards the binomial mean of its 3x3 neighbourhood. */
  soften(amount: number): void {
    this.blurLine(1, this.size, amount);
    this.blurLine(this.size, 1, amount);
  }

  /** One direction of `soften`: along lines whose pixels are `step` apart, the lines being `stride` apart. */
  private blurLine(step: number, stride: number, amount: number): void {
    const { other, pixels, size } = this;
    for (let line = 0; line < size; line++) {
      for (let place = 0; place < size; place++) {
        const at = (line * stride + place * step) * 3;
        const before = place === 0 ? at : at - step * 3;
        const after = place === size - 1 ? at : at + step * 3;
        for (let channel = 0; channel < 3; channel++) {
          const here = pixels[at + channel] ?? 0;
          const sides = (pixels[before + channel] ?? 0) + (pixels[after + channel] ?? 0);
          other[at + channel] = here + amount * (0.25 * sides - 0.5 * here);
        }
      }
    }
    this.pixels = other;
    this.other = pixels;
  }

  /**
   * Writes the picture as RGB bytes.
   * @param light factor per channel: exposure and the light's colour
   * @param noise standard deviation of the sensor's noise, 1 being white
   */
  develop(out: Uint8Array, light: Colour, noise: number, random: Random): void {
    // The sum of four random bytes is close to normal: mean 510, standard deviation 147.8.
    const scale = noise / 147.8;
    for (let at = 0; at < out.length; at++) {
      const word = random.uint32();
      const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
      const value = (this.pixels[at] ?? 0) * (light[at % 3] ?? 1) + (sum - 510) * scale;
      out[at] = Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5);
    }
  }
}

/** A colour between two: `a` at 0, `b` at 1. */
export function mix(a: Readonly<Colour>, b: Readonly<Colour>, share: number): Colour {
  const mixed: Colour = [0, 0, 0];
  blendInto(mixed, a, b, share);
  return mixed;
}

/** Writes a colour between two, in a light. */
export function blendInto(out: Colour, a: Readonly<Colour>, b: Readonly<Colour>, share: number, light = 1): void {
  out[0] = light * (a[0] + share * (b[0] - a[0]));
  out[1] = light * (a[1] + share * (b[1] - a[1]));
  out[2] = light * (a[2] + share * (b[2] - a[2]));
}

/** 0 below 0, 1 above 1, smooth between. */
export function smooth(x: number): number {
  const t = Math.min(1, Math.max(0, x));
  return t * t * (3 - 2 * t);
}
