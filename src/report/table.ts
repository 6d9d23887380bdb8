import { axisTitle, difference, meanAndSpread, quantities, withUnit } from "./quantities.js";
import { teacherMetric, type Results } from "./results.js";
import { pairedDifference } from "./statistics/paired.js";
import { layOut } from "./text-table.js";
import { replicates, summaryOf, type Variant } from "./variants.js";

const width = 100;
const mostRows = 40;

/** "3", or "2 of 3" where trials are not complete. */
export function seedsOf(variant: Variant): string {
  const { complete, trials } = variant;
  return complete.length === trials.length ? String(trials.length) : `${complete.length} of ${trials.length}`;
}

function row(results: Results, variant: Variant): string[] {
  const metric = results.plan.metric.name;
  const quantity = quantities[metric];
  const summary = summaryOf(variant, metric);
  const { baseline } = results;
  const gain =
    baseline === null || variant === baseline
      ? null
      : pairedDifference(replicates(variant, metric), replicates(baseline, metric));
  return [
    variant.label,
    seedsOf(variant),
    summary === null ? "-" : meanAndSpread(summary, quantity),
    variant === baseline ? "baseline" : gain === null ? "-" : difference(gain, quantity),
  ];
}

function shownVariants({ variants, baseline }: Results): readonly Variant[] {
  if (variants.length <= mostRows) return variants;
  const best = variants.slice(0, mostRows);
  return baseline === null || best.includes(baseline) ? best : [...best.slice(0, -1), baseline];
}

/** The metric of each teacher itself: "teacher convnet: 95.3 %". */
function teacherLines(results: Results): string[] {
  const metric = results.plan.metric.name;
  return results.teachers.flatMap(({ label, details }) => {
    const value = teacherMetric(details, metric);
    return value === null ? [] : [`teacher ${label}: ${withUnit(value, quantities[metric])}`];
  });
}

function notes(results: Results, shown: readonly Variant[]): string[] {
  const summaries = shown.map((variant) => summaryOf(variant, results.plan.metric.name));
  const lines: string[] = [];
  if (summaries.some((summary) => summary?.interval != null)) {
    lines.push("± half the 95 % t interval over seeds; differences are paired by seed");
  }
  if (summaries.some((summary) => summary?.n === 2))
    lines.push("sd: standard deviation of two seeds; no interval below three");
  if (Object.keys(results.usual).length > 0) {
    lines.push("names leave out what most configurations have; summary.csv has all of it");
  }
  const more = results.variants.length - shown.length;
  if (more > 0) lines.push(`${more} more configurations in summary.csv`);
  return lines;
}

/**
 * The configurations of a study for a terminal, best first: seeds, mean with its spread, difference to the baseline.
 * At most 100 columns wide and 40 configurations long, the baseline among them.
 */
export function summaryTable(results: Results): string {
  const quantity = quantities[results.plan.metric.name];
  const shown = shownVariants(results);
  const against = results.baseline === null ? [] : ["to baseline"];
  const columns = ["configuration", "seeds", axisTitle(quantity), ...against];
  const rows = shown.map((variant) => row(results, variant).slice(0, columns.length));
  return [...layOut({ columns, rows }, width), ...teacherLines(results), ...notes(results, shown)].join("\n");
}
