/** Rounding of float32 sums over a thousand classes, and of tables with few digits. */
const tolerance = 0.01;

/**
 * Whether all rows of `[images, classes]` are probabilities: none below 0, each sum 1. Logits of a whole split never are.
 */
export function areProbabilities(rows: Float32Array, classes: number): boolean {
  if (classes < 2 || rows.length === 0) return false;
  for (let start = 0; start < rows.length; start += classes) {
    let sum = 0;
    for (const value of rows.subarray(start, start + classes)) {
      if (!(value >= 0)) return false;
      sum += value;
    }
    if (!(Math.abs(sum - 1) <= tolerance)) return false;
  }
  return true;
}
