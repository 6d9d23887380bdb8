import type { StudySnapshot } from "../store/store.js";
import type { PlannedComparison } from "../trial/comparison.js";
import { UserError } from "../trial/issue.js";
import type { MetricName } from "../trial/metrics.js";
import type { Assignment } from "./baseline.js";
import { blocksOf, type Block } from "./blocks.js";
import type { Comparison, ComparisonBlock, ComparisonRow } from "./comparison.js";
import { coupledWith } from "./coupled.js";
import { evidenceOf, type Pair } from "./evidence.js";
import { lastBatchNote, onLastBatch } from "./last-batch.js";
import {
  finalMetrics,
  lastBatchMetric,
  ownObjectives,
  quantities,
  testMetric,
  type FinalMetric,
} from "./quantities.js";
import { distinctWords, inFewWords, pick, tellingApart } from "./labels.js";
import { readResults, type Results } from "./results.js";
import { selectionOf, selectionOfPlanned, type CompareOptions, type Selection } from "./selection.js";
import { pairedDifference } from "./statistics/paired.js";
import { onTestSplit, testNote } from "./test-split.js";
import { firstNamed, inSeries } from "./values.js";
import { areOwnObjectives, replicates, seedCounts, summaryOf, type Variant } from "./variants.js";
import { caveats } from "./words.js";

export { remarks } from "./closing.js";
export { formatComparison, type ComparisonFormat } from "./comparison-format.js";
export type { Comparison, ComparisonBlock, ComparisonRow } from "./comparison.js";
export { pooled, type NamedStudy } from "./pool.js";
export type { CompareOptions } from "./selection.js";

/** A row of a block with the variants behind it. */
interface Placed extends Omit<Pair, "reference"> {
  readonly row: ComparisonRow;
  readonly reference: Variant | null;
}

/** What a row is named by: the compared parameters, and what applies to some of its block alone. */
function namedBy({ shared, variants }: Block, by: readonly string[]): Assignment[] {
  const own = new Set(variants.flatMap(({ parameters }) => Object.keys(parameters)));
  for (const name of Object.keys(shared)) own.delete(name);
  const apart = tellingApart(variants.map(({ parameters }) => parameters));
  const names = new Set([...by, ...[...own].filter((name) => apart.has(name))]);
  return variants.map(({ parameters }) => pick(parameters, names));
}

/** Each block's rows in words: the same values alike in all blocks, and no others. */
function labelRows(blocks: readonly Block[], by: readonly string[]): string[][] {
  const named = blocks.map((block) => namedBy(block, by));
  const labels = distinctWords(named.flat());
  let next = 0;
  return named.map(({ length }) => labels.slice(next, (next += length)));
}

/**
 * @param labels of the block's variants
 * @param referenceOf what a variant is held against; null where it is against nothing
 */
function rowsOf(
  block: Block,
  labels: readonly string[],
  { by, metric }: Selection,
  referenceOf: (variant: Variant, first: Variant) => Variant | null,
): Placed[] {
  const [first] = block.variants;
  if (first === undefined) return [];
  return block.variants.map((variant, index) => {
    const measured = replicates(variant, metric.name);
    const reference = referenceOf(variant, first);
    const isReference = variant === reference;
    const difference =
      isReference || reference === null ? null : pairedDifference(measured, replicates(reference, metric.name));
    const { planned, plannedRuns, runs, seeds } = seedCounts(variant);
    const row = {
      configuration: variant.configuration,
      values: Object.fromEntries(by.map((name) => [name, variant.parameters[name] ?? null])),
      label: labels[index] ?? "",
      isReference,
      isBaseline: variant.isBaseline,
      complete: seeds,
      completeRuns: runs,
      planned,
      plannedRuns,
      replicates: measured,
      summary: summaryOf(variant, metric.name),
      against: isReference ? null : (reference?.label ?? null),
      difference,
      evidence: null,
    };
    return { variant, reference, difference, row };
  });
}

