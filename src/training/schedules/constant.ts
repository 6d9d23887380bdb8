import { z } from "zod";
import { warmUpEpochs, type Schedule } from "./schedule.js";

/** The optimizer's learning rate in every step, as in the article. */
export const constant: Schedule = {
  name: "constant",
  summary: "The same learning rate in every step (the article's).",
  revision: 1,
  settings: z.object({ warmUpEpochs }),
  factor: () => 1,
};
