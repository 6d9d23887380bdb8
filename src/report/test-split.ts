import type { TestMetrics } from "../trial/metrics.js";
import { differenceInWords, meanAndSpread, quantities, type Quantity } from "./quantities.js";
import type { Results } from "./results.js";
import { pairedDifference, valuesBySeed, type Replicate } from "./statistics/paired.js";
import { summarise, type Summary } from "./statistics/summary.js";
import { seedsOf, type Variant } from "./variants.js";

/** What is measured on a test split, in the tables' order. */
export const testNames = [
  "accuracy",
  "cross_entropy",
  "kl",
  "agreement",
  "ece",
] as const satisfies (keyof TestMetrics)[];

export const testAccuracy: Quantity = { ...quantities.val_accuracy, title: "test accuracy" };

/** Whether any finished trial was measured on a test split. */
export function isTested({ trials }: Pick<Results, "trials">): boolean {
  return trials.some(({ result }) => result?.test !== undefined);
}

type TestName = (typeof testNames)[number];

/** What each finished trial measured on its test split, with its seeds; trials without one are left out. */
function testReplicates({ complete }: Variant, name: TestName): Replicate[] {
  return complete.flatMap((trial) => {
    const value = trial.result.test?.[name];
    return value == null ? [] : [{ ...seedsOf(trial), value }];
  });
}

/** A metric of the test split over a variant's seeds; null where no finished trial has it. */
export function testSummary(variant: Variant, name: TestName): Summary | null {
  return summarise(valuesBySeed(testReplicates(variant, name)));
}

/** How the best configuration does on images that no choice looked at, in a sentence; none without a test split. */
export function testInWords({ baseline }: Results, best: Variant): string[] {
  const summary = testSummary(best, "accuracy");
  if (summary === null) return [];
  const against =
    baseline === null || baseline === best
      ? null
      : pairedDifference(testReplicates(best, "accuracy"), testReplicates(baseline, "accuracy"));
  const spread = summary.interval === null ? "" : " (95 % t interval)";
  const gain = against === null ? "" : `: ${differenceInWords(against, testAccuracy)} against the baseline`;
  return [
    `On the test split, which no choice looked at, its accuracy is ${meanAndSpread(summary, testAccuracy)} %${spread}${gain}.`,
  ];
}
