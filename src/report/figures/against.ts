import type { MetricName } from "../../trial/metrics.js";
import type { Value } from "../../trial/value.js";
import { drawLines } from "../drawing/lines.js";
import { mostLooks } from "../drawing/palette.js";
import { labelAll } from "../labels.js";
import { axisTitle, meanAndSpread, quantities, withUnit } from "../quantities.js";
import type { Results } from "../results.js";
import type { Replicate } from "../statistics/paired.js";
import type { Summary } from "../statistics/summary.js";
import { canonical, shortNumber } from "../values.js";
import { replicates, summaryOf, type Variant } from "../variants.js";
import type { Figure } from "./figure.js";
import { haveRuns, teacherSeedColumn } from "./runs.js";
import { baselineReference, limits, sentence, teacherLines, type TeacherLines } from "./shown.js";

export interface AgainstPoint {
  readonly x: number;
  readonly summary: Summary;
  readonly replicates: readonly Replicate[];
}

export interface AgainstLine {
  /** What is equal along the line. */
  readonly label: string;
  readonly points: readonly AgainstPoint[];
}

/** A metric against a number that was swept, other things equal along each line. */
export interface Against extends TeacherLines {
  readonly metric: MetricName;
  readonly lines: readonly AgainstLine[];
  readonly omitted: number;
}

/** What a figure plots a metric against. */
export interface Abscissa {
  readonly title: string;
  /** "temperature τ", within a sentence. */
  readonly noun: string;
  /** The swept parameters that make up the number: a line holds all others equal. */
  readonly of: readonly string[];
  /** The number's name in the table, where it is not a parameter's. */
  readonly column?: string;
  /** Of a share of a whole, which is read by its differences, not by its multiples. */
  readonly isLinear?: true;
  /** The number for one configuration; null where it has none. */
  value(variant: Variant): number | null;
}

function linesOf(results: Results, metric: MetricName, abscissa: Abscissa): AgainstLine[] {
  const groups = new Map<string, { rest: Readonly<Record<string, Value>>; first: Variant; points: AgainstPoint[] }>();
  for (const variant of [...results.variants].sort((a, b) => a.place - b.place)) {
    const x = abscissa.value(variant);
    const summary = summaryOf(variant, metric);
    if (x === null || summary === null) continue;
    const kept = Object.entries(variant.parameters).filter(([name]) => !abscissa.of.includes(name));
    const rest = Object.fromEntries(kept);
    const key = canonical(rest);
    const point = { x, summary, replicates: replicates(variant, metric) };
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { rest, first: variant, points: [point] });
    else known.points.push(point);
  }
  const several = [...groups.values()].filter(({ points }) => new Set(points.map(({ x }) => x)).size > 1);
  const labels = labelAll(
    several.map(({ rest, first }) => ({
      configuration: first.configuration,
      parameters: rest,
      fallback: first.settings.loss.type,
    })),
  );
  return several.map(({ points }, index) => ({
    label: labels[index] ?? "",
    points: points.sort((a, b) => a.x - b.x),
  }));
}

function description(data: Against, abscissa: Abscissa): string {
  const quantity = quantities[data.metric];
  const lines = data.lines.map(({ label, points }) => {
    const values = points.map(({ x, summary }) => `${shortNumber(x)}: ${withUnit(summary.mean, quantity)}`);
    return `${label}: ${values.join(", ")}`;
  });
  return `${sentence(quantity.title)} against ${abscissa.noun}, mean over seeds. ${lines.join(". ")}.`;
}

export function againstFigure(
  name: string,
  abscissa: Abscissa,
  metricOf: (results: Results) => MetricName | null,
): Figure<Against> {
  return {
    name,
    data: (results) => {
      const metric = metricOf(results);
      if (metric === null || !abscissa.of.some((parameter) => results.plan.parameters.includes(parameter))) return null;
      const lines = linesOf(results, metric, abscissa);
      if (lines.length === 0) return null;
      const shown = results.variants.filter((variant) => abscissa.value(variant) !== null);
      const { note, references: ofTeachers } = teacherLines(results, metric, shown);
      const references = [...baselineReference(results, metric), ...ofTeachers];
      const omitted = Math.max(0, lines.length - mostLooks);
      return { metric, lines: lines.slice(0, mostLooks), omitted, references, note };
    },
    table: ({ lines, metric }) => {
      const teacherSeed = teacherSeedColumn(lines.flatMap(({ points }) => points));
      return {
        columns: [
          "line",
          abscissa.column ?? abscissa.of[0] ?? "",
          "seed",
          metric,
          "mean",
          "interval_low",
          "interval_high",
          ...teacherSeed.columns,
        ],
        rows: lines.flatMap(({ label, points }) =>
          points.flatMap(({ x, summary: { mean, interval }, replicates: seeds }) =>
            seeds.map((replicate) => [
              label,
              x,
              replicate.seed,
              replicate.value,
              mean,
              interval?.low ?? null,
              interval?.high ?? null,
              ...teacherSeed.cells(replicate),
            ]),
          ),
        ),
      };
    },
    draw: (data) => {
      const quantity = quantities[data.metric];
      const factor = quantity.factor;
      const xs = new Set(data.lines.flatMap(({ points }) => points.map(({ x }) => x)));
      const all = data.lines.flatMap(({ points }) => points);
      const intervals = all.some(({ summary }) => summary.interval !== null);
      const dots = haveRuns(all) ? "single runs; line: the mean over seeds" : "single seeds; line: their mean";
      return drawLines({
        title: `${sentence(quantity.title)} against ${abscissa.noun}`,
        subtitle: [
          `Small dots: ${dots}${intervals ? "; bar: 95 % t interval" : ""}`,
          ...(data.omitted === 0
            ? []
            : [`${data.lines.length} of ${data.lines.length + data.omitted} lines, in the plan's order`]),
          ...data.note,
        ],
        x: {
          title: abscissa.title,
          whole: false,
          isLinear: abscissa.isLinear,
          ...(xs.size <= 12 ? { ticks: [...xs].sort((a, b) => a - b) } : {}),
        },
        y: { title: axisTitle(quantity), ...limits(quantity) },
        spread: "bars",
        lines: data.lines.map(({ label, points }) => ({
          label,
          isBaseline: false,
          points: points.map(({ x, summary, replicates: seeds }) => ({
            x,
            y: summary.mean * factor,
            low: (summary.interval?.low ?? summary.mean) * factor,
            high: (summary.interval?.high ?? summary.mean) * factor,
            seeds: seeds.map(({ value }) => value * factor),
            text: `${label}, ${shortNumber(x)}: ${meanAndSpread(summary, quantity)} ${quantity.unit}`.trimEnd(),
          })),
        })),
        references: data.references,
      });
    },
    describe: (data) => description(data, abscissa),
  };
}
