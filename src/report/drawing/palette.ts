import type { PointStyle } from "./chart.js";

/** How one line or series looks: told apart by colour, and without it by dash and point. */
export interface Look {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly point: PointStyle;
}

/** Text and what must stand out: near black. */
export const ink = "#222222";
/** Reference lines. */
export const muted = "#767676";

/** After Okabe and Ito's palette for every kind of colour vision, without its yellow and black. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6a3d9a", "#8c564b"];
const dashes: readonly (readonly number[])[] = [
  [],
  [10, 5],
  [3, 4],
  [12, 4, 3, 4],
  [18, 6],
  [6, 3],
  [2, 6],
  [14, 4, 2, 4, 2, 4],
];
const points: readonly PointStyle[] = ["circle", "triangle", "rect", "rectRot", "crossRot", "star", "cross", "circle"];

/** How many lines or series a reader can tell apart in one chart. */
export const mostLooks = colours.length;

/** The look of the line at `index`, from 0. */
export function look(index: number): Look {
  const at = index % mostLooks;
  return { colour: colours[at] ?? ink, dash: dashes[at] ?? [], point: points[at] ?? "circle" };
}

/** The look of the baseline, in every chart. */
export const baselineLook: Look = { colour: ink, dash: [8, 6], point: "rectRot" };

const teacherDashes: readonly (readonly number[])[] = [
  [2, 4],
  [6, 3, 1, 3],
  [1, 6],
];

/** The look of the line across a chart for the teacher at `index`, from 0. */
export function teacherLook(index: number): Omit<Look, "point"> {
  return { colour: muted, dash: teacherDashes[index % teacherDashes.length] ?? [] };
}

/** A colour with some of what lies below shining through. */
export function translucent(colour: string, alpha: "12" | "28" | "99"): string {
  return `${colour}${alpha}`;
}

/** Each colour and what stands for it on a dark page. */
export const darkColours: Readonly<Record<string, string>> = {
  "#0072b2": "#4da6e0",
  "#d55e00": "#ff8a4c",
  "#009e73": "#2fcfa0",
  "#cc79a7": "#e3a3c6",
  "#e69f00": "#f4b942",
  "#56b4e9": "#8cccf2",
  "#6a3d9a": "#b79ae0",
  "#8c564b": "#c99a8f",
  [ink]: "#eeeeee",
  [muted]: "#9a9a9a",
};
