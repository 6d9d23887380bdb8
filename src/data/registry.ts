import { Registry } from "../trial/component.js";
import type { Dataset } from "./dataset.js";
import { petals } from "./petals/petals.js";

/** The data sets that `dataset.name` may name. */
export const datasets = new Registry<Dataset>("data set", [petals] as readonly Dataset[]);
