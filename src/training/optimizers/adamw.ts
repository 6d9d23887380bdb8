import { adam, adamSettings } from "./adam.js";
import type { z } from "zod";
import type { Optimizer } from "./optimizer.js";
import { decayed, weightDecaySetting } from "./weight-decay.js";

const settings = adamSettings.extend({
  learningRate: adamSettings.shape.learningRate.unwrap().default(0.001).describe("step size; Keras's default; > 0"),
  weightDecay: weightDecaySetting(0.004),
});
export type AdamWSettings = z.output<typeof settings>;

/** Adam with decoupled weight decay, as Keras's `AdamW`: θ -= η·λ·θ, then Adam's step. Loshchilov, Hutter (2019). */
export const adamw: Optimizer<AdamWSettings> = {
  name: "adamw",
  summary: "Adam with decoupled weight decay, as Keras computes it.",
  revision: 1,
  settings,
  start: (tf, parameters, chosen) => adam.start(tf, parameters, chosen),
  step: (tf, input, chosen) => {
    const parameters = decayed(tf, input.parameters, input.learningRate, chosen.weightDecay);
    return adam.step(tf, { ...input, parameters }, chosen);
  },
};
