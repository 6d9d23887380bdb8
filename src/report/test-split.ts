import type { TestMetrics } from "../trial/metrics.js";
import { UserError } from "../trial/issue.js";
import { differenceInWords, meanAndSpread, quantities } from "./quantities.js";
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
  const gain = against === null ? "" : `: ${differenceInWords(against, quantities.test_accuracy)} against the baseline`;
  return [
    `On the test split, which no choice looked at, its accuracy is ${meanAndSpread(summary, quantities.test_accuracy)} %${spread}${gain}.`,
  ];
}

/**
 * The same results with each trial's test accuracy in the place of its validation accuracy, without the logits, which are
 * kept of the validation split alone.
 * @throws UserError where no trial has one
 */
export function onTestSplit(results: Results): Results {
  if (!isTested(results)) {
    throw new UserError(
      "--metric: expected trials that were measured on a test split, found none; dataset.testFraction sets one apart",
    );
  }
  const variants = results.variants.map((variant) => ({
    ...variant,
    complete: variant.complete.flatMap((trial) => {
      const { result } = trial;
      if (result.test === undefined) return [];
      return [{ ...trial, result: { ...result, final: { ...result.final, val_accuracy: result.test.accuracy } } }];
    }),
  }));
  return { ...results, variants, predictions: { of: () => null } };
}

/** What whoever reads such numbers must know. */
export const testNote =
  "On the test split, which no choice looked at. Its logits are not kept: there is no bootstrap and no test on images.";
