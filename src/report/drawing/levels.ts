/** For each value the lowest level, from 0, on which no earlier value is nearer to it than `least`. */
export function levels(values: readonly number[], least: number): number[] {
  const placed: number[][] = [];
  return values.map((value) => {
    const free = placed.findIndex((others) => others.every((other) => Math.abs(other - value) >= least));
    const level = free === -1 ? placed.length : free;
    (placed[level] ??= []).push(value);
    return level;
  });
}
