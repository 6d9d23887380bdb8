import { mean, sampleStandardDeviation } from "simple-statistics";
import { tQuantile } from "./student-t.js";

/** The confidence of every interval in a report. */
export const confidence = 0.95;
/** Below this many values there is no interval. */
export const leastForInterval = 3;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A sample in short. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1); null for one value. */
  readonly standardDeviation: number | null;
  /** 95 % t interval of the mean; null below three values. */
  readonly interval: Interval | null;
}

const quantiles = new Map<number, number>();

function quantile(df: number): number {
  const known = quantiles.get(df) ?? tQuantile(df, confidence);
  quantiles.set(df, known);
  return known;
}

/** Summarises a sample; null for an empty one. Every value must be finite. */
export function summarise(values: readonly number[]): Summary | null {
  const n = values.length;
  if (n === 0) return null;
  const sample = [...values];
  const centre = mean(sample);
  const standardDeviation = n < 2 ? null : sampleStandardDeviation(sample);
  if (standardDeviation === null || n < leastForInterval) return { n, mean: centre, standardDeviation, interval: null };
  const half = (quantile(n - 1) * standardDeviation) / Math.sqrt(n);
  return { n, mean: centre, standardDeviation, interval: { low: centre - half, high: centre + half } };
}

/** Half the width of a summary's interval; null where it has none. */
export function halfWidth(summary: Summary): number | null {
  return summary.interval === null ? null : (summary.interval.high - summary.interval.low) / 2;
}
