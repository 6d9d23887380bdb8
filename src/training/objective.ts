import type { Loss, LossInput } from "../losses/loss.js";
import type { Ops, Tensor1D } from "../tensorflow/ops.js";

export interface ObjectiveInput extends LossInput {
  /** `[batch]`: 1 where the labels' term counts, 0 for an image that has the teacher's term alone; absent where all count. */
  readonly labelled?: Tensor1D;
}

/** A loss with its settings, as the loop uses it. */
export interface Objective {
  /** What to call the loss in messages: "the loss kd", or its module. */
  readonly title: string;
  /** The sum of the loss's terms for each sample, `[batch]`; the objective is its mean. The caller owns `tidy`. */
  perSample(tf: Ops, input: ObjectiveInput): Tensor1D;
}

/** @param settings the loss's settings; more keys than its own are ignored, missing ones take their defaults */
export function objectiveOf(loss: Loss, settings: object): Objective {
  const chosen = loss.settings.parse(settings);
  return {
    title: "path" in loss ? `loss module ${String(loss.path)}` : `the loss ${loss.name}`,
    perSample: (tf, input) => {
      const { teacher, labels: unmasked } = loss.terms(tf, input, chosen);
      const { labelled } = input;
      const labels = unmasked !== undefined && labelled !== undefined ? tf.mul<Tensor1D>(unmasked, labelled) : unmasked;
      if (teacher !== undefined && labels !== undefined) return tf.add(teacher, labels);
      const only = teacher ?? labels;
      if (only === undefined) throw new Error(`the loss ${loss.name} returned no term`);
      return only;
    },
  };
}
