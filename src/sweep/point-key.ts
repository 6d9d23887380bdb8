import type { Axis } from "./axes.js";
import type { Point } from "./walk.js";

/** A function that names points by some of their axes: equal keys for equal indices there. A number where one holds it. */
export function pointKeys(all: readonly Axis[], axes: readonly number[]): (point: Point) => number | string {
  const counts = axes.map((axis) => (all[axis]?.values.length ?? 0) + 1);
  return mixedKeys(
    counts,
    axes.map((axis) => (point: Point) => (point[axis] ?? -1) + 1),
  );
}

/**
 * A function that names points by several digits: equal keys for equal digits.
 * @param bounds per digit a number above all that it gives
 * @param digits whole numbers from 0
 */
export function mixedKeys(
  bounds: readonly number[],
  digits: readonly ((point: Point) => number)[],
): (point: Point) => number | string {
  if (bounds.reduce((product, bound) => product * bound, 1) > Number.MAX_SAFE_INTEGER) {
    return (point) => digits.map((digit) => digit(point)).join(",");
  }
  return (point) => {
    let key = 0;
    for (let index = 0; index < digits.length; index++)
      key = key * (bounds[index] ?? 1) + (digits[index]?.(point) ?? 0);
    return key;
  };
}
