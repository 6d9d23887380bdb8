import { byDistance } from "../settings/nearest.js";
import type { StudySnapshot } from "../store/store.js";
import { UserError } from "../trial/issue.js";
import { metricGoals, metricNames, type MetricName } from "../trial/metrics.js";
import type { Value } from "../trial/value.js";
import { blocksOf, type Block } from "./blocks.js";
import type { Comparison, ComparisonBlock, ComparisonRow } from "./comparison.js";
import { inWords, tellingApart } from "./labels.js";
import { readResults, type Results } from "./results.js";
import { pairedDifference } from "./statistics/paired.js";
import { canonical, shown } from "./values.js";
import { replicates, summaryOf, type Variant } from "./variants.js";

export { formatComparison, type ComparisonFormat } from "./comparison-format.js";
export type { Comparison, ComparisonBlock, ComparisonRow } from "./comparison.js";

/** What to compare. */
export interface CompareOptions {
  /** A swept parameter's dotted name. */
  readonly by: string;
  /** By default the study's metric. */
  readonly metric?: string;
  /** Keeps the configurations that have these values only, by dotted name. */
  readonly where?: Readonly<Record<string, Value>>;
}

function wrongName(path: string, what: string, found: string, known: readonly string[]): UserError {
  const nearestFirst = byDistance(found, known);
  const expected = known.length === 0 ? `${what}, of which the study has none` : `one of ${nearestFirst.join(", ")}`;
  return new UserError(`${path}: ${found} is not ${what}; expected ${expected}`);
}

function metricOf(results: Results, wanted: string | undefined): { name: MetricName; goal: "minimize" | "maximize" } {
  if (wanted === undefined || wanted === results.plan.metric.name) return results.plan.metric;
  const name = metricNames.find((known) => known === wanted);
  if (name === undefined) throw wrongName("--metric", "a metric", wanted, metricNames);
  return { name, goal: metricGoals[name] };
}

/** `5` written on a command line is the number as well as the text. */
function same(value: Value | undefined, wanted: Value): boolean {
  return value !== undefined && (canonical(value) === canonical(wanted) || shown("", value) === shown("", wanted));
}

function rowsOf(block: Block, by: string, metric: MetricName): ComparisonRow[] {
  const [reference] = block.variants;
  const own = new Set(block.variants.flatMap(({ parameters }) => Object.keys(parameters)));
  for (const name of Object.keys(block.shared)) own.delete(name);
  const apart = tellingApart(block.variants.map(({ parameters }) => parameters));
  return block.variants.map((variant) => {
    const words = Object.entries(variant.parameters).filter(
      ([name]) => name === by || (own.has(name) && apart.has(name)),
    );
    const measured = replicates(variant, metric);
    const isReference = variant === reference;
    return {
      configuration: variant.configuration,
      value: variant.parameters[by] ?? null,
      label: inWords(Object.fromEntries(words)),
      isReference,
      isBaseline: variant.isBaseline,
      planned: variant.trials.length,
      replicates: measured,
      summary: summaryOf(variant, metric),
      difference:
        isReference || reference === undefined ? null : pairedDifference(measured, replicates(reference, metric)),
    };
  });
}

function labelBlocks(blocks: readonly Block[], variants: readonly Variant[]): string[] {
  const apart = tellingApart(variants.map(({ parameters }) => parameters));
  return blocks.map(({ shared, variants }) => {
    const telling = Object.fromEntries(Object.entries(shared).filter(([name]) => apart.has(name)));
    const words = inWords(telling);
    const twins = blocks.filter((other) => other.shared === shared);
    return twins.length < 2 ? words : [words, `against ${variants[0]?.label ?? ""}`].filter(Boolean).join(", ");
  });
}

/** The comparison of configurations that `readResults` has grouped. @throws UserError as `compare` does */
export function compareVariants(results: Results, options: CompareOptions): Comparison {
  const { by, where = {} } = options;
  const metric = metricOf(results, options.metric);
  const swept = results.plan.parameters;
  if (!swept.includes(by)) throw wrongName("--by", "a parameter that this study swept", by, swept);
  for (const name of Object.keys(where)) {
    if (!swept.includes(name)) throw wrongName("--where", "a parameter that this study swept", name, swept);
  }
  const wanted = results.variants
    .filter(({ parameters }) => Object.hasOwn(parameters, by))
    .filter(({ parameters }) => Object.entries(where).every(([name, value]) => same(parameters[name], value)))
    .sort((a, b) => a.place - b.place);
  const found = blocksOf(wanted, by);
  const labels = labelBlocks(found, results.variants);
  const blocks = found.map((block, index): ComparisonBlock => {
    return { shared: block.shared, label: labels[index] ?? "", rows: rowsOf(block, by, metric.name) };
  });
  const compared = new Set<Variant>(found.flatMap(({ variants }) => variants));
  const alone = wanted.filter((variant) => !compared.has(variant)).map(({ label }) => label);
  return { by, metric: metric.name, goal: metric.goal, blocks, alone };
}

/**
 * Compares the values of one swept parameter among configurations that are equal in all other swept parameters that
 * apply to both: one block per group of them. It never averages over a parameter and never picks the best.
 * @throws UserError for a parameter that was not swept (it lists those that were, nearest first) or an unknown metric
 */
export function compare(snapshot: StudySnapshot, options: CompareOptions): Comparison {
  return compareVariants(readResults(snapshot), options);
}
