import { z } from "zod";
import type { Component } from "../trial/component.js";

const settings = z.object({
  epochs: z.int().positive().default(10).describe("passes over the training images; > 0"),
  batchSize: z.int().positive().default(64).describe("images per step; the last, smaller batch is trained too; > 0"),
});
export type TrainingSettings = z.output<typeof settings>;

/** How long and in what portions a student is trained. The defaults are the article's. */
export const training: Component<TrainingSettings> = {
  name: "training",
  summary: "Epochs and batch size of a student's training.",
  revision: 1,
  settings,
};
