import { compareVariants } from "../compare.js";
import type { Comparison, ComparisonBlock } from "../comparison.js";
import type { Value } from "../../trial/value.js";
import { drawDots, type Dot, type DotSeries } from "../drawing/dots.js";
import { mostLooks } from "../drawing/palette.js";
import { axisTitle, quantities, withUnit } from "../quantities.js";
import type { Results } from "../results.js";
import type { MetricName } from "../../trial/metrics.js";
import type { Figure } from "./figure.js";
import { dotOf, legendOf } from "./final.js";
import { teacherSeedColumn } from "./runs.js";
import { limits, sentence, teacherLines, type TeacherLines } from "./shown.js";

/** Blocks of a comparison that have at least two rows with results. */
export interface Effect extends TeacherLines {
  readonly metric: MetricName;
  readonly blocks: readonly ComparisonBlock[];
  readonly omitted: number;
  /** Values of the parameter that no block shows, for want of room. */
  readonly omittedValues: number;
}

/** What is compared, and which way round it is drawn. */
export interface EffectOf {
  /** Stands in the CSV's head. */
  readonly parameter: string;
  readonly noun: string;
  /** In place of one made from metric and noun. */
  readonly title?: string;
  /** null where there is nothing to compare; by default the comparison by the parameter, where it was swept. */
  readonly comparison?: (results: Results) => Comparison | null;
  /** What stands in the rows: the parameter's values (a series per block), or the blocks (a series per value). */
  readonly rows: "values" | "blocks";
}

const mostRows = 20;

function named(label: string, alone: string): string {
  return label === "" ? alone : label;
}

function distinct(labels: readonly string[]): string[] {
  return [...new Set(labels)];
}

const inAll = "the same in every group";

/** The values' labels: numbers ascending, others in the blocks' order. */
function valuesOf(blocks: readonly ComparisonBlock[]): string[] {
  const rows = blocks.flatMap((block) => block.rows);
  const numbers = new Map(rows.map(({ label, values }) => [label, soleNumber(values)]));
  const labels = [...numbers.keys()];
  if ([...numbers.values()].includes(null)) return labels;
  return labels.sort((a, b) => (numbers.get(a) ?? 0) - (numbers.get(b) ?? 0));
}

function soleNumber(values: Readonly<Record<string, Value>>): number | null {
  const [value, ...others] = Object.values(values);
  return typeof value === "number" && others.length === 0 ? value : null;
}

/** The blocks with the values that there is room for alone, in the plan's order. */
function bounded(
  blocks: readonly ComparisonBlock[],
  most: { readonly blocks: number; readonly values: number },
): Pick<Effect, "blocks" | "omitted" | "omittedValues"> {
  const first = blocks.slice(0, most.blocks);
  const values = distinct(first.flatMap(({ rows }) => rows.map(({ label }) => label)));
  const wanted = new Set(values.slice(0, most.values));
  const shown = first
    .map((block) => ({ ...block, rows: block.rows.filter(({ label }) => wanted.has(label)) }))
    .filter(({ rows }) => rows.length > 1);
  return { blocks: shown, omitted: blocks.length - shown.length, omittedValues: values.length - wanted.size };
}

/** The label of the row that all blocks' rows are held against; null where they differ in it. */
function commonReference(blocks: readonly ComparisonBlock[]): string | null {
  const [reference, ...others] = distinct(blocks.map(({ rows: [first] }) => (first?.isReference ? first.label : "")));
  return reference === undefined || reference === "" || others.length > 0 ? null : reference;
}

function arrange(data: Effect, rows: EffectOf["rows"]): { rows: string[]; series: DotSeries[] } {
  const values = valuesOf(data.blocks);
  const blocks = distinct(data.blocks.map(({ label }) => named(label, "all else equal")));
  const isValues = rows === "values";
  const places = new Map((isValues ? values : blocks).map((label, index) => [label, index]));
  const series = new Map((isValues ? [inAll, ...blocks] : values).map((label) => [label, new Map<string, Dot>()]));
  const count = data.blocks.length;
  for (const block of data.blocks) {
    const blockLabel = named(block.label, "all else equal");
    for (const row of block.rows) {
      if (row.summary === null) continue;
      const isEverywhere = isValues && count > 1 && data.blocks.every((other) => holds(other, row.configuration));
      const [place, lane] = isValues ? [row.label, isEverywhere ? inAll : blockLabel] : [blockLabel, row.label];
      const words = block.label === "" || isEverywhere ? row.label : `${row.label} (${block.label})`;
      const dot = dotOf(places.get(place) ?? 0, words, data.metric, { ...row, summary: row.summary });
      // A configuration stands in several blocks: once where it is the same in all, else in each.
      series.get(lane)?.set(isEverywhere ? row.configuration : `${blockLabel} ${row.configuration}`, dot);
    }
  }
  const filled = [...series].filter(([, dots]) => dots.size > 0);
  return {
    rows: isValues ? values : blocks,
    series: filled.map(([label, dots]) => ({ label, isCommon: isValues && label === inAll, dots: [...dots.values()] })),
  };
}

