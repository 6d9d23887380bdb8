import type { Drawing } from "./chart.js";
import { options, wrapped } from "./axes.js";
import { ink } from "./palette.js";

export interface CellsChart {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** Columns from the left, rows from the top down. */
  readonly x: { readonly title: string; readonly labels: readonly string[] };
  readonly y: { readonly title: string; readonly labels: readonly string[] };
  readonly cells: readonly {
    readonly column: number;
    readonly row: number;
    /** How dark, 0 to 1. */
    readonly shade: number;
    readonly words: string;
    /** On hover. */
    readonly text: string;
  }[];
}

const lightest = 0x08;
/** Dark text reads well on it. */
const darkest = 0x99;
const gap = 0.02;

function fill(shade: number): string {
  const alpha = Math.round(lightest + Math.min(1, Math.max(0, shade)) * (darkest - lightest));
  return `#0072b2${alpha.toString(16).padStart(2, "0")}`;
}

function ticks(labels: readonly string[], letters: number): { value: number; label: string | readonly string[] }[] {
  return labels.map((label, value) => ({ value, label: wrapped(label, letters) }));
}

/** Draws a table of numbers, the darker the greater: the number is in the cell, so that shade is never all there is. */
export function drawCells(chart: CellsChart): Drawing {
  const columns = chart.x.labels.length;
  const rows = chart.y.labels.length;
  const data = chart.cells.map(({ column, row, shade, words, text }) => ({
    x: column,
    y: row,
    text,
    box: {
      x: [column - 0.5 + gap, column + 0.5 - gap] as const,
      y: [row - 0.5 + gap, row + 0.5 - gap] as const,
      fill: fill(shade),
      words,
      ink,
    },
  }));
  const axis = { type: "linear", ticks: { autoSkip: false }, grid: { display: false } } as const;
  return {
    height: Math.max(360, 230 + rows * 62),
    chart: {
      type: "scatter",
      data: {
        datasets: [
          {
            label: chart.title,
            data,
            showLine: false,
            borderColor: "transparent",
            backgroundColor: "transparent",
            borderWidth: 0,
            pointStyle: "rect",
            pointRadius: 0,
            order: 1,
            inLegend: false,
            inTooltip: true,
            group: chart.title,
          },
        ],
      },
      options: options(
        { title: chart.title, subtitle: chart.subtitle, legend: false },
        {
          ...axis,
          position: "bottom",
          title: { display: true, text: chart.x.title },
          min: -0.5,
          max: columns - 0.5,
        },
        { ...axis, title: { display: true, text: chart.y.title }, min: -0.5, max: rows - 0.5, reverse: true },
        { x: ticks(chart.x.labels, Math.max(6, Math.floor(80 / columns))), y: ticks(chart.y.labels, 24) },
      ),
    },
  };
}
