import type { MetricName } from "../../trial/metrics.js";
import { drawDots, type Dot } from "../drawing/dots.js";
import { axisTitle, meanAndSpread, ownObjectives, quantities, withUnit } from "../quantities.js";
import type { Replicate } from "../statistics/paired.js";
import type { Summary } from "../statistics/summary.js";
import { areOwnObjectives, endInWords, finishedInWords, replicates, summaryOf } from "../variants.js";
import type { Figure } from "./figure.js";
import { haveRuns, hasSeveralTeacherSeeds, teacherSeedColumn, type Measured } from "./runs.js";
import { baselineReference, bestOf, limits, omission, sentence, teacherLines, type TeacherLines } from "./shown.js";

const mostRows = 24;

/** One configuration's last values. */
export interface FinalRow {
  readonly label: string;
  readonly isBaseline: boolean;
  readonly summary: Summary;
  readonly replicates: readonly Replicate[];
}

export interface Final extends TeacherLines {
  readonly metric: MetricName;
  /** "after the last epoch", or what early stopping makes of it. */
  readonly ending: string;
  readonly rows: readonly FinalRow[];
  readonly omitted: number;
  /** What a reader must know of the metric, a sentence each. */
  readonly remarks: readonly string[];
}

/** A summary and its seeds as a dot in a row. */
export function dotOf(
  row: number,
  label: string,
  metric: MetricName,
  { summary, replicates: seeds }: { readonly summary: Summary; readonly replicates: readonly Replicate[] },
): Dot {
  const quantity = quantities[metric];
  const unit = quantity.unit === "" ? "" : ` ${quantity.unit}`;
  const { interval, mean, n } = summary;
  const isOfSeveral = hasSeveralTeacherSeeds(seeds);
  return {
    row,
    mean: mean * quantity.factor,
    interval: interval === null ? null : { low: interval.low * quantity.factor, high: interval.high * quantity.factor },
    seeds: seeds.map(({ seed, teacherSeed, value }) => {
      const teacher = isOfSeveral && teacherSeed !== null ? `, teacher's seed ${teacherSeed}` : "";
      return {
        seed,
        value: value * quantity.factor,
        text: `${label}, seed ${seed}${teacher}: ${withUnit(value, quantity)}`,
      };
    }),
    text: `${label}: ${meanAndSpread(summary, quantity)}${unit} over ${finishedInWords({ seeds: n, runs: seeds.length })}`,
  };
}

/** What dots, diamonds and bars mean, for a chart's subtitle. */
export function legendOf(rows: readonly Measured[]): string {
  const marks = haveRuns(rows)
    ? ["Small dots: single runs", "large mark: the mean over seeds"]
    : ["Small dots: single seeds", "large mark: their mean"];
  if (rows.some(({ summary }) => summary.interval !== null)) marks.push("bar: 95 % t interval");
  return marks.join("; ");
}

/** The metric that every configuration ended with, best first. */
export const finalFigure: Figure<Final> = {
  name: "final",
  data: (results) => {
    const metric = results.plan.metric.name;
    const { shown, omitted } = bestOf(results.variants, mostRows);
    const rows = shown.flatMap((variant): FinalRow[] => {
      const summary = summaryOf(variant, metric);
      const { label, isBaseline } = variant;
      return summary === null ? [] : [{ label, isBaseline, summary, replicates: replicates(variant, metric) }];
    });
    if (rows.length === 0) return null;
    const { note, references } = teacherLines(results, metric, shown);
    const ending = endInWords(shown);
    const remarks = areOwnObjectives(shown, metric) ? [ownObjectives] : [];
    return {
      metric,
      ending,
      remarks,
      rows,
      omitted,
      references: [...baselineReference(results, metric), ...references],
      note,
    };
  },
  table: ({ rows, metric }) => {
    const teacherSeed = teacherSeedColumn(rows);
    return {
      columns: [
        "configuration",
        "seed",
        metric,
        "mean",
        "standard_deviation",
        "interval_low",
        "interval_high",
        ...teacherSeed.columns,
      ],
      rows: rows.flatMap(({ label, summary, replicates: seeds }) =>
        seeds.map((replicate) => [
          label,
          replicate.seed,
          replicate.value,
          summary.mean,
          summary.standardDeviation,
          summary.interval?.low ?? null,
          summary.interval?.high ?? null,
          ...teacherSeed.cells(replicate),
        ]),
      ),
    };
  },
  draw: ({ rows, metric, ending, omitted, references, remarks, note }) => {
    const quantity = quantities[metric];
    return drawDots({
      title: `${sentence(quantity.title)} ${ending}`,
      subtitle: [legendOf(rows), ...remarks, ...omission(omitted, rows), ...note],
      rows,
      series: [
        {
          label: "mean over seeds",
          isCommon: false,
          dots: rows.map((row, index) => dotOf(index, row.label, metric, row)),
        },
      ],
      x: { title: axisTitle(quantity), ...limits(quantity) },
      references,
    });
  },
  describe: ({ rows, metric, ending, remarks }) => {
    const quantity = quantities[metric];
    const parts = rows.map(({ label, summary }) => `${label} ${withUnit(summary.mean, quantity)}`);
    return `${sentence(quantity.title)} ${ending}, mean over seeds, best first: ${parts.join("; ")}.${remarks.map((remark) => ` ${remark}.`).join("")}`;
  },
};
