import { axisTitle, blank, meanAndSpread, pairedInWords, quantities, type Quantity } from "./quantities.js";
import type { Results } from "./results.js";
import type { Summary } from "./statistics/summary.js";
import { isTested, testSummary } from "./test-split.js";
import { gainOf, seedCounts, seedsInWords, summaryOf, type Variant } from "./variants.js";

/** A number as a table shows it, and what it is sorted by. */
export interface NumberCell {
  readonly text: string;
  readonly value: number | null;
}

/** A table of a study's configurations, best first. */
export interface ConfigurationTable {
  /** Of the cells; the configuration's name stands before them. */
  readonly heads: readonly string[];
  readonly rows: readonly { readonly variant: Variant; readonly cells: readonly NumberCell[] }[];
  /** How many configurations it leaves out. */
  readonly omitted: number;
}

/** The first `most` of them; those that are kept, by default the baseline, in place of the last ones where they are further down. */
export function firstAndKept(
  variants: readonly Variant[],
  most: number,
  isKept: (variant: Variant) => boolean = ({ isBaseline }) => isBaseline,
): readonly Variant[] {
  if (variants.length <= most) return variants;
  const kept = new Set(variants.filter(isKept).slice(0, most));
  let room = most - kept.size;
  return variants.filter((variant) => kept.has(variant) || room-- > 0);
}

/** "74.5 ±1.2", sorted by the mean. */
export function summaryCell(summary: Summary | null, quantity: Quantity): NumberCell {
  return summary === null
    ? { text: blank, value: null }
    : { text: meanAndSpread(summary, quantity), value: summary.mean };
}

function seedsCell(variant: Variant): NumberCell {
  const counts = seedCounts(variant);
  return { text: seedsInWords(counts), value: counts.seeds };
}

function differenceCell(variant: Variant, { baseline, plan }: Results): NumberCell {
  if (variant === baseline) return { text: "baseline", value: 0 };
  const metric = plan.metric.name;
  const gain = gainOf(variant, baseline, metric);
  return gain === null
    ? { text: blank, value: null }
    : { text: pairedInWords(gain, summaryOf(variant, metric), quantities[metric]), value: gain.mean };
}

/**
 * What every table of a study's configurations begins with: seeds ("2 of 3" where trials are not complete), the study's
 * metric, its difference to the baseline, paired by seed, and the accuracy on the test split where there is one.
 * @param most rows; the baseline is among them
 */
export function configurationTable(results: Results, most: number): ConfigurationTable {
  const metric = results.plan.metric.name;
  const quantity = quantities[metric];
  const hasTest = isTested(results);
  const hasBaseline = results.baseline !== null;
  const shown = firstAndKept(results.variants, most);
  return {
    heads: [
      "seeds",
      axisTitle(quantity),
      ...(hasBaseline ? ["to baseline"] : []),
      ...(hasTest ? [axisTitle(quantities.test_accuracy)] : []),
    ],
    rows: shown.map((variant) => ({
      variant,
      cells: [
        seedsCell(variant),
        summaryCell(summaryOf(variant, metric), quantity),
        ...(hasBaseline ? [differenceCell(variant, results)] : []),
        ...(hasTest ? [summaryCell(testSummary(variant, "accuracy"), quantities.test_accuracy)] : []),
      ],
    })),
    omitted: results.variants.length - shown.length,
  };
}
