import { byDistance } from "../settings/nearest.js";
import { settingOf } from "../sweep/setting.js";
import { comparedBy, type Conditions, type PlannedComparison } from "../trial/comparison.js";
import { UserError } from "../trial/issue.js";
import { metricGoals, metricNames, type MetricName } from "../trial/metrics.js";
import type { Value } from "../trial/value.js";
import { completions, hasSettings, inText, likeness, likenesses, matches, type Assignment } from "./baseline.js";
import { finalMetrics } from "./quantities.js";
import type { Results } from "./results.js";
import { canonical, conditionsInWords, shown } from "./values.js";
import type { Variant } from "./variants.js";

/** What to compare. */
export interface CompareOptions {
  /** A swept parameter's dotted name, or those of several whose values are compared together, such as a sweep's `zip`. */
  readonly by: string | readonly string[];
  /** By default the study's metric. */
  readonly metric?: string;
  /** Keeps the configurations that have one of these values of each setting, by dotted name, whether it was swept or is fixed. */
  readonly where?: Conditions;
  /**
   * What each row is held against: the configuration that has these values and agrees with the row in every other
   * parameter that both have. By default a block's rows are held against its first.
   */
  readonly baseline?: Assignment;
}

/** What is compared, once names and metric are known to be right. */
export interface Selection {
  readonly by: readonly string[];
  readonly metric: { readonly name: MetricName; readonly goal: "minimize" | "maximize" };
  /** In the plan's order, each with the parameters. */
  readonly wanted: readonly Variant[];
  /** Which variant a block's rows are held against, where it is in the block. */
  readonly isBaseline: (variant: Variant) => boolean;
  /** A baseline that each row completes for itself: its settings in words, and those that fit a row. */
  readonly own?: { readonly text: string; readonly of: (variant: Variant) => readonly Variant[] };
  /** What was left out, a sentence each. */
  readonly notes: readonly string[];
}

const mostShown = 12;

function wrongName(path: string, what: string, found: string, known: readonly string[]): UserError {
  const nearestFirst = byDistance(found, known);
  const expected = known.length === 0 ? `${what}, of which the study has none` : `one of ${nearestFirst.join(", ")}`;
  return new UserError(`${path}: ${found === "" ? "an empty name" : found} is not ${what}; expected ${expected}`);
}

function metricOf({ plan }: Results, wanted: string | undefined): Selection["metric"] {
  if (wanted === undefined || wanted === plan.metric.name) return plan.metric;
  const name = metricNames.find((known) => known === wanted);
  if (name === undefined) throw wrongName("--metric", "a metric", wanted, [...metricNames, ...finalMetrics]);
  return { name, goal: metricGoals[name] };
}

function byPlace(variants: readonly Variant[]): Variant[] {
  return [...variants].sort((a, b) => a.place - b.place);
}

/** Whether all of the parameters apply to a variant. */
export function hasAll({ parameters }: Variant, names: readonly string[]): boolean {
  return names.every((name) => Object.hasOwn(parameters, name));
}

function checkSwept({ plan }: Results, option: string, names: readonly string[]): void {
  for (const name of names) {
    if (!plan.parameters.includes(name)) {
      throw wrongName(option, "a parameter that this study swept", name, plan.parameters);
    }
  }
}

/** Different values of a setting: numbers by size, others in the plan's order. */
function valuesOf(variants: readonly Variant[], name: string): Value[] {
  const values = new Map<string, Value>();
  // Different seeds of a teacher are one configuration's.
  for (const { parameters, settings } of name === "teacher.seed" ? [] : variants) {
    const value = settingOf(settings, name) ?? parameters[name];
    if (value !== undefined) values.set(canonical(value), value);
  }
  return [...values.values()].sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : 0));
}

