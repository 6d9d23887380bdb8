import type { StudySnapshot } from "../store/store.js";
import { comparedBy, type PlannedComparison } from "../trial/comparison.js";
import { byDistance } from "../settings/nearest.js";
import { UserError } from "../trial/issue.js";
import { metricGoals, metricNames, type MetricName } from "../trial/metrics.js";
import { completedBaseline, hasSettings, matches, type Assignment } from "./baseline.js";
import { blocksOf, type Block } from "./blocks.js";
import type { Comparison, ComparisonBlock, ComparisonRow } from "./comparison.js";
import { evidenceOf, type Pair } from "./evidence.js";
import { lastBatchNote, onLastBatch } from "./last-batch.js";
import { lastBatchMetric } from "./quantities.js";
import { inWords, tellingApart } from "./labels.js";
import { readResults, type Results } from "./results.js";
import { pairedDifference } from "./statistics/paired.js";
import { replicates, seedCounts, summaryOf, type Variant } from "./variants.js";

export { formatComparison, type ComparisonFormat } from "./comparison-format.js";
export type { Comparison, ComparisonBlock, ComparisonRow } from "./comparison.js";
export { pooled, type NamedStudy } from "./pool.js";

/** What to compare. */
export interface CompareOptions {
  /** A swept parameter's dotted name, or those of several whose values are compared together, such as a sweep's `zip`. */
  readonly by: string | readonly string[];
  /** By default the study's metric. */
  readonly metric?: string;
  /** Keeps the configurations that have these values only, by dotted name; where one is not swept, its fixed value counts. */
  readonly where?: Assignment;
  /**
   * What each row is held against: the configuration that has these values and agrees with the row in every other
   * parameter that both have. By default a block's rows are held against its first.
   */
  readonly baseline?: Assignment;
}

function wrongName(path: string, what: string, found: string, known: readonly string[]): UserError {
  const nearestFirst = byDistance(found, known);
  const expected = known.length === 0 ? `${what}, of which the study has none` : `one of ${nearestFirst.join(", ")}`;
  return new UserError(`${path}: ${found === "" ? "an empty name" : found} is not ${what}; expected ${expected}`);
}

function metricOf(results: Results, wanted: string | undefined): { name: MetricName; goal: "minimize" | "maximize" } {
  if (wanted === undefined || wanted === results.plan.metric.name) return results.plan.metric;
  const name = metricNames.find((known) => known === wanted);
  if (name === undefined) throw wrongName("--metric", "a metric", wanted, [...metricNames, lastBatchMetric]);
  return { name, goal: metricGoals[name] };
}

/** A row of a block with the variants behind it. */
interface Placed extends Pair {
  readonly row: ComparisonRow;
}

