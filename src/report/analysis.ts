import { closing } from "./closing.js";
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
  /** How to read all of them, and which found nothing to compare, a sentence each, no two alike. */
  readonly comparisonLines: readonly string[];
}

export function analyse(results: Results): Analysis {
  const all = namedComparisons(results).map(({ planned, title }) => {
    return { title, comparison: plannedEvidence(results, planned) };
  });
  const comparisons = all.filter(({ comparison }) => comparison.blocks.length > 0);
  const isShared = comparisons.length > 1;
  const lines = comparisons.flatMap(({ comparison }) => closing(comparison, { isNarrow: false, isShared }));
  const empty = all.filter(({ comparison }) => comparison.blocks.length === 0).map(({ title }) => title);
  return {
    gains: gainsOf(results),
    diagnosis: diagnoseAll(results),
    comparisons,
    comparisonLines: [...new Set(lines), ...emptyLine(empty)],
  };
}

function emptyLine(titles: readonly string[]): string[] {
  if (titles.length === 0) return [];
  const which = titles.length === 1 ? "This comparison" : "These comparisons";
  return [`${which} of the sweep found no configurations that differ in nothing else: ${titles.join("; ")}.`];
}
