import { evidenceOf, pairedP, type Evidence } from "./evidence.js";
import { bestOf } from "./figures/shown.js";
import type { Results } from "./results.js";
import type { Summary } from "./statistics/summary.js";
import { gainOf, type Variant } from "./variants.js";

/** A configuration against the study's baseline. */
export interface Gain {
  readonly variant: Variant;
  readonly difference: Summary;
  readonly evidence: Evidence;
}

export interface Gains {
  /** The best configurations, best first. */
  readonly shown: readonly Gain[];
  /** How many were tested over seeds: the correction is for all of these. */
  readonly tested: number;
}

/** So many have their images looked at, the best. */
const mostShown = 40;

/** The configurations against the baseline, corrected for their number; none without a baseline. */
export function gainsOf({ baseline, plan, predictions, variants }: Results): Gains {
  if (baseline === null) return { shown: [], tested: 0 };
  const { name: metric, goal } = plan.metric;
  const pairs = variants.flatMap((variant) => {
    const difference = gainOf(variant, baseline, metric);
    return difference === null ? [] : [{ variant, reference: baseline, difference }];
  });
  const best = new Set(bestOf(variants, mostShown).shown);
  const picked = pairs.filter(({ variant }) => best.has(variant));
  const evidence = evidenceOf(picked, metric, goal, predictions, pairs);
  const shown = picked.flatMap(({ variant, difference }, index) => {
    const each = evidence[index];
    return each === undefined ? [] : [{ variant, difference, evidence: each }];
  });
  return { shown, tested: pairs.filter(({ difference }) => pairedP(difference) !== null).length };
}
