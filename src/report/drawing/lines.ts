import type { Dataset, Drawing, Options, Point, Tick } from "./chart.js";
import {
  bounds,
  extremes,
  logarithmicBounds,
  logarithmicTicks,
  options,
  spansMagnitudes,
  type Limits,
} from "./axes.js";
import { baselineLook, look, mostLooks, translucent, type Look } from "./palette.js";
import { referenceLines, type Reference } from "./references.js";
import { furtherLegendRows } from "./legend.js";
import { levels } from "./levels.js";
import { shortNumber } from "../values.js";

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  /** Each seed's value; empty where only the band is drawn. */
  readonly seeds: readonly number[];
  /** On hover. */
  readonly text: string;
}

export interface Line {
  readonly label: string;
  readonly isBaseline: boolean;
  /** Which of the palette's looks it has, from 0; without it one that no other line of the chart asks for. */
  readonly look?: number;
  /** false: marks alone, no line through them. */
  readonly isConnected?: boolean;
  readonly points: readonly LinePoint[];
}

export interface LineChart {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly x: {
    readonly title: string;
    readonly whole: boolean;
    /** Never logarithmic, however far its values lie apart. */
    readonly isLinear?: boolean | undefined;
    readonly ticks?: readonly number[];
  };
  /** The axis is logarithmic where the greatest of its values is that many times the least: 200 by default. */
  readonly y: { readonly title: string; readonly logarithmicFrom?: number } & Limits;
  /** What stands around each line: a filled band or a bar at each point. */
  readonly spread: "band" | "bars";
  readonly lines: readonly Line[];
  /** Where the looks begin that lines have which ask for none; 0 by default. */
  readonly firstFreeLook?: number;
  readonly references: readonly Reference[];
}

const leastHeight = 625;
const mostMarkers = 12;
/** Share of the chart's width over which lines with bars are shifted apart. */
const dodge = 0.03;
/** Seeds stand beside their mean, by this share of the chart's width. */
const beside = 0.013;
/** Each of several equal seeds further by this, all of them by no more than the second. */
const further = 0.006;
const furthest = 0.03;
/** Seeds nearer than this share of the chart's height stand beside each other. */
const near = 0.015;

const quiet = { inLegend: false, inTooltip: false, pointRadius: 0, fill: false } as const;

function markerRadii(count: number): number | number[] {
  const every = Math.ceil(count / mostMarkers);
  return every === 1 ? 6 : Array.from({ length: count }, (_, index) => (index % every === 0 ? 6 : 0));
}

function mainLine(line: Line, style: Look): Dataset {
  return {
    label: line.label,
    data: line.points.map(({ x, y, text }) => ({ x, y, text })),
    showLine: line.isConnected !== false,
    borderColor: style.colour,
    backgroundColor: style.colour,
    borderWidth: 3,
    borderDash: style.dash,
    pointStyle: style.point,
    pointRadius: markerRadii(line.points.length),
    pointHoverRadius: 8,
    pointBorderWidth: 2,
    clip: false,
    fill: false,
    order: 1,
    inLegend: true,
    inTooltip: true,
    group: line.label,
  };
}

function edge(line: Line, style: Look, side: "low" | "high"): Dataset {
  return {
    ...quiet,
    label: line.label,
    data: line.points.map((point) => ({ x: point.x, y: point[side] })),
    showLine: true,
    borderColor: translucent(style.colour, "28"),
    backgroundColor: translucent(style.colour, "12"),
    borderWidth: 1,
    pointStyle: "circle",
    fill: side === "low" ? "+1" : false,
    order: 3,
    group: line.label,
  };
}

function bars(line: Line, style: Look): Dataset {
  const data = line.points.flatMap(({ x, low, high }): Point[] =>
    low === high
      ? []
      : [
          { x, y: low },
          { x, y: high },
          { x: null, y: null },
        ],
  );
  return {
    ...quiet,
    label: line.label,
    data,
    showLine: true,
    borderColor: style.colour,
    backgroundColor: style.colour,
    borderWidth: 2,
    pointStyle: "line",
    pointRadius: 7,
    pointBorderWidth: 2,
    order: 2,
    group: line.label,
  };
}

function seedDots(line: Line, style: Look, extent: Extent, least: number): Dataset {
  return {
    ...quiet,
    label: line.label,
    data: line.points.flatMap(({ x, seeds }) => {
      const steps = levels(seeds, least);
      const step = Math.min(further, furthest / Math.max(1, ...steps));
      return seeds.map((y, index) => ({ x: shifted(x, beside + step * (steps[index] ?? 0), extent), y }));
    }),
    showLine: false,
    borderColor: translucent(style.colour, "99"),
    backgroundColor: translucent(style.colour, "28"),
    borderWidth: 1,
    pointStyle: "circle",
    pointRadius: 4,
    order: 0,
    group: line.label,
  };
}

interface Extent {
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
}

