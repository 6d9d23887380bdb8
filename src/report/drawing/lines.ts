import type { Dataset, Drawing, Point } from "./chart.js";
import { bounds, extremes, options, spansMagnitudes, type Limits } from "./axes.js";
import { baselineLook, look, translucent, type Look } from "./palette.js";
import { referenceLines, type Reference } from "./references.js";

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
  /** false: marks alone, no line through them. */
  readonly isConnected?: boolean;
  readonly points: readonly LinePoint[];
}

export interface LineChart {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly x: { readonly title: string; readonly whole: boolean; readonly ticks?: readonly number[] };
  readonly y: { readonly title: string } & Limits;
  /** What stands around each line: a filled band or a bar at each point. */
  readonly spread: "band" | "bars";
  readonly lines: readonly Line[];
  readonly references: readonly Reference[];
}

const leastHeight = 625;
const legendRow = 26;
const mostMarkers = 12;
/** Share of the chart's width over which lines with bars are shifted apart. */
const dodge = 0.03;

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

function seedDots(line: Line, style: Look): Dataset {
  return {
    ...quiet,
    label: line.label,
    data: line.points.flatMap(({ x, seeds }) => seeds.map((y) => ({ x, y }))),
    showLine: false,
    borderColor: translucent(style.colour, "99"),
    backgroundColor: translucent(style.colour, "28"),
    borderWidth: 1,
    pointStyle: "circle",
    pointRadius: 4,
    order: 3,
    group: line.label,
  };
}

function horizontal(chart: LineChart): { from: number; to: number; log: boolean } {
  const xs = chart.lines.flatMap(({ points }) => points.map(({ x }) => x));
  const { low, high } = extremes(xs);
  if (chart.x.whole) return { from: low === high ? low - 1 : low, to: low === high ? high + 1 : high, log: false };
  if (spansMagnitudes(xs, 5)) {
    const margin = (high / low) ** 0.04;
    return { from: low / margin, to: high * margin, log: true };
  }
  const { min, max } = bounds(xs);
  const margin = (high - low) * 0.04;
  return chart.x.ticks === undefined
    ? { from: min, to: max, log: false }
    : { from: low - margin, to: high + margin, log: false };
}

/** Long legends make the picture higher, not the chart lower. */
function heightFor(labels: readonly string[]): number {
  const letters = labels.reduce((sum, label) => sum + label.length + 5, 0);
  return leastHeight + legendRow * Math.max(0, Math.ceil(letters / 95) - 1);
}

/** Shifts each line a little, so that bars at the same place stand beside each other. */
function apart(lines: readonly Line[], { from, to, log }: ReturnType<typeof horizontal>): Line[] {
  const step = lines.length < 2 ? 0 : dodge / (lines.length - 1);
  return lines.map((line, index) => {
    const shift = (index - (lines.length - 1) / 2) * step;
    const moved = (x: number): number => (log ? x * (to / from) ** shift : x + shift * (to - from));
    return { ...line, points: line.points.map((point) => ({ ...point, x: moved(point.x) })) };
  });
}

function tickLabel(value: number): string {
  return value >= 10_000 ? value.toLocaleString("en-GB") : String(value);
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
  const steep = spansMagnitudes(ys, 200);
  let free = 0;
  const datasets = lines.flatMap((line) => {
    const style = line.isBaseline ? baselineLook : look(free++);
    const spread = line.points.some(({ low, high }) => low < high);
    const around = !spread
      ? []
      : chart.spread === "band"
        ? [edge(line, style, "low"), edge(line, style, "high")]
        : [bars(line, style)];
    const dots = line.points.some(({ seeds }) => seeds.length > 0) ? [seedDots(line, style)] : [];
    return [mainLine(line, style), ...around, ...dots];
  });
  const references = referenceLines(chart.references, (y) => [from, to].map((x) => ({ x, y })));
  return {
    height: heightFor([...chart.lines, ...chart.references].map(({ label }) => label)),
    chart: {
      type: "scatter",
      data: { datasets: [...datasets, ...references] },
      options: options(
        { title: chart.title, subtitle: chart.subtitle, legend: true },
        {
          type: log ? "logarithmic" : "linear",
          position: "bottom",
          title: { display: true, text: chart.x.title },
          min: from,
          max: to,
          ...(chart.x.whole ? { ticks: { precision: 0, stepSize: Math.max(1, Math.ceil((to - from) / 20)) } } : {}),
        },
        {
          type: steep ? "logarithmic" : "linear",
          title: { display: true, text: chart.y.title },
          ...(steep ? {} : bounds(ys, chart.y)),
        },
        chart.x.ticks && { x: chart.x.ticks.map((value) => ({ value, label: tickLabel(value) })) },
      ),
    },
  };
}
