import { configurationTable, type ConfigurationTable } from "./configurations.js";
import { ownObjectives, quantities, withUnit } from "./quantities.js";
import type { Results } from "./results.js";
import { isTeachersToo, teacherMetric } from "./teachers.js";
import { layOut } from "./text-table.js";
import { areOwnObjectives, summaryOf } from "./variants.js";

const width = 100;
const mostRows = 40;

/** The metric of each teacher itself: "teacher convnet: 95.3 %". */
function teacherLines(results: Results): string[] {
  const metric = results.plan.metric.name;
  if (!isTeachersToo(metric)) return [];
  return results.teachers.flatMap(({ label, details }) => {
    const value = teacherMetric(details, metric);
    return value === null ? [] : [`teacher ${label}: ${withUnit(value, quantities[metric])}`];
  });
}

function notes(results: Results, { rows, omitted }: ConfigurationTable): string[] {
  const summaries = rows.map(({ variant }) => summaryOf(variant, results.plan.metric.name));
  const lines: string[] = [];
  if (summaries.some((summary) => summary?.interval != null)) {
    lines.push("± half the 95 % t interval over seeds; differences are paired by seed");
  }
  if (summaries.some((summary) => summary?.n === 2))
    lines.push("sd: standard deviation of two seeds; no interval below three");
  if (Object.keys(results.usual).length > 0) {
    lines.push("names leave out what most configurations have; summary.csv has all of it");
  }
  if (areOwnObjectives(results.variants, results.plan.metric.name)) lines.push(ownObjectives);
  if (omitted > 0) lines.push(`${omitted} more configurations in summary.csv`);
  return lines;
}

/**
 * The configurations of a study for a terminal, best first: seeds, mean with its spread, difference to the baseline.
 * At most 100 columns wide and 40 configurations long, the baseline among them.
 */
export function summaryTable(results: Results): string {
  const table = configurationTable(results, mostRows);
  const rows = table.rows.map(({ variant, cells }) => [variant.label, ...cells.map(({ text }) => text)]);
  return [
    ...layOut({ columns: ["configuration", ...table.heads], rows }, width),
    ...teacherLines(results),
    ...notes(results, table),
  ].join("\n");
}
