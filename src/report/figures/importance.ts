import type { MetricName } from "../../trial/metrics.js";
import { drawBars } from "../drawing/bars.js";
import { quantities } from "../quantities.js";
import { canonical } from "../values.js";
import { summaryOf, type Variant } from "../variants.js";
import type { Figure } from "./figure.js";
import { sentence } from "./shown.js";

export interface Importance {
  readonly metric: MetricName;
  readonly configurations: number;
  /**
   * Most important first. Parameters that always change together are one, with all their names. `values` counts those that
   * configurations have that the parameter applies to.
   */
  readonly parameters: readonly { readonly name: string; readonly share: number; readonly values: number }[];
}

const mostParameters = 12;

/** A configuration's mean and the value that a parameter has there; null where the parameter does not apply to it. */
export interface LevelMean {
  readonly level: string | null;
  readonly mean: number;
}

/**
 * The share of the variance between configurations' means that one parameter's main effect explains, among those that
 * have it: the sum over its values of n·(mean of the value - mean of those that have the parameter)², over the sum over
 * all configurations of (its mean - mean of all)². Where all have it, that is η² of a one-way analysis of variance. What
 * sets those that have it apart from the others is the effect of whatever switches it on, and counts there.
 * The variance is that of measured means, in which the noise between seeds is. Shares of a full grid add up to at most 1,
 * what is missing being interaction; of other designs they overlap.
 */
export function mainEffectShare(values: readonly LevelMean[]): number {
  const all = averageOf(values.map(({ mean }) => mean));
  const total = values.reduce((sum, { mean }) => sum + (mean - all) ** 2, 0);
  const levels = new Map<string, number[]>();
  for (const { level, mean } of values) {
    if (level === null) continue;
    const known = levels.get(level);
    if (known === undefined) levels.set(level, [mean]);
    else known.push(mean);
  }
  const centre = averageOf([...levels.values()].flat());
  const between = [...levels.values()].reduce((sum, own) => sum + own.length * (averageOf(own) - centre) ** 2, 0);
  return total === 0 ? 0 : Math.min(1, between / total);
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function levelOf({ parameters }: Variant, name: string): string | null {
  const value = parameters[name];
  return value === undefined ? null : canonical(value);
}

/** Parameters by how they part the configurations: those that change together, and apply to the same, part them alike. */
function distinctPartitions(
  names: readonly string[],
  variants: readonly Variant[],
): { readonly name: string; readonly levels: readonly (string | null)[] }[] {
  const partitions = new Map<string, { name: string; levels: (string | null)[] }>();
  for (const name of names) {
    const levels = variants.map((variant) => levelOf(variant, name));
    const numbers = new Map<string, number>();
    for (const level of levels) if (level !== null && !numbers.has(level)) numbers.set(level, numbers.size);
    const partition = levels.map((level) => (level === null ? "-" : numbers.get(level))).join();
    const known = partitions.get(partition);
    if (known === undefined) partitions.set(partition, { name, levels });
    else known.name += ` & ${name}`;
  }
  return [...partitions.values()];
}

/** Whether a parameter has more than one value among those that have it, and not one of its own for each of them. */
function saysSomething(levels: readonly (string | null)[]): boolean {
  const own = levels.filter((level) => level !== null);
  const values = new Set(own).size;
  return values > 1 && values < own.length;
}

/** How much of what configurations differ in each swept parameter explains. */
export const importanceFigure: Figure<Importance> = {
  name: "importance",
  data: ({ plan, variants }) => {
    const metric = plan.metric.name;
    const measured = variants.flatMap((variant) => {
      const mean = summaryOf(variant, metric)?.mean;
      return mean === undefined ? [] : [{ variant, mean }];
    });
    const variantsOf = measured.map(({ variant }) => variant);
    const parameters = distinctPartitions(plan.parameters, variantsOf)
      .filter(({ levels }) => saysSomething(levels))
      .map(({ name, levels }) => {
        const values = measured.map(({ mean }, index) => ({ level: levels[index] ?? null, mean }));
        return { name, share: mainEffectShare(values), values: new Set(levels.filter((level) => level !== null)).size };
      })
      .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
    if (parameters.length < 2) return null;
    return { metric, configurations: measured.length, parameters: parameters.slice(0, mostParameters) };
  },
  table: ({ parameters }) => ({
    columns: ["parameter", "share_of_variance", "values"],
    rows: parameters.map(({ name, share, values }) => [name, share, values]),
  }),
  draw: ({ metric, configurations, parameters }) =>
    drawBars({
      title: "Share of variance between configurations, by parameter",
      subtitle: [
        `Of the variance of ${configurations} configurations' mean ${quantities[metric].title}; noise between seeds is in it`,
        "A parameter's share is of differences among the configurations that have it; shares of an incomplete grid overlap",
      ],
      groups: parameters.map(({ name }) => name),
      x: { title: "parameter" },
      y: { title: "share of variance (%)", most: 100 },
      series: [
        {
          label: "main effect",
          values: parameters.map(({ name, share }) => ({
            value: 100 * share,
            text: `${name}: ${(100 * share).toFixed(1)} %`,
          })),
        },
      ],
    }),
  describe: ({ metric, parameters }) =>
    `${sentence(quantities[metric].title)}: share of the variance between configurations by parameter, each of differences among those that have it, noise between seeds included: ${parameters
      .map(({ name, share }) => `${name} ${(100 * share).toFixed(1)} %`)
      .join(", ")}.`,
};
