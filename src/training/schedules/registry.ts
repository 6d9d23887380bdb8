import { Registry } from "../../trial/component.js";
import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import { inverseTime } from "./inverse_time.js";
import type { Schedule } from "./schedule.js";
import { step } from "./step.js";

/** The learning-rate schedules that `schedule.type` may name. */
export const schedules = new Registry<Schedule>("schedule", [constant, cosine, step, inverseTime] as Schedule[]);
