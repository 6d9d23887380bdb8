import { z } from "zod";

/** How a pretrained teacher is fine-tuned. The defaults are the article's. */
export const fineTuning = z.object({
  weights: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Keras weight file (.h5), or a folder that holds it under its official name; null for the official one"),
  trainable: z
    .enum(["all", "head"])
    .default("all")
    .describe("what trains: all layers (all), or the last, dense one alone on features computed once (head)"),
  seed: z
    .int()
    .positive()
    .default(1)
    .describe("replicate of the teacher: its head's initial weights and the images' order derive from it; > 0"),
  epochs: z.int().positive().default(5).describe("passes over the training images; > 0"),
  learningRate: z.number().positive().default(1e-5).describe("Adam's learning rate; > 0"),
  batchSize: z.int().positive().default(64).describe("images per step; > 0"),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("share of each label spread evenly over all classes, which makes a worse teacher; 0 to below 1"),
});
export type FineTuning = z.output<typeof fineTuning>;

/** MobileNetV2's ImageNet weights were trained on colours in [-1, 1]; the article feeds them [0, 1]. */
export const mobileNetFineTuning = fineTuning.extend({
  preprocessing: z
    .enum(["keras", "article"])
    .default("keras")
    .describe("colours from -1 to 1, as the weights were trained (keras), or from 0 to 1 (article)"),
});
export type MobileNetFineTuning = z.output<typeof mobileNetFineTuning>;
