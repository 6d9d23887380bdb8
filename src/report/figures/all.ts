import type { Results } from "../results.js";
import type { Variant } from "../variants.js";
import { againstFigure } from "./against.js";
import { augmentationFigure } from "./augmentation.js";
import { calibrationFigure } from "./calibration.js";
import { confusionFigure } from "./confusion.js";
import { comparisonPrefix, plannedFigures } from "./planned.js";
import { predictionTimeFigure, sizeFigure } from "./cost.js";
import { curvesFigure } from "./curves.js";
import { effectFigure } from "./effect.js";
import { maker, type Made, type Maker } from "./figure.js";
import { finalFigure } from "./final.js";
import { heatMapFigure } from "./heat-map.js";
import { importanceFigure } from "./importance.js";
import { lossTypeFigure } from "./loss-type.js";
import { softLabelsFigure } from "./soft-labels.js";
import { softShare, softShareFigure } from "./soft-share.js";
import { teacherBackboneFigure } from "./teacher-backbone.js";
import { teacherCurvesFigure } from "./teacher-curves.js";
import { temperatureFigure, temperatureKlFigure } from "./temperature.js";
import { parameterNoun, parameterTitle } from "./weights.js";

const comparisons: readonly Maker[] = [
  maker(finalFigure),
  maker(lossTypeFigure),
  maker(temperatureFigure),
  maker(temperatureKlFigure),
  maker(softShareFigure),
  maker(heatMapFigure),
  maker(augmentationFigure),
  maker(teacherBackboneFigure),
];

const others: readonly Maker[] = [
  maker(importanceFigure),
  maker(sizeFigure),
  maker(predictionTimeFigure),
  maker(curvesFigure("curves-validation-accuracy", "val_accuracy")),
  maker(curvesFigure("curves-validation-loss", "val_loss")),
  maker(curvesFigure("curves-validation-cross-entropy", "val_cross_entropy")),
  maker(curvesFigure("curves-training-accuracy", "train_accuracy")),
  maker(curvesFigure("curves-training-loss", "train_loss")),
  maker(curvesFigure("curves-kl", "val_kl")),
  maker(confusionFigure("confusion", "best")),
  maker(confusionFigure("confusion-teacher", "teacher")),
  maker(calibrationFigure),
  maker(softLabelsFigure),
  maker(teacherCurvesFigure("teacher-accuracy", "accuracy", "train_accuracy", "val_accuracy")),
  maker(teacherCurvesFigure("teacher-loss", "loss", "train_loss", "val_loss")),
];

/** Every figure whose name does not depend on the sweep, in the report's order. */
export const figures: readonly Maker[] = [...comparisons, ...others];

/** Swept parameters that a figure of their own shows. */
const shown = new Set(["loss.type", "loss.temperature", "augmentation.type", "teacher.backbone"]);
const mostEffects = 12;
const effectPrefix = "effect-";

/** Whether a file in `charts/` may be one of a report's, of this or of another plan. */
export function isFigureFile(file: string): boolean {
  const name = /^(.+)\.(?:png|csv)$/.exec(file)?.[1];
  if (name === undefined) return false;
  return (
    [effectPrefix, comparisonPrefix].some((prefix) => name.startsWith(prefix)) ||
    figures.some((figure) => figure.name === name)
  );
}

/** Whether a configuration's value of a parameter is for a figure of further parameters to show. */
function isFurther(name: string, variant: Variant): boolean {
  if (shown.has(name) || !(name in variant.parameters)) return false;
  return !softShare.of.includes(name) || softShare.value(variant) === null;
}

/** One figure for each further swept parameter: against its values where they are numbers, side by side else. */
function effects({ plan, variants }: Results): Maker[] {
  const wanted = plan.parameters
    .map((name) => ({ name, having: variants.filter((variant) => isFurther(name, variant)) }))
    .filter(({ having }) => having.length > 0);
  return wanted.slice(0, mostEffects).map(({ name, having }) => {
    const file = effectPrefix + name.replace(/[^A-Za-z0-9]+/g, "-");
    const noun = parameterNoun(name);
    if (!having.every(({ parameters }) => typeof parameters[name] === "number")) {
      return maker(effectFigure(file, { parameter: name, noun, rows: "blocks" }));
    }
    const title = parameterTitle(name, new Set(having.map(({ settings: { loss } }) => loss.type)));
    const value = (variant: Variant): number | null => {
      const own = variant.parameters[name];
      return typeof own === "number" && isFurther(name, variant) ? own : null;
    };
    return maker(againstFigure(file, { title, noun, of: [name], value }, () => plan.metric.name));
  });
}

/** Names become files, on some systems whatever their case, and ids on the page: a name that is taken gets a number. */
function withOwnNames(all: readonly Made[]): Made[] {
  const taken = new Set<string>();
  return all.map((made) => {
    let { name } = made;
    for (let again = 2; taken.has(name.toLowerCase()); again++) name = `${made.name}-${again}`;
    taken.add(name.toLowerCase());
    return { ...made, name };
  });
}

/** The figures that apply to a study, no two of one name. */
export function makeFigures(results: Results): Made[] {
  const makers = [...plannedFigures(results), ...comparisons, ...effects(results), ...others];
  return withOwnNames(makers.flatMap((figure) => figure.make(results) ?? []));
}
