import { z } from "zod";
import { warmUpEpochs, type Schedule } from "./schedule.js";

const settings = z.object({
  every: z.number().positive().default(1).describe("epochs or steps (`unit`) in which the divisor grows by decay; > 0"),
  unit: z.enum(["epochs", "steps"]).default("epochs").describe("what `every` counts"),
  decay: z.number().nonnegative().default(1).describe("what is added to the divisor for each `every`; >= 0"),
  staircase: z.boolean().default(false).describe("whether the divisor grows at each whole `every` only"),
  warmUpEpochs,
});

/**
 * The learning rate divided by 1 + decay·t/every, with t the steps done or, by `unit`, the epochs (parts of them count):
 * Keras's `InverseTimeDecay`, whose `decay_steps` counts steps. The article's code has InverseTimeDecay(0.1,
 * decay_steps 2.4, decay_rate 1) in one run: every 2.4, unit steps, decay 1.
 */
export const inverseTime: Schedule<z.output<typeof settings>> = {
  name: "inverse_time",
  summary: "The learning rate divided by a number that grows evenly with time.",
  revision: 1,
  settings,
  factor: (at, { every, unit, decay, staircase }) => {
    const time = at.step / (unit === "steps" ? every : every * at.stepsPerEpoch);
    return 1 / (1 + decay * (staircase ? Math.floor(time) : time));
  },
};