/** What is equal in each block, in words; without what most configurations have, as their names are, where that is enough. */
function labelBlocks(blocks: readonly Block[], { variants, usual }: Results): string[] {
  const apart = tellingApart(variants.map(({ parameters }) => parameters));
  const counts = new Map<Block["shared"], number>();
  for (const { shared } of blocks) counts.set(shared, (counts.get(shared) ?? 0) + 1);
  const told = [...counts.keys()].map((shared) => pick(shared, apart));
  const labels = distinctWords(told, (shared) => inFewWords(shared, usual));
  const words = new Map([...counts.keys()].map((shared, index) => [shared, labels[index] ?? ""]));
  return blocks.map(({ shared, variants: [first] }) => {
    const own = words.get(shared) ?? "";
    return counts.get(shared) === 1 ? own : [own, `against ${first?.label ?? ""}`].filter(Boolean).join(", ");
  });
}

/** Finished, but without the metric, as hard labels are without what is measured against a teacher. */
function isWithout(variant: Variant, metric: MetricName): boolean {
  return variant.complete.length > 0 && replicates(variant, metric).length === 0;
}

const mostNamed = 8;

function listed(variants: readonly Variant[]): string {
  return firstNamed([...new Set(variants.map(({ label }) => label))], mostNamed);
}

/** Rows that a baseline of their own does not fit. @throws UserError where it fits none */
function unfitNote({ own }: Selection, rows: readonly Placed[]): string[] {
  const unfit = rows.filter(({ reference }) => reference === null);
  const [first] = unfit;
  if (own === undefined || first === undefined) return [];
  if (rows.every(({ reference, row }) => reference === null || row.isReference)) {
    const fitting = own.of(first.variant);
    const some = fitting.slice(0, 4).map(({ label }) => label);
    const found = fitting.length === 0 ? "no configuration" : `${fitting.length} configurations (${some.join("; ")})`;
    throw new UserError(
      `--baseline: expected ${own.text} to fit one configuration for ${first.variant.label}, found ${found}; ` +
        "name more parameters, or narrow the rows with --where",
    );
  }
  return [
    `Held against nothing, as ${own.text} does not fit one configuration for it: ${listed(unfit.map(({ variant }) => variant))}.`,
  ];
}

/** Configurations among the rows and what they are held against that are finished and yet not measured. */
function withoutMetricNote({ metric, own }: Selection, rows: readonly Placed[]): string[] {
  const without = rows.flatMap(({ variant, reference }) =>
    [variant, reference].filter((each) => each !== null).filter((each) => isWithout(each, metric.name)),
  );
  if (without.length === 0) return [];
  const so = own === undefined ? "never the reference" : "nothing can be held against it (--baseline names another)";
  return [`Finished without ${quantities[metric.name].title}, so ${so}: ${listed(without)}.`];
}

interface Compared {
  readonly comparison: Comparison;
  readonly metric: MetricName;
  readonly rows: readonly (readonly Placed[])[];
  readonly alone: readonly Variant[];
}

/** @throws UserError for a baseline that fits no row */
function compareSelected(results: Results, selection: Selection): Compared {
  const { by, metric, wanted, isBaseline, own } = selection;
  const canBeReference = (variant: Variant): boolean =>
    own !== undefined ||
    (isBaseline(variant) ? !isWithout(variant, metric.name) : replicates(variant, metric.name).length > 0);
  const found = blocksOf(wanted, by, isBaseline, canBeReference);
  const labels = labelBlocks(found, results);
  const rowLabels = labelRows(found, by);
  const rows = found.map((block, index) =>
    rowsOf(block, rowLabels[index] ?? [], selection, (variant, first) => {
      if (own === undefined) return first;
      const [only, ...others] = own.of(variant);
      return only === undefined || others.length > 0 ? null : only;
    }),
  );
  const blocks = found.map(({ shared }, index): ComparisonBlock => {
    return { shared, label: labels[index] ?? "", rows: (rows[index] ?? []).map(({ row }) => row) };
  });
  const compared = new Set<Variant>(found.flatMap(({ variants }) => variants));
  const alone = wanted.filter((variant) => !compared.has(variant));
  const all = rows.flat();
  const objectives = areOwnObjectives([...compared], metric.name) ? [`${ownObjectives}.`] : [];
  const comparison = {
    by,
    metric: metric.name,
    goal: metric.goal,
    blocks,
    alone: alone.map(({ label }) => label),
    notes: [...selection.notes, ...objectives, ...unfitNote(selection, all), ...withoutMetricNote(selection, all)],
    toBaseline: own !== undefined || found.every(({ variants: [first] }) => first?.isBaseline),
  };
  return { comparison, metric: metric.name, rows, alone };
}

