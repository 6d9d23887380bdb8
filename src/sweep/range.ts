import type { Random } from "../trial/random.js";

/** How values lie between two bounds; the names are those of W&B, and mean the same. */
export const distributions = [
  "uniform",
  "int_uniform",
  "q_uniform",
  "log_uniform_values",
  "q_log_uniform_values",
] as const;
export type Distribution = (typeof distributions)[number];

/** Values that `method: random` draws between two bounds. */
export interface Range {
  readonly distribution: Distribution;
  readonly min: number;
  readonly max: number;
  /** Step of the distributions whose names start with q. */
  readonly q?: number;
}

const digits = 6;

/**
 * One value of a range. It has six significant digits, which shows well and hides in which bit two machines' logarithms
 * differ; both bounds may be drawn.
 */
export function draw({ distribution, min, max, q = 1 }: Range, random: Random): number {
  if (distribution === "int_uniform") return min + random.integer(max - min + 1);
  const share = random.float();
  const isLogarithmic = distribution === "log_uniform_values" || distribution === "q_log_uniform_values";
  const value = isLogarithmic
    ? Math.exp(Math.log(min) + share * (Math.log(max) - Math.log(min)))
    : min + share * (max - min);
  const stepped = distribution.startsWith("q_") ? Math.round(value / q) * q : value;
  return Math.min(max, Math.max(min, Number(stepped.toPrecision(digits))));
}
