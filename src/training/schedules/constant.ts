import { z } from "zod";
import { warmUpEpochs, type Schedule, type ScheduleSettings } from "./schedule.js";

/** The optimizer's learning rate in every step, as in the article. */
export const constant: Schedule<ScheduleSettings> = {
  name: "constant",
  summary: "The same learning rate in every step (the article's).",
  revision: 1,
  settings: z.object({ warmUpEpochs }),
  factor: () => 1,
};
