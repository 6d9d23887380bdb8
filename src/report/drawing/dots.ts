import type { Dataset, Drawing, Point } from "./chart.js";
import { furtherLegendRows } from "./legend.js";
import { levels } from "./levels.js";
import { bounds, options, wrapped, type Limits } from "./axes.js";
import { baselineLook, ink, look, translucent, type Look } from "./palette.js";
import { referenceLines, type Reference } from "./references.js";

export interface Dot {
  /** Index of its row. */
  readonly row: number;
  readonly mean: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly seeds: readonly { readonly seed: number; readonly value: number; readonly text: string }[];
  /** On hover. */
  readonly text: string;
}

export interface DotSeries {
  readonly label: string;
  /** What the other series have in common: drawn apart from them. */
  readonly isCommon: boolean;
  readonly dots: readonly Dot[];
}

export interface DotChart {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** From the top down. */
  readonly rows: readonly { readonly label: string; readonly isBaseline: boolean }[];
  readonly series: readonly DotSeries[];
  readonly x: { readonly title: string } & Limits;
  readonly references: readonly Reference[];
}

const labelLetters = 34;
/** Share of a row's height that its series take up. */
const filled = 0.72;
/** Where, from the middle of its lane and as shares of its height, a mean stands and the seeds below it end. */
const meanAt = -0.22;
const seedsFrom = 0.17;
const seedsTo = 0.42;
/** Of the lane's height, between seeds that would hide each other; less where there are many. */
const seedStep = 0.16;
/** Share of the chart's width: seeds nearer to each other stand one above the other. */
const near = 0.013;

interface Lane {
  readonly offset: number;
  readonly height: number;
}

/** For each row, the place of each series that has a dot in it. */
function lanesOf({ rows, series }: DotChart): ReadonlyMap<DotSeries, Lane>[] {
  const present = rows.map((): DotSeries[] => []);
  for (const each of series) for (const { row } of each.dots) present[row]?.push(each);
  const most = Math.max(1, ...present.map(({ length }) => length));
  const height = filled / most;
  return present.map((own) => {
    return new Map(own.map((each, index) => [each, { offset: (index - (own.length - 1) / 2) * height, height }]));
  });
}

function base(label: string, style: Look): Omit<Dataset, "data" | "order" | "inLegend" | "inTooltip"> {
  return {
    label,
    showLine: false,
    borderColor: style.colour,
    backgroundColor: style.colour,
    borderWidth: 2,
    pointStyle: style.point,
    pointRadius: 7,
    fill: false,
    group: label,
  };
}

/** Below the mean, so that none hides behind it. */
function seedPoints(dot: Dot, lane: Lane, least: number): Point[] {
  const steps = levels(
    dot.seeds.map(({ value }) => value),
    least,
  );
  const step = Math.min(seedStep, (seedsTo - seedsFrom) / Math.max(1, ...steps));
  return dot.seeds.map(({ value, text }, index) => {
    const below = seedsFrom + step * (steps[index] ?? 0);
    return { x: value, y: dot.row + lane.offset + below * lane.height, text };
  });
}

/** How one chart's series are drawn. */
interface Setting {
  readonly lanes: ReturnType<typeof lanesOf>;
  /** A chart's only series needs no name. */
  readonly isOnly: boolean;
  /** Between seeds on one level. */
  readonly least: number;
}

function drawSeries(series: DotSeries, style: Look, { lanes, isOnly, least }: Setting): Dataset[] {
  const own = base(series.label, style);
  const meanColour = isOnly ? ink : style.colour;
  const placed = series.dots.map((dot) => {
    const lane = lanes[dot.row]?.get(series) ?? { offset: 0, height: filled };
    return { dot, lane, y: dot.row + lane.offset + meanAt * lane.height };
  });
  const seeds: Dataset = {
    ...own,
    data: placed.flatMap(({ dot, lane }) => seedPoints(dot, lane, least)),
    borderColor: translucent(style.colour, "99"),
    backgroundColor: translucent(style.colour, "28"),
    borderWidth: 1,
    pointStyle: "circle",
    pointRadius: 4.5,
    order: 0,
    inLegend: false,
    inTooltip: true,
  };
  const intervals: Dataset = {
    ...own,
    data: placed.flatMap(({ dot: { interval }, y }): Point[] =>
      interval === null
        ? []
        : [
            { x: interval.low, y },
            { x: interval.high, y },
            { x: null, y: null },
          ],
    ),
    showLine: true,
    borderColor: meanColour,
    backgroundColor: meanColour,
    pointStyle: "line",
    pointRotation: 90,
    pointBorderWidth: 2,
    order: 2,
    inLegend: false,
    inTooltip: false,
  };
  const means: Dataset = {
    ...own,
    data: placed.map(({ dot, y }) => ({ x: dot.mean, y, text: dot.text })),
    borderColor: meanColour,
    backgroundColor: meanColour,
    order: 1,
    inLegend: !isOnly,
    inTooltip: true,
  };
  return [means, ...(intervals.data.length === 0 ? [] : [intervals]), seeds];
}

/** Draws rows of dots: every seed, the mean and its interval, one or several series a row. The axis need not start at 0. */
export function drawDots(chart: DotChart): Drawing {
  const isOnly = chart.series.length === 1;
  const lanes = lanesOf(chart);
  const values = [
    ...chart.series.flatMap(({ dots }) =>
      dots.flatMap(({ mean, interval, seeds }) => [
        mean,
        ...(interval === null ? [] : [interval.low, interval.high]),
        ...seeds.map(({ value }) => value),
      ]),
    ),
    ...chart.references.map(({ value }) => value),
  ];
  const extent = bounds(values, chart.x);
  const setting = { lanes, isOnly, least: near * (extent.max - extent.min) };
  let free = 0;
  const datasets = chart.series.flatMap((series) => {
    const style = isOnly ? { ...look(0), point: "rectRot" as const } : series.isCommon ? baselineLook : look(free++);
    return drawSeries(series, style, setting);
  });
  const ticks = chart.rows.map(({ label, isBaseline }, value) => {
    return { value, label: wrapped(isBaseline ? `${label} (baseline)` : label, labelLetters) };
  });
  const ends = [-0.5, chart.rows.length - 0.5];
  const references = referenceLines(chart.references, (x) => ends.map((y) => ({ x, y })));
  const legend = [...(isOnly ? [] : chart.series), ...chart.references].map(({ label }) => label);
  const most = Math.max(1, ...lanes.map(({ size }) => size));
  const rowHeight = Math.max(ticks.some(({ label }) => typeof label !== "string") ? 46 : 44, 28 * most);
  return {
    height: Math.max(360, 210 + chart.rows.length * rowHeight) + furtherLegendRows(legend),
    chart: {
      type: "scatter",
      data: { datasets: [...datasets, ...references] },
      options: options(
        { title: chart.title, subtitle: chart.subtitle, legend: true },
        {
          type: "linear",
          position: "bottom",
          title: { display: true, text: chart.x.title },
          ...extent,
        },
        {
          type: "linear",
          title: { display: false, text: "" },
          min: -0.5,
          max: chart.rows.length - 0.5,
          reverse: true,
          ticks: { autoSkip: false },
        },
        { y: ticks },
      ),
    },
  };
}