function horizontal(chart: LineChart): Extent {
  const xs = chart.lines.flatMap(({ points }) => points.map(({ x }) => x));
  const { low, high } = extremes(xs);
  if (chart.x.whole) return { from: low === high ? low - 1 : low, to: low === high ? high + 1 : high, log: false };
  if (chart.x.isLinear !== true && spansMagnitudes(xs, 5)) {
    const { min, max } = logarithmicBounds(xs, 0.06);
    return { from: min, to: max, log: true };
  }
  const { min, max } = bounds(xs);
  // Bars are shifted apart, and seeds stand beside them.
  const margin = (high - low) * (chart.spread === "bars" ? 0.07 : 0.04);
  return chart.x.ticks === undefined
    ? { from: min, to: max, log: false }
    : { from: low - margin, to: high + margin, log: false };
}

/** What lies to the right of `x` by a share of the chart's width. */
function shifted(x: number, share: number, { from, to, log }: Extent): number {
  return log ? x * (to / from) ** share : x + share * (to - from);
}

/** Shifts each line a little, so that bars at the same place stand beside each other. */
function apart(lines: readonly Line[], extent: Extent): Line[] {
  const step = lines.length < 2 ? 0 : dodge / (lines.length - 1);
  return lines.map((line, index) => {
    const shift = (index - (lines.length - 1) / 2) * step;
    return { ...line, points: line.points.map((point) => ({ ...point, x: shifted(point.x, shift, extent) })) };
  });
}

/** The look of each line: the baseline's, the one that it asks for, or the next that none does. */
function looksOf(lines: readonly Line[], firstFree = 0): Look[] {
  const asked = new Set(lines.map((line) => line.look));
  let next = firstFree;
  return lines.map((line) => {
    if (line.isBaseline) return baselineLook;
    if (line.look !== undefined) return look(line.look);
    while (asked.has(next % mostLooks)) next++;
    return look(next++);
  });
}

function named(title: string, isLogarithmic: boolean): string {
  return isLogarithmic ? `${title}, logarithmic axis` : title;
}

function ticksAt(values: Readonly<Record<"x" | "y", readonly number[] | undefined>>): Options["plugins"]["ticksAt"] {
  const { x, y } = values;
  const labelled = (of: readonly number[]): Tick[] => of.map((value) => ({ value, label: shortNumber(value) }));
  if (x === undefined && y === undefined) return undefined;
  return { ...(x !== undefined && { x: labelled(x) }), ...(y !== undefined && { y: labelled(y) }) };
}

/** Draws lines with what surrounds them: curves over epochs, a metric against a number. */
export function drawLines(chart: LineChart): Drawing {
  const extent = horizontal(chart);
  const { from, to, log } = extent;
  const lines = chart.spread === "bars" ? apart(chart.lines, extent) : chart.lines;
  const ys = [
    ...chart.lines.flatMap(({ points }) => points.flatMap(({ y, low, high, seeds }) => [y, low, high, ...seeds])),
    ...chart.references.map(({ value }) => value),
  ];
  const steep = chart.y.most === undefined && spansMagnitudes(ys, chart.y.logarithmicFrom ?? 200);
  const ends = steep ? logarithmicBounds(ys, 0.03) : bounds(ys, chart.y);
  const looks = looksOf(lines, chart.firstFreeLook);
  const datasets = lines.flatMap((line, index) => {
    const style = looks[index] ?? baselineLook;
    const spread = line.points.some(({ low, high }) => low < high);
    const around = !spread
      ? []
      : chart.spread === "band"
        ? [edge(line, style, "low"), edge(line, style, "high")]
        : [bars(line, style)];
    const dots = line.points.some(({ seeds }) => seeds.length > 0)
      ? [seedDots(line, style, extent, near * (ends.max - ends.min))]
      : [];
    return [mainLine(line, style), ...around, ...dots];
  });
  const references = referenceLines(chart.references, (y) => [from, to].map((x) => ({ x, y })));
  return {
    height: leastHeight + furtherLegendRows([...chart.lines, ...chart.references].map(({ label }) => label)),
    chart: {
      type: "scatter",
      data: { datasets: [...datasets, ...references] },
      options: options(
        { title: chart.title, subtitle: chart.subtitle, legend: true },
        {
          type: log ? "logarithmic" : "linear",
          position: "bottom",
          title: { display: true, text: named(chart.x.title, log) },
          min: from,
          max: to,
          ...(chart.x.whole ? { ticks: { precision: 0, stepSize: Math.max(1, Math.ceil((to - from) / 20)) } } : {}),
        },
        {
          type: steep ? "logarithmic" : "linear",
          title: { display: true, text: named(chart.y.title, steep) },
          ...ends,
        },
        ticksAt({
          x: chart.x.ticks ?? (log ? logarithmicTicks({ min: from, max: to }) : undefined),
          y: steep ? logarithmicTicks(ends) : undefined,
        }),
      ),
    },
  };
}
