import { Registry } from "../../trial/component.js";
import type { Augmentation } from "./augmentation.js";
import { flipCrop } from "./flip_crop.js";
import { none } from "./none.js";
import { strong } from "./strong.js";

/** The augmentations that `augmentation.type` may name. */
export const augmentations = new Registry<Augmentation>("augmentation", [
  none,
  flipCrop,
  strong,
] as readonly Augmentation[]);
