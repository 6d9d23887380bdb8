import type { Drawing } from "./chart.js";
import { options, wrapped } from "./axes.js";
import { look, translucent } from "./palette.js";

export interface BarChart {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** What stands along the bottom: a group of bars each. */
  readonly groups: readonly string[];
  readonly x: { readonly title: string };
  /** Starts at 0, whatever the values. */
  readonly y: { readonly title: string; readonly most: number };
  readonly series: readonly {
    readonly label: string;
    /** One for each group. */
    readonly values: readonly { readonly value: number; readonly text: string }[];
  }[];
}

/** Share of a group's width that its bars fill. */
const filled = 0.8;

/** Draws groups of bars from 0 up, each series with a mark of its own on top. */
export function drawBars(chart: BarChart): Drawing {
  const width = filled / chart.series.length;
  const datasets = chart.series.map(({ label, values }, index) => {
    const style = look(index);
    return {
      label,
      data: values.map(({ value, text }, group) => {
        const left = group - filled / 2 + index * width;
        const x = [left + width * 0.06, left + width * 0.94] as const;
        return {
          x: left + width / 2,
          y: value,
          text,
          box: { x, y: [0, value] as const, fill: translucent(style.colour, "99") },
        };
      }),
      showLine: false,
      borderColor: style.colour,
      backgroundColor: style.colour,
      borderWidth: 2,
      pointStyle: style.point,
      pointRadius: 5,
      clip: false as const,
      order: 1,
      inLegend: true,
      inTooltip: true,
      group: label,
    };
  });
  const ticks = chart.groups.map((label, value) => ({ value, label: wrapped(label, 14) }));
  return {
    height: 560,
    chart: {
      type: "scatter",
      data: { datasets },
      options: options(
        { title: chart.title, subtitle: chart.subtitle, legend: true },
        {
          type: "linear",
          position: "bottom",
          title: { display: true, text: chart.x.title },
          min: -0.5,
          max: chart.groups.length - 0.5,
          ticks: { autoSkip: false },
          grid: { display: false },
        },
        { type: "linear", title: { display: true, text: chart.y.title }, min: 0, max: chart.y.most },
        { x: ticks },
      ),
    },
  };
}
