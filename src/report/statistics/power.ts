import { errorFunction, gammaln } from "simple-statistics";
import { tQuantile } from "./student-t.js";

/** Chance wanted of seeing a difference that is there. */
export const wantedPower = 0.8;
/** More pairs than this are "more than". */
export const mostPairs = 10_000;

const level = 0.05;
/** From here on the normal distribution stands for Student's t: they differ by less than one pair. */
const large = 400;
const steps = 400;

function normal(z: number): number {
  return (1 + errorFunction(z / Math.SQRT2)) / 2;
}

/**
 * Power of the two-sided paired t test at the level 0.05: the mean over the chi distribution of the sample's deviation of
 * the chance that the mean passes the critical value it sets (Simpson's rule).
 * @param pairs from 2
 * @param effect the true difference in standard deviations of the differences
 */
export function pairedPower(pairs: number, effect: number): number {
  const df = pairs - 1;
  const critical = tQuantile(df, 1 - level);
  const shift = Math.abs(effect) * Math.sqrt(pairs);
  const constant = Math.LN2 + (df / 2) * Math.log(df / 2) - gammaln(df / 2);
  // The ratio of the sample's deviation to the true one is all but within these.
  const low = Math.max(0, 1 - 8 / Math.sqrt(2 * df));
  const high = 1 + 8 / Math.sqrt(2 * df);
  const width = (high - low) / steps;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    const ratio = low + step * width;
    const density =
      ratio === 0
        ? df === 1
          ? Math.exp(constant)
          : 0
        : Math.exp(constant + (df - 1) * Math.log(ratio) - (df / 2) * ratio * ratio);
    const passed = normal(shift - critical * ratio) + normal(-shift - critical * ratio);
    sum += density * passed * (step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2);
  }
  return (sum * width) / 3;
}

/**
 * The least number of pairs, from 3 as intervals need, with which a true difference is seen with a chance of 0.8 by a
 * two-sided paired t test at the level 0.05; Infinity above 10,000.
 * @param standardDeviation of the paired differences, above 0
 * @param difference above 0, in the same unit
 */
export function pairsToSee(difference: number, standardDeviation: number): number {
  const effect = difference / standardDeviation;
  // z of 0.975 and of 0.8
  const rough = ((1.959964 + 0.841621) / effect) ** 2;
  if (rough > mostPairs) return Infinity;
  if (rough > large) return Math.ceil(rough + 1.959964 ** 2 / 2);
  let pairs = Math.max(3, Math.floor(rough));
  while (pairedPower(pairs, effect) < wantedPower) pairs++;
  return pairs;
}
