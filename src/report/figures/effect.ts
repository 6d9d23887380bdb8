import { compareVariants } from "../compare.js";
import type { Comparison, ComparisonBlock } from "../comparison.js";
import { drawDots, type Dot, type DotSeries } from "../drawing/dots.js";
import type { Reference } from "../drawing/references.js";
import { mostLooks } from "../drawing/palette.js";
import { axisTitle, quantities, withUnit } from "../quantities.js";
import type { Results } from "../results.js";
import type { MetricName } from "../../trial/metrics.js";
import type { Figure } from "./figure.js";
import { dotOf, legendOf } from "./final.js";
import { limits, sentence, teacherReferences } from "./shown.js";

/** Blocks of a comparison that have at least two rows with results. */
export interface Effect {
  readonly metric: MetricName;
  readonly blocks: readonly ComparisonBlock[];
  readonly omitted: number;
  readonly references: readonly Reference[];
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

function arrange(data: Effect, rows: EffectOf["rows"]): { rows: string[]; series: DotSeries[] } {
  const values = distinct(data.blocks.flatMap((block) => block.rows.map(({ label }) => label)));
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
      series.get(lane)?.set(row.configuration, dot);
    }
  }
  const filled = [...series].filter(([, dots]) => dots.size > 0);
  return {
    rows: isValues ? values : blocks,
    series: filled.map(([label, dots]) => ({ label, isCommon: isValues && label === inAll, dots: [...dots.values()] })),
  };
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
      const shown = filled.slice(0, rows === "values" ? mostLooks : mostRows);
      const references = teacherReferences(results, metric);
      return { metric, blocks: shown, omitted: filled.length - shown.length, references };
    },
    table: ({ blocks, metric }) => ({
      columns: ["others", parameter, "seed", metric, "mean", "interval_low", "interval_high", "difference_to_first"],
      rows: blocks.flatMap((block) =>
        block.rows.flatMap(({ label, summary, difference, replicates }) =>
          replicates.map(({ seed, value }) => [
            block.label,
            label,
            seed,
            value,
            summary?.mean ?? null,
            summary?.interval?.low ?? null,
            summary?.interval?.high ?? null,
            difference?.mean ?? null,
          ]),
        ),
      ),
    }),
    draw: (data) => {
      const quantity = quantities[data.metric];
      const arranged = arrange(data, rows);
      const summaries = data.blocks.flatMap((block) => block.rows.flatMap(({ summary }) => summary ?? []));
      const shown = data.blocks.length;
      return drawDots({
        title: title ?? `${sentence(quantity.title)} by ${noun}`,
        subtitle: [
          `${legendOf(summaries)}; all else equal within ${rows === "values" ? "a mark" : "a row"}`,
          ...(data.omitted === 0 ? [] : [`${shown} of ${shown + data.omitted} groups, in the plan's order`]),
        ],
        rows: arranged.rows.map((label) => ({ label, isBaseline: false })),
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
