import { stringify } from "csv-stringify/sync";
import { metricNames, type EpochMetrics } from "../trial/metrics.js";
import { decisiveAttempt, type Results } from "./results.js";
import { summarise, type Summary } from "./statistics/summary.js";
import { withoutFolders, withoutPaths } from "../trial/paths.js";
import { isTested, testNames, testSummary } from "./test-split.js";
import { shown } from "./values.js";
import { gainOf, replicates, seedCounts, summaryOf, type Variant } from "./variants.js";

export type Cell = string | number | boolean | null;

/** A table as it goes into a file. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** One text as the library writes it: quoted where it must be, harmless to a spreadsheet. */
function quoted(text: string): string {
  return stringify([[text]], { escape_formulas: true, record_delimiter: "" });
}

/**
 * CSV (RFC 4180 quoting, lines end in a line feed). Numbers in full precision; null is empty. Text that a spreadsheet
 * would run as a formula gets an apostrophe in front. Each text goes through the library once: a table of epochs has the
 * same ones a hundred thousand times.
 */
export function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = new Map<string, string>();
  const written = (cell: Cell): string => {
    if (typeof cell !== "string") return cell === null ? "" : String(cell);
    const known = texts.get(cell);
    if (known !== undefined) return known;
    const own = quoted(cell);
    texts.set(cell, own);
    return own;
  };
  let text = `${columns.map(written).join(",")}\n`;
  for (const row of rows) text += `${row.map(written).join(",")}\n`;
  return text;
}

function parameterCells(results: Results, parameters: Variant["parameters"]): Cell[] {
  return results.plan.parameters.map((name) => {
    const value = parameters[name];
    if (value === undefined) return null;
    const short = withoutFolders(name, value);
    return typeof short === "number" || typeof short === "boolean" ? short : shown(name, short);
  });
}

function metricCells(metrics: EpochMetrics | undefined): Cell[] {
  return metricNames.map((name) => metrics?.[name] ?? null);
}

/**
 * A row per trial, in the plan's order. `final_*` are the metrics of the epoch that it ended with, `best_*` those of the
 * best by validation accuracy; `test_*`, where there is a test split, those of the same epoch as `final_*`.
 */
export function trialsTable(results: Results): Table {
  const tested = isTested(results);
  const columns = [
    "id",
    "configuration",
    "state",
    "reason",
    ...results.plan.parameters,
    "seed",
    "final_epoch",
    ...metricNames.map((name) => `final_${name}`),
    "best_epoch",
    ...metricNames.map((name) => `best_${name}`),
    ...(tested ? testNames.map((name) => `test_${name}`) : []),
    "parameters",
    "seconds",
    "prediction_seconds",
    "attempts",
    "message",
  ];
  const rows = results.trials.map((trial): Cell[] => {
    const attempt = decisiveAttempt(trial);
    const { result, spec } = trial;
    return [
      spec.id,
      spec.configuration,
      trial.state,
      attempt?.reason ?? null,
      ...parameterCells(results, spec.parameters),
      spec.seed,
      result?.final.epoch ?? null,
      ...metricCells(result?.final),
      result?.best.epoch ?? null,
      ...metricCells(result?.best),
      ...(tested ? testNames.map((name) => result?.test?.[name] ?? null) : []),
      result?.parameters ?? null,
      result?.seconds ?? null,
      result?.predictionSeconds ?? null,
      trial.attempts.length,
      attempt?.message == null ? null : withoutPaths(attempt.message),
    ];
  });
  return { columns, rows };
}

/** A row per trial and epoch: what each trial's decisive attempt measured. */
export function epochsTable(results: Results): Table {
  const { parameters } = results.plan;
  const columns = ["id", "configuration", "state", ...parameters, "seed", "epoch", ...metricNames, "seconds"];
  const rows = results.trials.flatMap((trial) => {
    const { spec } = trial;
    const start = [spec.id, spec.configuration, trial.state, ...parameterCells(results, spec.parameters), spec.seed];
    return trial.epochs.map((epoch): Cell[] => [...start, epoch.epoch, ...metricCells(epoch), epoch.seconds]);
  });
  return { columns, rows };
}

/**
 * A row per configuration, best first: the study's metric and the spread of every metric over its seeds, on the test split
 * (`test_*`) too where there is one. `runs` and `planned_runs` stand beside `seeds` and `planned` where a seed has several
 * runs: one for each seed of its teacher.
 */
export function summaryTableOf(results: Results): Table {
  const has = {
    runs: results.variants.map(seedCounts).some(({ planned, plannedRuns }) => plannedRuns > planned),
    test: isTested(results),
  };
  const spread = ["mean", "sd", "low", "high"];
  const columns = [
    "configuration",
    "label",
    "baseline",
    ...results.plan.parameters,
    "seeds",
    "planned",
    ...(has.runs ? ["runs", "planned_runs"] : []),
    "metric",
    "mean",
    "standard_deviation",
    "interval_low",
    "interval_high",
    "difference",
    "difference_low",
    "difference_high",
    "pairs",
    ...metricNames.flatMap((name) => spread.map((part) => `${name}_${part}`)),
    ...(has.test ? testNames.flatMap((name) => spread.map((part) => `test_${name}_${part}`)) : []),
    "parameters",
    "seconds_mean",
  ];
  return { columns, rows: results.variants.map((variant) => summaryRow(results, variant, has)) };
}

function spreadCells(summary: Summary | null): Cell[] {
  const { interval = null, standardDeviation = null } = summary ?? {};
  return [summary?.mean ?? null, standardDeviation, interval?.low ?? null, interval?.high ?? null];
}

/** @param has which columns the table has that not every study fills */
function summaryRow(
  results: Results,
  variant: Variant,
  has: { readonly runs: boolean; readonly test: boolean },
): Cell[] {
  const metric = results.plan.metric.name;
  const summary = summaryOf(variant, metric);
  const gain = gainOf(variant, results.baseline, metric);
  const { planned, plannedRuns } = seedCounts(variant);
  return [
    variant.configuration,
    variant.label,
    variant.isBaseline,
    ...parameterCells(results, variant.parameters),
    summary?.n ?? 0,
    planned,
    ...(has.runs ? [replicates(variant, metric).length, plannedRuns] : []),
    metric,
    ...spreadCells(summary),
    gain?.mean ?? null,
    gain?.interval?.low ?? null,
    gain?.interval?.high ?? null,
    gain?.n ?? null,
    ...metricNames.flatMap((name) => spreadCells(summaryOf(variant, name))),
    ...(has.test ? testNames.flatMap((name) => spreadCells(testSummary(variant, name))) : []),
    variant.complete[0]?.result.parameters ?? null,
    summarise(variant.complete.map(({ result }) => result.seconds))?.mean ?? null,
  ];
}
