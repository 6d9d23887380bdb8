import { plannedEvidence, type Comparison } from "./compare.js";
import { diagnoseAll, type Diagnosis } from "./diagnosis/diagnosis.js";
import { namedComparisons } from "./figures/planned.js";
import { gainsOf, type Gains } from "./gains.js";
import type { Results } from "./results.js";

/** One of the sweep's own comparisons, made. */
export interface MadeComparison {
  readonly title: string;
  readonly comparison: Comparison;
}

/** What a report says beyond its figures: all that reads logits, once for page and Markdown. */
export interface Analysis {
  readonly gains: Gains;
  readonly diagnosis: readonly Diagnosis[];
  /** Those with something to compare. */
  readonly comparisons: readonly MadeComparison[];
}

export function analyse(results: Results): Analysis {
  return {
    gains: gainsOf(results),
    diagnosis: diagnoseAll(results),
    comparisons: namedComparisons(results)
      .map(({ planned, title }) => ({ title, comparison: plannedEvidence(results, planned) }))
      .filter(({ comparison }) => comparison.blocks.length > 0),
  };
}
