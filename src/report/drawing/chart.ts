/**
 * A chart.js configuration that is plain JSON: drawn to PNG and used live in the HTML report. What chart.js takes as
 * callbacks only is set once for every chart by `extend` (extend.ts), which reads the fields marked "extend" here.
 */
export interface Chart {
  readonly type: "scatter";
  readonly data: { readonly datasets: readonly Dataset[] };
  readonly options: Options;
}

export interface Point {
  /** null breaks a line. */
  readonly x: number | null;
  readonly y: number | null;
  /** extend: what a person reads on hover. */
  readonly text?: string;
  /** extend: a filled rectangle behind the point. */
  readonly box?: Box;
}

/** A rectangle in the axes' units, and what is written in its middle. */
export interface Box {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly fill: string;
  readonly words?: string;
  readonly ink?: string;
}

export type PointStyle = "circle" | "triangle" | "rect" | "rectRot" | "cross" | "crossRot" | "star" | "line";

export interface Dataset {
  readonly label: string;
  readonly data: readonly Point[];
  readonly showLine: boolean;
  readonly borderColor: string;
  readonly backgroundColor: string;
  readonly borderWidth: number;
  readonly borderDash?: readonly number[];
  readonly pointStyle: PointStyle;
  readonly pointRadius: number | readonly number[];
  readonly pointHoverRadius?: number;
  readonly pointBorderWidth?: number;
  readonly pointRotation?: number;
  readonly fill?: false | string;
  /** Marks on the chart's edge are drawn whole. */
  readonly clip?: false;
  /** Lower ones are drawn later, on top. */
  readonly order: number;
  /** extend: shown in the legend. */
  readonly inLegend: boolean;
  /** extend: found on hover. */
  readonly inTooltip: boolean;
  /** extend: a click on the legend hides all datasets of the group. */
  readonly group: string;
}

export interface Axis {
  readonly type: "linear" | "logarithmic";
  readonly position?: "bottom";
  readonly title: { readonly display: boolean; readonly text: string };
  readonly min?: number;
  readonly max?: number;
  /** From the top down. */
  readonly reverse?: boolean;
  readonly ticks?: { readonly precision?: number; readonly stepSize?: number; readonly autoSkip?: boolean };
  readonly grid?: { readonly display: boolean };
}

export interface Options {
  readonly scales: { readonly x: Axis; readonly y: Axis };
  readonly interaction: { readonly mode: "nearest"; readonly intersect: boolean };
  readonly plugins: {
    readonly title: { readonly display: true; readonly text: string };
    readonly subtitle: { readonly display: boolean; readonly text: readonly string[] };
    readonly legend: { readonly display: boolean };
    /** extend: an axis's ticks, in place of chart.js's own. */
    readonly ticksAt?: { readonly x?: readonly Tick[]; readonly y?: readonly Tick[] };
  };
}

export interface Tick {
  readonly value: number;
  /** A list is written on several lines. */
  readonly label: string | readonly string[];
}

/** Width of every picture, in chart.js's pixels. */
export const pictureWidth = 1000;

/** A chart and how high it is drawn, in pixels of a picture that is `pictureWidth` wide. */
export interface Drawing {
  readonly chart: Chart;
  readonly height: number;
}
