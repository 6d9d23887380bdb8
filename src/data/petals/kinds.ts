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
  /** The colour that this kind has more often than others. */
  readonly favourite: Readonly<Colour>;
}

const white: Readonly<Colour> = [0.95, 0.94, 0.9];
const yellow: Readonly<Colour> = [0.97, 0.83, 0.22];
const pink: Readonly<Colour> = [0.93, 0.5, 0.68];
const red: Readonly<Colour> = [0.86, 0.17, 0.16];
const violet: Readonly<Colour> = [0.56, 0.34, 0.78];
const orange: Readonly<Colour> = [0.96, 0.56, 0.2];
const blue: Readonly<Colour> = [0.38, 0.48, 0.88];

/** The colours that petals have. */
export const petalColours = [white, yellow, pink, red, violet, orange, blue];

function root(x: number): number {
  return x <= 0 ? 0 : Math.sqrt(x);
}

/** Broad and rounded, widest beyond the middle. */
const round: PetalShape = (x, y, width) => width * 2 * root(x * (1 - x)) * (0.6 + 0.5 * x) - Math.abs(y);

/** Rounded, with a notch in its tip: a heart. */
const heart: PetalShape = (x, y, width) => {
  const side = Math.abs(y);
  return Math.min(round(x, y, width), 0.86 + (0.4 * side) / width - x);
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
  { name: "cosmos", petals: [8, 8], shape: toothed, width: 0.34, favourite: pink },
  { name: "daisy", petals: [12, 15], shape: strap, width: 0.12, favourite: white },
  { name: "lily", petals: [6, 6], shape: pointed, width: 0.25, favourite: orange },
  { name: "poppy", petals: [4, 4], shape: round, width: 0.56, favourite: red },
  { name: "primrose", petals: [5, 5], shape: heart, width: 0.5, favourite: yellow },
];
