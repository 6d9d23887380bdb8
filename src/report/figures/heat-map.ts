import type { MetricName } from "../../trial/metrics.js";
import { extremes } from "../drawing/axes.js";
import { drawCells } from "../drawing/cells.js";
import { digits, meanAndSpread, quantities, withUnit } from "../quantities.js";
import { inWords } from "../labels.js";
import type { Summary } from "../statistics/summary.js";
import { canonical, shortNumber } from "../values.js";
import { summaryOf, type Variant } from "../variants.js";
import type { Figure } from "./figure.js";
import { sentence } from "./shown.js";
import { softShare } from "./soft-share.js";

export interface HeatMap {
  readonly metric: MetricName;
  /** What is equal in all cells; "" where nothing else was swept. */
  readonly others: string;
  /** How many such groups there are. */
  readonly groups: number;
  readonly temperatures: readonly number[];
  readonly shares: readonly number[];
  readonly cells: readonly { readonly temperature: number; readonly share: number; readonly summary: Summary }[];
  readonly omitted: number;
}

const mostCells = 12;
const own = new Set(["loss.temperature", "loss.alpha", "loss.beta"]);

interface Placed {
  readonly temperature: number;
  readonly share: number;
  readonly summary: Summary;
}

function placedOf(variant: Variant, metric: MetricName): Placed | null {
  const temperature = variant.parameters["loss.temperature"];
  const share = softShare.value(variant);
  const summary = summaryOf(variant, metric);
  return typeof temperature !== "number" || share === null || summary === null ? null : { temperature, share, summary };
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The study's metric for each temperature and soft share that were swept together, a number in each cell. */
export const heatMapFigure: Figure<HeatMap> = {
  name: "soft-share-temperature",
  data: ({ plan, variants }) => {
    const metric = plan.metric.name;
    const groups = new Map<string, { others: string; cells: Placed[] }>();
    for (const variant of [...variants].sort((a, b) => a.place - b.place)) {
      const placed = placedOf(variant, metric);
      if (placed === null) continue;
      const rest = Object.fromEntries(Object.entries(variant.parameters).filter(([name]) => !own.has(name)));
      const group = groups.get(canonical(rest)) ?? { others: inWords(rest), cells: [] };
      groups.set(canonical(rest), group);
      group.cells.push(placed);
    }
    const [largest] = [...groups.values()].sort((a, b) => b.cells.length - a.cells.length);
    if (largest === undefined) return null;
    const temperatures = ascending(largest.cells.map(({ temperature }) => temperature));
    const shares = ascending(largest.cells.map(({ share }) => share));
    if (temperatures.length < 2 || shares.length < 2) return null;
    const columns = shares.slice(0, 6);
    const rows = temperatures.slice(0, Math.floor(mostCells / columns.length));
    const cells = largest.cells.filter(
      ({ temperature, share }) => rows.includes(temperature) && columns.includes(share),
    );
    const omitted = largest.cells.length - cells.length;
    return { metric, others: largest.others, groups: groups.size, temperatures: rows, shares: columns, cells, omitted };
  },
  table: ({ metric, cells }) => ({
    columns: ["temperature", "soft_share", `${metric}_mean`, "interval_low", "interval_high", "seeds"],
    rows: cells.map(({ temperature, share, summary: { mean, interval, n } }) => [
      temperature,
      share,
      mean,
      interval?.low ?? null,
      interval?.high ?? null,
      n,
    ]),
  }),
  draw: ({ metric, others, groups, temperatures, shares, cells, omitted }) => {
    const quantity = quantities[metric];
    const { low, high } = extremes(cells.map(({ summary }) => summary.mean));
    const unit = quantity.unit === "" ? "" : ` in ${quantity.unit}`;
    return drawCells({
      title: `${sentence(quantity.title)} by temperature and soft share`,
      subtitle: [
        `Mean over seeds${unit}; the darker the greater${others === "" ? "" : `; ${others}`}`,
        ...(groups === 1 ? [] : [`The one of ${groups} groups of equal other settings that has the most cells`]),
        ...(omitted === 0
          ? []
          : [`${cells.length} of ${cells.length + omitted} cells: the lowest shares and temperatures`]),
      ],
      x: { title: softShare.title, labels: shares.map(shortNumber) },
      y: { title: "temperature τ", labels: temperatures.map(shortNumber) },
      cells: cells.map(({ temperature, share, summary }) => ({
        column: shares.indexOf(share),
        row: temperatures.indexOf(temperature),
        shade: high === low ? 0.5 : (summary.mean - low) / (high - low),
        words: digits(summary.mean, quantity),
        text: `τ=${shortNumber(temperature)}, soft share ${shortNumber(share)}: ${meanAndSpread(summary, quantity)} ${quantity.unit}`.trimEnd(),
      })),
    });
  },
  describe: ({ metric, cells }) => {
    const quantity = quantities[metric];
    const words = cells.map(({ temperature, share, summary }) => {
      return `τ=${shortNumber(temperature)}, share ${shortNumber(share)}: ${withUnit(summary.mean, quantity)}`;
    });
    return `${sentence(quantity.title)} by temperature and soft share, mean over seeds. ${words.join("; ")}.`;
  },
};
