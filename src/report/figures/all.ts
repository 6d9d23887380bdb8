import type { Results } from "../results.js";
import { augmentationFigure } from "./augmentation.js";
import { curvesFigure } from "./curves.js";
import { maker, type Made, type Maker } from "./figure.js";
import { finalFigure } from "./final.js";
import { lossTypeFigure } from "./loss-type.js";
import { softShareFigure } from "./soft-share.js";
import { teacherBackboneFigure } from "./teacher-backbone.js";
import { teacherCurvesFigure } from "./teacher-curves.js";
import { temperatureFigure, temperatureKlFigure } from "./temperature.js";

/** Every figure of a report, in its order. */
export const figures: readonly Maker[] = [
  maker(finalFigure),
  maker(lossTypeFigure),
  maker(temperatureFigure),
  maker(temperatureKlFigure),
  maker(softShareFigure),
  maker(augmentationFigure),
  maker(teacherBackboneFigure),
  maker(curvesFigure("curves-validation-accuracy", "val_accuracy")),
  maker(curvesFigure("curves-validation-loss", "val_loss")),
  maker(curvesFigure("curves-validation-cross-entropy", "val_cross_entropy")),
  maker(curvesFigure("curves-training-accuracy", "train_accuracy")),
  maker(curvesFigure("curves-training-loss", "train_loss")),
  maker(teacherCurvesFigure("teacher-accuracy", "accuracy", "train_accuracy", "val_accuracy")),
  maker(teacherCurvesFigure("teacher-loss", "loss", "train_loss", "val_loss")),
];

/** The figures that apply to a study. */
export function makeFigures(results: Results): Made[] {
  return figures.flatMap((figure) => figure.make(results) ?? []);
}
