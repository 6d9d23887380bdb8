import { effectFigure } from "./effect.js";

/** Each configuration under each teacher, the teachers' own accuracy beside them. */
export const teacherBackboneFigure = effectFigure("teacher-backbone", {
  parameter: "teacher.backbone",
  noun: "teacher",
  rows: "blocks",
});
