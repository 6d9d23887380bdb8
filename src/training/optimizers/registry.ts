import { Registry } from "../../trial/component.js";
import { adam } from "./adam.js";
import { adamw } from "./adamw.js";
import type { Optimizer } from "./optimizer.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** The optimizers that `optimizer.type` may name. */
export const optimizers = new Registry<Optimizer>("optimizer", [adam, adamw, sgd, rmsprop] as Optimizer[]);
