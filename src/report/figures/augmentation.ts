import { effectFigure } from "./effect.js";

/** Each configuration without and with augmentation. */
export const augmentationFigure = effectFigure("augmentation", {
  parameter: "augmentation.type",
  noun: "augmentation",
  rows: "blocks",
});
