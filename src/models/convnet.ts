import type { ScratchBackbone } from "./backbone.js";
import type { Layer } from "./model.js";
import { teacherRecipe } from "./recipe.js";

/**
 * Images from -1 to 1, then blocks of a 3x3 convolution ("same", relu) and 2x2 max pooling, one per entry of `filters`,
 * then the head.
 */
function layers(filters: readonly number[], units: number, classes: number): Layer[] {
  return [
    { kind: "rescale", scale: 2, offset: -1 },
    ...filters.flatMap((count): Layer[] => [
      { kind: "conv", filters: count, kernel: 3, padding: "same", activation: "relu" },
      { kind: "maxPool", size: 2 },
    ]),
    { kind: "globalAveragePool" },
    { kind: "dense", units, activation: "relu" },
    { kind: "dense", units: classes, activation: "none" },
  ];
}

/** A small convolutional teacher: four blocks of 16, 32, 64 and 128 filters, about 114,000 parameters. */
export const convnetSmall: ScratchBackbone = {
  kind: "scratch",
  name: "convnet_s",
  summary: "A small convolutional teacher, trained from scratch: four blocks of 16 to 128 filters.",
  revision: 1,
  settings: teacherRecipe,
  minimumImageSize: () => 16,
  layers: (classes) => layers([16, 32, 64, 128], 128, classes),
};

/** A medium convolutional teacher: four blocks of 32, 64, 128 and 256 filters, about 450,000 parameters. */
export const convnetMedium: ScratchBackbone = {
  kind: "scratch",
  name: "convnet_m",
  summary: "A medium convolutional teacher, trained from scratch: four blocks of 32 to 256 filters.",
  revision: 1,
  settings: teacherRecipe,
  minimumImageSize: () => 16,
  layers: (classes) => layers([32, 64, 128, 256], 256, classes),
};
