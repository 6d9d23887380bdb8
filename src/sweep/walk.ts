import type { Axis } from "./axes.js";

/** A point of the search space: per axis the index of its value, -1 where the parameter does not apply. */
export type Point = readonly number[];

/**
 * Walks the combinations of some axes, the last axis fastest, each combination once: where a parameter does not apply
 * there is one branch. Lazy, without recursion.
 * @param all every axis; conditions refer to them by index
 * @param walked indices of the axes to walk, ascending, with all that their conditions refer to
 * @returns the same array each time, changed; copy what is to be kept
 */
export function* walk(all: readonly Axis[], walked: readonly number[]): Generator<Point> {
  const point: number[] = new Array<number>(all.length).fill(-1);
  const start = (from: number): void => {
    for (let position = from; position < walked.length; position++) {
      const index = walked[position] ?? 0;
      const axis = all[index];
      point[index] = applies(axis, point) ? Math.max(0, partnersIndex(axis, point)) : -1;
    }
  };
  start(0);
  for (;;) {
    yield point;
    let position = walked.length - 1;
    while (position >= 0 && !step(all, walked[position] ?? 0, point)) position--;
    if (position < 0) return;
    start(position + 1);
  }
}

function step(all: readonly Axis[], index: number, point: number[]): boolean {
  const at = point[index] ?? -1;
  const axis = all[index];
  if (axis === undefined || at < 0 || at + 1 >= axis.values.length || partnersIndex(axis, point) >= 0) return false;
  point[index] = at + 1;
  return true;
}

/** Index at which the first of its zip stands that applies; -1 where none does. */
export function partnersIndex(axis: Axis, point: Point): number {
  for (const partner of axis.partners) {
    const at = point[partner] ?? -1;
    if (at >= 0) return at;
  }
  return -1;
}

/** Whether the axis applies, given the points of those before it. */
export function applies(axis: Axis | undefined, point: Point): axis is Axis {
  if (axis === undefined) return false;
  for (const { axis: other, holds, otherwise } of axis.conditions) {
    const at = point[other] ?? -1;
    if (!(at < 0 ? otherwise : holds[at] === true)) return false;
  }
  return true;
}