/** What is equal where, for the subtitle. */
function equality(blocks: readonly ComparisonBlock[], rows: EffectOf["rows"]): string {
  const [block, ...others] = blocks;
  if (others.length > 0)
    return `all else equal among ${rows === "values" ? "marks of one kind" : "the marks of a row"}`;
  return block === undefined || block.label === "" ? "all else equal" : `all else equal (${block.label})`;
}

function holds(block: ComparisonBlock, configuration: string): boolean {
  return block.rows.some((row) => row.configuration === configuration);
}

function ofParameter(results: Results, by: string): Comparison | null {
  return results.plan.parameters.includes(by) ? compareVariants(results, { by }) : null;
}

/** The effect of a parameter that takes few values, all else equal. */
export function effectFigure(name: string, { parameter, noun, rows, title, comparison }: EffectOf): Figure<Effect> {
  const compared = comparison ?? ((results) => ofParameter(results, parameter));
  return {
    name,
    data: (results) => {
      const metric = results.plan.metric.name;
      const filled = (compared(results)?.blocks ?? [])
        .map((block) => ({ ...block, rows: block.rows.filter(({ summary }) => summary !== null) }))
        .filter((block) => block.rows.length > 1);
      if (filled.length === 0) return null;
      const most =
        rows === "values" ? { blocks: mostLooks, values: mostRows } : { blocks: mostRows, values: mostLooks };
      const shown = bounded(filled, most);
      const configurations = new Set(shown.blocks.flatMap((block) => block.rows.map((row) => row.configuration)));
      const variants = results.variants.filter(({ configuration }) => configurations.has(configuration));
      return { metric, ...shown, ...teacherLines(results, metric, variants) };
    },
    table: ({ blocks, metric }) => {
      const teacherSeed = teacherSeedColumn(blocks.flatMap((block) => block.rows));
      const columns = [
        "others",
        parameter,
        "seed",
        metric,
        "mean",
        "interval_low",
        "interval_high",
        "difference_to_first",
      ];
      return {
        columns: [...columns, ...teacherSeed.columns],
        rows: blocks.flatMap((block) =>
          block.rows.flatMap(({ label, summary, difference, replicates }) =>
            replicates.map((replicate) => [
              block.label,
              label,
              replicate.seed,
              replicate.value,
              summary?.mean ?? null,
              summary?.interval?.low ?? null,
              summary?.interval?.high ?? null,
              difference?.mean ?? null,
              ...teacherSeed.cells(replicate),
            ]),
          ),
        ),
      };
    },
    draw: (data) => {
      const quantity = quantities[data.metric];
      const arranged = arrange(data, rows);
      const measured = data.blocks.flatMap((block) =>
        block.rows.flatMap(({ replicates, summary }) => (summary === null ? [] : [{ replicates, summary }])),
      );
      const reference = rows === "values" ? commonReference(data.blocks) : null;
      const shown = data.blocks.length;
      const values = distinct(data.blocks.flatMap((block) => block.rows.map(({ label }) => label))).length;
      return drawDots({
        title: title ?? `${sentence(quantity.title)} by ${noun}`,
        subtitle: [
          `${legendOf(measured)}; ${equality(data.blocks, rows)}`,
          ...(data.omitted === 0 ? [] : [`${shown} of ${shown + data.omitted} groups, in the plan's order`]),
          ...(data.omittedValues === 0
            ? []
            : [`${values} of ${values + data.omittedValues} values, the first in the plan's order`]),
          ...data.note,
        ],
        rows: arranged.rows.map((label) => ({
          label: label === reference ? `${label} (reference)` : label,
          isBaseline: false,
        })),
        series: arranged.series,
        x: { title: axisTitle(quantity), ...limits(quantity) },
        references: data.references,
      });
    },
    describe: (data) => {
      const quantity = quantities[data.metric];
      const blocks = data.blocks.map((block) => {
        const values = block.rows.map(({ label, summary }) => {
          return summary === null ? label : `${label} ${withUnit(summary.mean, quantity)}`;
        });
        return `${block.label === "" ? "" : `${block.label}: `}${values.join(", ")}`;
      });
      return `${title === undefined ? "" : `${title}. `}${sentence(quantity.title)} by ${noun}, mean over seeds. ${blocks.join(". ")}.`;
    },
  };
}
