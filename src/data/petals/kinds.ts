import type { Colour } from "./canvas.js";

/** How far inside a petal a point is, in petal lengths: positive inside. x runs from its base, 0, to its tip, 1; y across. */
export type PetalShape = (x: number, y: number, width: number) => number;

/** What makes a flower one of its kind. */
export interface Kind {
  readonly name: string;
  /** Fewest and most petals. */
  readonly petals: readonly [fewest: number, most: number];
  readonly shape: PetalShape;
  /** Half the width of a petal, in petal lengths. */
  readonly width: number;
  /** Radius of the heart, by the flower's. */
  readonly heart: readonly [least: number, most: number];
  /** The colour that this kind has more often than others. */
  readonly favourite: Readonly<Colour>;
}

const white: Readonly<Colour> = [0.97, 0.96, 0.93];
const yellow: Readonly<Colour> = [0.98, 0.87, 0.35];
const pink: Readonly<Colour> = [0.97, 0.66, 0.78];
const red: Readonly<Colour> = [0.95, 0.42, 0.36];
const violet: Readonly<Colour> = [0.76, 0.6, 0.94];
const orange: Readonly<Colour> = [0.98, 0.68, 0.36];
const blue: Readonly<Colour> = [0.6, 0.72, 0.97];

/** The colours that petals have: all of them light, before grounds that are all dark. */
export const petalColours = [white, yellow, pink, red, violet, orange, blue];

/** Broad and rounded, widest beyond the middle: y² < width²·4x(1-x)(0.6+0.5x)². */
const round: PetalShape = (x, y, width) => {
  const q = 0.6 + 0.5 * x;
  const squared = 4 * width * width * x * (1 - x) * q * q - y * y;
  // By the gradient's length, so that it is a distance near the rim.
  const slope = 4 * width * width * q * ((1 - 2 * x) * q + x * (1 - x));
  return squared / Math.sqrt(slope * slope + 4 * y * y + 1e-9);
};

/** Rounded, with a notch in its tip: a heart. */
const heart: PetalShape = (x, y, width) => {
  const side = Math.abs(y);
  return Math.min(round(x, y, width), 0.82 + (0.5 * side) / width - x);
};

/** Widest at the middle, pointed at both ends. */
const pointed: PetalShape = (x, y, width) => (x < 0 ? -1 : width * 4 * x * (1 - x) - Math.abs(y));

/** Widening from its base to a blunt tip with three teeth. */
const toothed: PetalShape = (x, y, width) => {
  const side = Math.abs(y) / width;
  const tooth = Math.abs(side - 0.66 * Math.floor(side / 0.66 + 0.5));
  return Math.min(width * (0.3 + 0.75 * x) - Math.abs(y), 0.98 - 0.3 * tooth - 0.06 * side - x, x);
};

/** A narrow strap with a rounded end. */
const strap: PetalShape = (x, y, width) => {
  const end = 1 - width;
  if (x > end) return width - Math.sqrt((x - end) * (x - end) + y * y);
  return Math.min(width * (0.5 + 0.5 * Math.min(1, 2 * x)) - Math.abs(y), x);
};

/** The five classes, in the order of their indices. Simplified: named after the flowers they remind of. */
export const kinds: readonly Kind[] = [
  { name: "cosmos", petals: [8, 8], shape: toothed, width: 0.36, heart: [0.14, 0.22], favourite: pink },
  { name: "daisy", petals: [12, 15], shape: strap, width: 0.1, heart: [0.22, 0.3], favourite: white },
  { name: "lily", petals: [6, 6], shape: pointed, width: 0.2, heart: [0.08, 0.14], favourite: orange },
  { name: "poppy", petals: [4, 4], shape: round, width: 0.62, heart: [0.16, 0.24], favourite: red },
  { name: "primrose", petals: [5, 5], shape: heart, width: 0.48, heart: [0.1, 0.16], favourite: yellow },
];