function checkWhere(results: Results, variants: readonly Variant[], where: Conditions): void {
  for (const [name, wanted] of Object.entries(where)) {
    const values = valuesOf(variants, name);
    if (values.length === 0) {
      throw wrongName("--where", "a setting of these configurations", name, results.plan.parameters);
    }
    for (const one of wanted) {
      const same = likeness(values, one);
      if (values.some((value) => same(value, one))) continue;
      const first = values.slice(0, mostShown).map((value) => shown(name, value));
      const more = values.length > mostShown ? ` and ${values.length - mostShown} more` : "";
      const expected = `a value that ${name} takes here (${first.join(", ")}${more})`;
      throw new UserError(`--where: expected ${expected}, found ${shown(name, one)}`);
    }
  }
}

/** Variants that have one of the values of each setting. @throws UserError for a setting or a value that none has */
function fulfilling(results: Results, where: Conditions): Variant[] {
  const variants = byPlace(results.variants);
  checkWhere(results, variants, where);
  const valueIn = ({ parameters, settings }: Variant, name: string): Value | undefined =>
    settingOf(settings, name) ?? parameters[name];
  const wanted = Object.entries(where).map(([name, values]) => {
    const there = variants.map((variant) => valueIn(variant, name));
    return { name, values: values.map((value) => ({ value, same: likeness(there, value) })) };
  });
  const found = variants.filter((variant) =>
    wanted.every(({ name, values }) => values.some(({ value, same }) => same(valueIn(variant, name), value))),
  );
  if (found.length > 0 || variants.length === 0) return found;
  const conditions = conditionsInWords(where).join(" with ");
  throw new UserError(`--where: expected what a configuration fulfils together, found ${conditions}`);
}

/** How many each name does not apply to: of those that have another of them, of all where none has all of them. */
function lackingNote(variants: readonly Variant[], by: readonly string[]): string[] {
  const isNone = !variants.some((variant) => hasAll(variant, by));
  const partly = variants.filter((variant) => isNone || by.some((name) => hasAll(variant, [name])));
  const lacking = by.flatMap((name) => {
    const count = partly.filter((variant) => !hasAll(variant, [name])).length;
    return count === 0 ? [] : [`${count} without ${name}`];
  });
  return lacking.length === 0 ? [] : [`Configurations left out: ${lacking.join(", ")}.`];
}

/**
 * What options ask to compare.
 * @throws UserError for a parameter that was not swept (it lists those that were, nearest first), an unknown metric, or
 * conditions that no configuration fulfils
 */
export function selectionOf(results: Results, options: CompareOptions): Selection {
  const by = [...new Set(comparedBy(options))];
  const { where = {}, baseline } = options;
  checkSwept(results, "--by", by);
  checkSwept(results, "--baseline", Object.keys(baseline ?? {}));
  const fulfilled = fulfilling(results, where);
  const wanted = fulfilled.filter((variant) => hasAll(variant, by));
  const asked = baseline ?? {};
  const like = likenesses(asked, (name) => results.variants.map(({ parameters }) => parameters[name]));
  return {
    by,
    metric: metricOf(results, options.metric),
    wanted,
    isBaseline: ({ isBaseline, parameters }) =>
      baseline === undefined ? isBaseline : matches(parameters, asked, like),
    ...(baseline !== undefined && {
      own: { text: inText(baseline), of: (variant: Variant) => completions(variant, asked, results.variants, like) },
    }),
    notes: lackingNote(fulfilled, by),
  };
}

/** One of the sweep's own comparisons. Its baseline names a block's reference by any of its settings. */
export function selectionOfPlanned(results: Results, planned: PlannedComparison): Selection {
  const wanted = new Set(planned.configurations);
  const { baseline } = planned;
  const by = comparedBy(planned);
  const compared = byPlace(results.variants).filter(
    (variant) => wanted.has(variant.configuration) && hasAll(variant, by),
  );
  const like = likenesses(baseline ?? {}, (name) => compared.map(({ settings }) => settingOf(settings, name)));
  return {
    by,
    metric: results.plan.metric,
    wanted: compared,
    isBaseline: ({ isBaseline, settings }) => (baseline === null ? isBaseline : hasSettings(settings, baseline, like)),
    notes: [],
  };
}
