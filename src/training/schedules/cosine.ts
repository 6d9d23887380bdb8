import { z } from "zod";
import { warmUpEpochs, type Schedule } from "./schedule.js";

const settings = z.object({
  finalFraction: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("share of the learning rate that the curve reaches at the end of the training; 0 to 1"),
  warmUpEpochs,
});

/**
 * Half a cosine from the learning rate down to `finalFraction` of it: f + (1 - f)·(1 + cos(π·t/T))/2 with t the steps
 * done and T all of them, Keras's `CosineDecay` with `alpha` f. Loshchilov, Hutter, "SGDR" (2017), without restarts.
 */
export const cosine: Schedule<z.output<typeof settings>> = {
  name: "cosine",
  summary: "Half a cosine, from the learning rate down to a fraction of it.",
  revision: 1,
  settings,
  factor: ({ step, steps }, { finalFraction }) =>
    finalFraction + ((1 - finalFraction) * (1 + Math.cos((Math.PI * step) / steps))) / 2,
};
