import { effectFigure } from "./effect.js";

/** The losses side by side. */
export const lossTypeFigure = effectFigure("loss-type", { parameter: "loss.type", noun: "loss", rows: "values" });
