import { z } from "zod";
import type { Component } from "../trial/component.js";

const settings = z.object({
  epochs: z.int().positive().default(10).describe("passes over the training images; > 0"),
  batchSize: z.int().positive().default(64).describe("images per step; the last, smaller batch is trained too; > 0"),
  clipNorm: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("greatest norm of the whole gradient, all parameters together; a longer one is shortened to it; > 0"),
  mixup: z
    .number()
    .min(0)
    .max(16)
    .default(0)
    .describe(
      "α: mixes each training image and its label with another's, by a share from Beta(α, α); 0 for none; 0 to 16",
    ),
  patience: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "epochs in a row without a better one after which the training ends, with the best one's weights; null for never; > 0",
    ),
  monitor: z.enum(["val_loss", "val_accuracy"]).default("val_loss").describe("by what `patience` tells a better epoch"),
});
export type TrainingSettings = z.output<typeof settings>;

/** How a student is trained, whatever its optimizer. The defaults are the article's. */
export const training: Component<TrainingSettings> = {
  name: "training",
  summary: "How long and in what portions a student is trained.",
  revision: 1,
  settings,
  canonical: (chosen) => ({ ...chosen, monitor: chosen.patience === null ? null : chosen.monitor }),
};
