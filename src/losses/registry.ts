import { Registry } from "../trial/component.js";
import { hard } from "./hard.js";
import { kd } from "./kd.js";
import { kdCe } from "./kd_ce.js";
import { kdMse } from "./kd_mse.js";
import type { Loss } from "./loss.js";
import { mse } from "./mse.js";

/** The distillation losses that `loss.type` may name. */
export const losses = new Registry<Loss>("loss", [hard, kd, kdCe, mse, kdMse]);
