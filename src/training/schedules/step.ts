import { z } from "zod";
import { warmUpEpochs, type Schedule } from "./schedule.js";

const settings = z.object({
  every: z.int().positive().default(3).describe("epochs from one fall of the learning rate to the next; > 0"),
  gamma: z.number().positive().max(1).default(0.5).describe("what each fall multiplies the learning rate by; > 0 to 1"),
  warmUpEpochs,
});

/** The learning rate times γ after each `every` epochs. */
export const step: Schedule<z.output<typeof settings>> = {
  name: "step",
  summary: "The learning rate times gamma after each so many epochs.",
  revision: 1,
  settings,
  factor: (at, { every, gamma }) => gamma ** Math.floor(at.step / (every * at.stepsPerEpoch)),
};
