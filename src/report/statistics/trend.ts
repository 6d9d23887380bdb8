import { mean, sum } from "simple-statistics";
import { tQuantile } from "./student-t.js";
import { confidence, type Interval } from "./summary.js";

/**
 * One slope for several series, each of which has a level of its own, by least squares, and its 95 % t interval from the
 * residuals (analysis of covariance with a common slope): of n points in k series, n - k - 1 degrees of freedom. Null where
 * that leaves none, or no series has two places.
 */
export function commonSlope(
  series: readonly (readonly { readonly x: number; readonly y: number }[])[],
): { readonly slope: number; readonly interval: Interval } | null {
  const centred = series.flatMap((points) => {
    const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
    return points.map((point) => ({ x: point.x - x, y: point.y - y }));
  });
  const spread = sum(centred.map(({ x }) => x * x));
  const df = centred.length - series.length - 1;
  if (df < 1 || spread === 0) return null;
  const slope = sum(centred.map(({ x, y }) => x * y)) / spread;
  const residual = sum(centred.map(({ x, y }) => (y - slope * x) ** 2));
  const half = tQuantile(df, confidence) * Math.sqrt(residual / df / spread);
  return { slope, interval: { low: slope - half, high: slope + half } };
}
