import type { Random } from "../../trial/random.js";

/** A number from a range, every one equally likely. */
export function between(range: readonly [least: number, most: number], random: Random): number {
  return range[0] + (range[1] - range[0]) * random.float();
}

/** An integer from a range, both ends included, every one equally likely. */
export function countFrom(range: readonly [least: number, most: number], random: Random): number {
  return range[0] + random.integer(range[1] - range[0] + 1);
}

/** A number up to `most` away from another. */
export function vary(value: number, most: number, random: Random): number {
  return value + most * (2 * random.float() - 1);
}

/** One of a list that is not empty, every one equally likely. */
export function pick<T>(list: readonly T[], random: Random): T {
  return list[random.integer(list.length)] as T;
}
