import { z } from "zod";

/** How a teacher that is trained from scratch is trained: Adam on hard labels, nothing of it shared with the students. */
export const teacherRecipe = z.object({
  seed: z
    .int()
    .positive()
    .default(1)
    .describe("replicate of the teacher: its initial weights, order and augmentation derive from it; > 0"),
  epochs: z.int().positive().default(12).describe("passes over the training images; > 0"),
  learningRate: z
    .number()
    .positive()
    .default(0.003)
    .describe("Adam's highest learning rate: it rises to it at first and falls to 0 by the end; > 0"),
  batchSize: z.int().positive().default(32).describe("images per step; > 0"),
});
export type TeacherRecipe = z.output<typeof teacherRecipe>;
