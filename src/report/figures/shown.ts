import type { MetricName } from "../../trial/metrics.js";
import type { ConfigurationId } from "../../trial/spec.js";
import type { Limits } from "../drawing/axes.js";
import { mostLooks } from "../drawing/palette.js";
import type { Reference } from "../drawing/references.js";
import { firstAndKept } from "../configurations.js";
import { withUnit, quantities, type Quantity } from "../quantities.js";
import type { Results } from "../results.js";
import { isTeachersToo, teacherMetric, teachersOf } from "../teachers.js";
import { summaryOf, type Variant } from "../variants.js";

const mostTeachers = 3;

/**
 * The look that a configuration's line has in every chart of a report, by its place in the plan; the baseline has its
 * own. Empty where there are more than can be told apart: then each chart hands out its looks anew.
 */
export function looksOf({ variants }: Results): ReadonlyMap<ConfigurationId, number> {
  const others = variants.filter(({ isBaseline }) => !isBaseline);
  if (others.length > mostLooks) return new Map();
  return new Map(others.sort((a, b) => a.place - b.place).map(({ configuration }, index) => [configuration, index]));
}

/**
 * The best variants that have something to show, and how many were left out.
 * @param isKept those that are shown even where they are not among the best; by default the baseline
 */
export function bestOf(
  variants: readonly Variant[],
  most: number,
  isKept?: (variant: Variant) => boolean,
): { readonly shown: readonly Variant[]; readonly omitted: number } {
  const finished = variants.filter(({ complete }) => complete.length > 0);
  const shown = firstAndKept(finished, most, isKept);
  return { shown, omitted: finished.length - shown.length };
}

/**
 * Says that configurations were left out, where some were: "8 of 20 configurations: the best, and the baseline".
 * @param kept what is shown beside the best; "" for nothing
 */
export function omission(
  omitted: number,
  shown: readonly { readonly isBaseline: boolean }[],
  kept = shown.some(({ isBaseline }) => isBaseline) ? "the baseline" : "",
): string[] {
  if (omitted === 0) return [];
  return [`${shown.length} of ${shown.length + omitted} configurations: the best${kept === "" ? "" : `, and ${kept}`}`];
}

/** A chart's lines across, those of teachers among them, and what a reader must know of the teachers that are left out. */
export interface TeacherLines {
  readonly references: readonly Reference[];
  /** "3 of 6 teachers, those of most configurations"; empty where all are there. */
  readonly note: readonly string[];
}

/** The own last value of a metric that means the same for them, of the teachers that the shown variants learn from. */
export function teacherLines(results: Results, metric: MetricName, shown: readonly Variant[]): TeacherLines {
  if (!isTeachersToo(metric)) return { references: [], note: [] };
  const quantity = quantities[metric];
  const measured = teachersOf(results, shown).flatMap(({ label, details }): Reference[] => {
    const value = teacherMetric(details, metric);
    if (value === null) return [];
    const text = `teacher ${label} (${withUnit(value, quantity)})`;
    return [{ label: text, value: value * quantity.factor, kind: "teacher" }];
  });
  const references = measured.slice(0, mostTeachers);
  const isWhole = references.length === measured.length;
  return {
    references,
    note: isWhole ? [] : [`${mostTeachers} of ${measured.length} teachers, those of most configurations`],
  };
}

/** The baseline's mean as a line across. */
export function baselineReference(results: Results, metric: MetricName): Reference[] {
  const { baseline } = results;
  const summary = baseline === null ? null : summaryOf(baseline, metric);
  if (baseline === null || summary === null) return [];
  const quantity = quantities[metric];
  const label = `baseline ${baseline.label} (${withUnit(summary.mean, quantity)})`;
  return [{ label, value: summary.mean * quantity.factor, kind: "baseline" }];
}

/** What a quantity can be, as a chart's axis counts it; of percent an axis shows four at least. */
export function limits(quantity: Quantity): Limits {
  return quantity.factor === 100 ? { least: 0, most: 100, span: 4 } : {};
}

/** With a capital first letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