/**
 * The comparison of configurations that `readResults` has grouped, without the evidence, which reads logits.
 * @throws UserError as `compare` does
 */
export function compareVariants(results: Results, options: CompareOptions): Comparison {
  return compareSelected(results, selectionOf(results, options)).comparison;
}

/** One of the sweep's own comparisons, without the evidence. */
export function plannedComparison(results: Results, planned: PlannedComparison): Comparison {
  return compareSelected(results, selectionOfPlanned(results, planned)).comparison;
}

/** The same with the evidence. */
export function plannedEvidence(results: Results, planned: PlannedComparison): Comparison {
  return withEvidence(results, compareSelected(results, selectionOfPlanned(results, planned)));
}

/** How far each difference can be trusted. */
function withEvidence(results: Results, { comparison, metric, rows }: Compared): Comparison {
  const pairs = rows.flat().flatMap(({ reference, row, ...placed }) => {
    return reference === null || row.isReference ? [] : [{ ...placed, reference, row }];
  });
  const evidence = evidenceOf(pairs, metric, comparison.goal, results.predictions);
  const of = new Map(pairs.map(({ row }, index) => [row, evidence[index] ?? null]));
  const blocks = comparison.blocks.map((block) => ({
    ...block,
    rows: block.rows.map((row) => ({ ...row, evidence: of.get(row) ?? null })),
  }));
  return { ...comparison, blocks };
}

/** Which parameters to compare beside the wanted ones, where what is left alone differs in these together. */
function coupledNote({ by }: Selection, { alone, comparison: { blocks } }: Compared): string[] {
  // Where something was compared, what is left of other components is hardly meant to stand beside each other.
  const beside = coupledWith(alone, by, blocks.length === 0);
  if (beside.length === 0) return [];
  const which = blocks.length === 0 ? "No two" : "Of those with nothing to compare with, no two";
  const verb = beside.length === 1 ? "differs" : "differ";
  const together = [...by, ...beside].join(",");
  return [
    `${which} differ in ${inSeries(by)} alone: ${inSeries(beside)} ${verb} too; --by ${together} compares them together.`,
  ];
}

/** Results with a metric that no epoch has in the place of the validation accuracy, and what a reader must know of it. */
const measures: Readonly<
  Record<FinalMetric, { readonly on: (results: Results) => Results; readonly note: (measured: Results) => string }>
> = {
  [lastBatchMetric]: { on: onLastBatch, note: lastBatchNote },
  [testMetric]: { on: onTestSplit, note: () => testNote },
};

/**
 * Compares the values of one swept parameter, or of several together, among configurations that are equal in all other
 * swept parameters that apply to both: one block per group of them. It never averages over a parameter and never picks
 * the best.
 * @param notes what a reader must know of the snapshot, such as those of `pooled`
 * @throws UserError for a parameter that was not swept (it lists those that were, nearest first), an unknown metric,
 * conditions that no configuration fulfils, a baseline that fits no row, or a metric of a test split that there is not
 */
export function compare(snapshot: StudySnapshot, options: CompareOptions, notes: readonly string[] = []): Comparison {
  const results = readResults(snapshot);
  const final = finalMetrics.find((name) => name === options.metric);
  const measured = final === undefined ? results : measures[final].on(results);
  const selection = selectionOf(measured, final === undefined ? options : { ...options, metric: "val_accuracy" });
  const compared = compareSelected(measured, selection);
  const comparison = withEvidence(measured, compared);
  const known = [...notes, ...caveats(results), ...comparison.notes, ...coupledNote(selection, compared)];
  return final === undefined
    ? { ...comparison, notes: known }
    : { ...comparison, metric: final, notes: [...known, measures[final].note(measured)] };
}
