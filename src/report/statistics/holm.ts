/**
 * Holm's step-down correction: p-values of a family of tests such that rejecting where one is below a level keeps the
 * chance of any false rejection below that level. S. Holm, A simple sequentially rejective multiple test procedure,
 * Scandinavian Journal of Statistics 6 (1979). In the order of `values`; never below the value itself, never above 1.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 1) - (values[b] ?? 1));
  const corrected = values.map(() => 1);
  let least = 0;
  order.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, (values.length - rank) * (values[index] ?? 1)));
    corrected[index] = least;
  });
  return corrected;
}
