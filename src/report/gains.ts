import { evidenceOf, type Evidence } from "./evidence.js";
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

/** So many are tested, the best: each further one makes every other harder to tell from chance. */
const mostTested = 40;

/** The best configurations against the baseline, best first, corrected for their number; empty without a baseline. */
export function gainsOf(results: Results): Gain[] {
  const { baseline, plan, predictions } = results;
  if (baseline === null) return [];
  const metric = plan.metric.name;
  const pairs = bestOf(results.variants, mostTested).shown.flatMap((variant) => {
    const difference = gainOf(variant, baseline, metric);
    return difference === null ? [] : [{ variant, reference: baseline, difference }];
  });
  const evidence = evidenceOf(pairs, metric, plan.metric.goal, predictions);
  return pairs.flatMap(({ variant, difference }, index) => {
    const each = evidence[index];
    return each === undefined ? [] : [{ variant, difference, evidence: each }];
  });
}
