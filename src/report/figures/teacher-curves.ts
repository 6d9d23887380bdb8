import type { MetricName } from "../../trial/metrics.js";
import { drawLines } from "../drawing/lines.js";
import { axisTitle, quantities, withUnit } from "../quantities.js";
import { curveOf, lineOf, type Curve } from "./curves.js";
import type { Figure } from "./figure.js";
import { limits, sentence } from "./shown.js";

const mostTeachers = 4;

export interface TeacherCurves {
  /** Training and validation of each teacher, one after the other. */
  readonly curves: readonly Curve[];
  readonly omitted: number;
}

/** How the teachers themselves were trained: training and validation, a pair of lines each. */
export function teacherCurvesFigure(
  name: string,
  noun: string,
  training: MetricName,
  validation: MetricName,
): Figure<TeacherCurves> {
  const quantity = quantities[validation];
  const title = `Teacher's ${noun}`;
  return {
    name,
    data: ({ teachers }) => {
      const trained = teachers.filter(({ details }) => details.epochs.length > 0);
      if (trained.length === 0) return null;
      const curves = trained.slice(0, mostTeachers).flatMap(({ label, details: { epochs } }) => {
        const one = [{ seed: 1, epochs }];
        return [
          { label: `${label}, training`, isBaseline: false, points: curveOf(one, training) },
          { label: `${label}, validation`, isBaseline: false, points: curveOf(one, validation) },
        ];
      });
      return { curves, omitted: Math.max(0, trained.length - mostTeachers) };
    },
    table: ({ curves }) => ({
      columns: ["teacher", "epoch", noun],
      rows: curves.flatMap(({ label, points }) => points.map(({ epoch, mean }) => [label, epoch, mean])),
    }),
    draw: ({ curves, omitted }) =>
      drawLines({
        title: `${title} by epoch`,
        subtitle: omitted === 0 ? [] : [`${mostTeachers} of ${mostTeachers + omitted} teachers`],
        x: { title: "epoch", whole: true },
        y: { title: axisTitle({ ...quantity, title: noun }), ...limits(quantity) },
        spread: "band",
        lines: curves.map((curve) => lineOf(curve, validation)),
        references: [],
      }),
    describe: ({ curves }) => {
      const ends = curves.map(({ label, points }) => {
        const last = points.at(-1);
        return last === undefined ? label : `${label} ${withUnit(last.mean, quantity)}`;
      });
      return `${sentence(title)} by epoch. At the last epoch: ${ends.join("; ")}.`;
    },
  };
}
