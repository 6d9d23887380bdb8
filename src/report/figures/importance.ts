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
  /** Most important first. Parameters that always change together are one, with all their names. */
  readonly parameters: readonly { readonly name: string; readonly share: number; readonly values: number }[];
}

const mostParameters = 12;

/**
 * The share of the variance between configurations' means that one parameter's main effect explains: the sum over its
 * values of n·(mean of the value - mean of all)², over the sum over configurations of (its mean - mean of all)². That is
 * η² of a one-way analysis of variance. Configurations to which the parameter does not apply are a value of their own.
 * The variance is that of measured means, in which the noise between seeds is. Shares of a full grid add up to at most 1,
 * what is missing being interaction; of other designs they overlap.
 */
export function mainEffectShare(values: readonly { readonly level: string; readonly mean: number }[]): number {
  const all = values.reduce((sum, { mean }) => sum + mean, 0) / values.length;
  const total = values.reduce((sum, { mean }) => sum + (mean - all) ** 2, 0);
  const levels = new Map<string, number[]>();
  for (const { level, mean } of values) {
    const known = levels.get(level);
    if (known === undefined) levels.set(level, [mean]);
    else known.push(mean);
  }
  const between = [...levels.values()].reduce((sum, own) => {
    const mean = own.reduce((part, each) => part + each, 0) / own.length;
    return sum + own.length * (mean - all) ** 2;
  }, 0);
  return total === 0 ? 0 : Math.min(1, between / total);
}

function levelOf({ parameters }: Variant, name: string): string {
  const value = parameters[name];
  return value === undefined ? "" : canonical(value);
}

/** Parameters by how they part the configurations: those that change together part them alike. */
function distinctPartitions(
  names: readonly string[],
  variants: readonly Variant[],
): { readonly name: string; readonly levels: readonly string[] }[] {
  const partitions = new Map<string, { name: string; levels: string[] }>();
  for (const name of names) {
    const levels = variants.map((variant) => levelOf(variant, name));
    const numbers = new Map<string, number>();
    for (const level of levels) if (!numbers.has(level)) numbers.set(level, numbers.size);
    const partition = levels.map((level) => numbers.get(level)).join();
    const known = partitions.get(partition);
    if (known === undefined) partitions.set(partition, { name, levels });
    else known.name += ` & ${name}`;
  }
  return [...partitions.values()];
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
      .map(({ name, levels }) => {
        const values = measured.map(({ mean }, index) => ({ level: levels[index] ?? "", mean }));
        return { name, share: mainEffectShare(values), values: new Set(levels).size };
      })
      // A parameter with a value for every configuration explains everything and says nothing.
      .filter(({ values }) => values > 1 && values < measured.length)
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
        "Shares of an incomplete grid overlap",
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
    `${sentence(quantities[metric].title)}: share of the variance between configurations by parameter, noise between seeds included: ${parameters
      .map(({ name, share }) => `${name} ${(100 * share).toFixed(1)} %`)
      .join(", ")}.`,
};