function rowsOf(
  block: Block,
  by: readonly string[],
  metric: MetricName,
  referenceOf: (variant: Variant, first: Variant) => Variant,
): Placed[] {
  const [first] = block.variants;
  if (first === undefined) return [];
  const own = new Set(block.variants.flatMap(({ parameters }) => Object.keys(parameters)));
  for (const name of Object.keys(block.shared)) own.delete(name);
  const apart = tellingApart(block.variants.map(({ parameters }) => parameters));
  return block.variants.map((variant) => {
    const words = Object.entries(variant.parameters).filter(
      ([name]) => by.includes(name) || (own.has(name) && apart.has(name)),
    );
    const measured = replicates(variant, metric);
    const reference = referenceOf(variant, first);
    const isReference = variant === reference;
    const difference = isReference ? null : pairedDifference(measured, replicates(reference, metric));
    const { planned, plannedRuns } = seedCounts(variant);
    const row = {
      configuration: variant.configuration,
      values: Object.fromEntries(by.map((name) => [name, variant.parameters[name] ?? null])),
      label: inWords(Object.fromEntries(words)),
      isReference,
      isBaseline: variant.isBaseline,
      planned,
      plannedRuns,
      replicates: measured,
      summary: summaryOf(variant, metric),
      against: isReference ? null : reference.label,
      difference,
      evidence: null,
    };
    return { variant, reference, difference, row };
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

function checkNames(results: Results, by: readonly string[], { where = {}, baseline = {} }: CompareOptions): void {
  const swept = results.plan.parameters;
  const what = "a parameter that this study swept";
  const named = { "--by": by, "--where": Object.keys(where), "--baseline": Object.keys(baseline) };
  for (const [option, names] of Object.entries(named)) {
    for (const name of names) if (!swept.includes(name)) throw wrongName(option, what, name, swept);
  }
}

/** What is compared, once names and metric are known to be right. */
interface Selection {
  readonly by: readonly string[];
  readonly metric: { readonly name: MetricName; readonly goal: "minimize" | "maximize" };
  /** In the plan's order, each with the parameters. */
  readonly wanted: readonly Variant[];
  /** Which variant a block's rows are held against, where it is in the block. */
  readonly isBaseline: (variant: Variant) => boolean;
  /** Whether each row is held against a baseline of its own, and which. */
  readonly completed?: (variant: Variant) => Variant;
}

interface Compared {
  readonly comparison: Comparison;
  readonly metric: MetricName;
  readonly rows: readonly (readonly Placed[])[];
}

function compareSelected(results: Results, { by, metric, wanted, isBaseline, completed }: Selection): Compared {
  const found = blocksOf(wanted, by, isBaseline);
  const labels = labelBlocks(found, results.variants);
  const rows = found.map((block) => rowsOf(block, by, metric.name, (variant, first) => completed?.(variant) ?? first));
  const blocks = found.map(({ shared }, index): ComparisonBlock => {
    return { shared, label: labels[index] ?? "", rows: (rows[index] ?? []).map(({ row }) => row) };
  });
  const compared = new Set<Variant>(found.flatMap(({ variants }) => variants));
  const alone = wanted.filter((variant) => !compared.has(variant)).map(({ label }) => label);
  const toBaseline = completed !== undefined || found.every(({ variants: [first] }) => first && isBaseline(first));
  const comparison = { by, metric: metric.name, goal: metric.goal, blocks, alone, notes: [], toBaseline };
  return { comparison, metric: metric.name, rows };
}

function byPlace(variants: readonly Variant[]): Variant[] {
  return [...variants].sort((a, b) => a.place - b.place);
}

function hasAll({ parameters }: Variant, names: readonly string[]): boolean {
  return names.every((name) => Object.hasOwn(parameters, name));
}

function selectionOf(results: Results, options: CompareOptions): Selection {
  const by = typeof options.by === "string" ? [options.by] : [...new Set(options.by)];
  checkNames(results, by, options);
  const { where = {}, baseline } = options;
  return {
    by,
    metric: metricOf(results, options.metric),
    wanted: byPlace(results.variants).filter((variant) => hasAll(variant, by) && hasSettings(variant.settings, where)),
    isBaseline: ({ isBaseline, parameters }) => (baseline === undefined ? isBaseline : matches(parameters, baseline)),
    ...(baseline === undefined
      ? {}
      : { completed: (variant: Variant) => completedBaseline(variant, baseline, results.variants) }),
  };
}

/** One of the sweep's own comparisons. Its baseline names a block's reference by any of its settings. */
function selectionOfPlanned(results: Results, planned: PlannedComparison): Selection {
  const wanted = new Set(planned.configurations);
  const { baseline } = planned;
  const by = comparedBy(planned);
  return {
    by,
    metric: results.plan.metric,
    wanted: byPlace(results.variants).filter((variant) => wanted.has(variant.configuration) && hasAll(variant, by)),
    isBaseline: ({ isBaseline, settings }) => (baseline === null ? isBaseline : hasSettings(settings, baseline)),
  };
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
  const pairs = rows.flat().filter(({ row }) => !row.isReference);
  const evidence = evidenceOf(pairs, metric, comparison.goal, results.predictions);
  const of = new Map(pairs.map(({ row }, index) => [row, evidence[index] ?? null]));
  const blocks = comparison.blocks.map((block) => ({
    ...block,
    rows: block.rows.map((row) => ({ ...row, evidence: of.get(row) ?? null })),
  }));
  return { ...comparison, blocks };
}

/** Which parameter to compare beside the wanted ones, where no two configurations differ in these alone. */
function coupledNote(results: Results, { by, wanted }: Selection, { blocks }: Comparison): string[] {
  if (blocks.length > 0) return [];
  const coupled = results.plan.parameters.find((name) => {
    const together = [...by, name];
    const having = wanted.filter((variant) => hasAll(variant, together));
    return (
      !by.includes(name) &&
      blocksOf(having, together).some(({ variants }) => {
        const varied = tellingApart(variants.map(({ parameters }) => parameters));
        return together.every((each) => varied.has(each));
      })
    );
  });
  if (coupled === undefined) return [];
  const names = by.join(",");
  return [`No two differ in ${names} alone: ${coupled} differs too; --by ${names},${coupled} compares them together.`];
}

/**
 * Compares the values of one swept parameter, or of several together, among configurations that are equal in all other
 * swept parameters that apply to both: one block per group of them. It never averages over a parameter and never picks
 * the best.
 * @param notes what a reader must know of the snapshot, such as those of `pooled`
 * @throws UserError for a parameter that was not swept (it lists those that were, nearest first), an unknown metric, or a
 * baseline that fits a row with no or several configurations
 */
export function compare(snapshot: StudySnapshot, options: CompareOptions, notes: readonly string[] = []): Comparison {
  const results = readResults(snapshot);
  const several = results.teachers.flatMap(({ label, checksums }) =>
    checksums.length < 2
      ? []
      : [`Trials learned from ${checksums.length} different trainings of the teacher ${label}.`],
  );
  const isLastBatch = options.metric === lastBatchMetric;
  const measured = isLastBatch ? onLastBatch(results) : results;
  const selection = selectionOf(measured, isLastBatch ? { ...options, metric: "val_accuracy" } : options);
  const comparison = withEvidence(measured, compareSelected(measured, selection));
  const known = [...notes, ...several, ...coupledNote(results, selection, comparison)];
  return isLastBatch
    ? { ...comparison, metric: lastBatchMetric, notes: [...known, lastBatchNote(measured)] }
    : { ...comparison, notes: known };
}
