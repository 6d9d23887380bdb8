import { Registry } from "../../trial/component.js";
import { adam } from "./adam.js";
import type { Optimizer } from "./optimizer.js";

/** The optimizers that `optimizer.type` may name. */
export const optimizers = new Registry<Optimizer>("optimizer", [adam]);
