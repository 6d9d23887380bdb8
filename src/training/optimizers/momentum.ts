import { z } from "zod";

/** A setting of the optimizers with momentum. */
export const momentum = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe("share of the last change that each step repeats; 0 to below 1");
