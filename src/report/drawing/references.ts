import type { Dataset, Point } from "./chart.js";
import { baselineLook, teacherLook } from "./palette.js";

/** A line across a chart, at one value. */
export interface Reference {
  readonly label: string;
  readonly value: number;
  readonly kind: "baseline" | "teacher";
}

/** The lines of a chart's references, no two alike. @param ends where the line at a value begins and ends */
export function referenceLines(
  references: readonly Reference[],
  ends: (value: number) => readonly Pick<Point, "x" | "y">[],
): Dataset[] {
  const teachers = references.filter(({ kind }) => kind === "teacher");
  return references.map((reference) => {
    const { kind, label, value } = reference;
    const { colour, dash } = kind === "baseline" ? baselineLook : teacherLook(teachers.indexOf(reference));
    return {
      label,
      data: ends(value).map((end) => ({ ...end, text: label })),
      showLine: true,
      borderColor: colour,
      backgroundColor: "transparent",
      borderWidth: 2,
      borderDash: dash,
      pointStyle: "line",
      pointRadius: 0,
      fill: false,
      order: 4,
      inLegend: true,
      inTooltip: true,
      group: label,
    };
  });
}
