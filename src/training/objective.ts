import type { Loss, LossInput } from "../losses/loss.js";
import type { Ops, Tensor1D } from "../tensorflow/ops.js";

/** A loss with its settings, as the loop uses it. */
export interface Objective {
  readonly needs: Loss["needs"];
  /** The sum of the loss's terms for each sample, `[batch]`; the objective is its mean. The caller owns `tidy`. */
  perSample(tf: Ops, input: LossInput): Tensor1D;
}

/** @param settings the loss's settings; more keys than its own are ignored, missing ones take their defaults */
export function objectiveOf(loss: Loss, settings: object): Objective {
  const chosen = loss.settings.parse(settings);
  return {
    needs: loss.needs,
    perSample: (tf, input) => {
      const terms = loss.terms(tf, input, chosen);
      if (terms.teacher !== undefined && terms.labels !== undefined) return tf.add(terms.teacher, terms.labels);
      const only = terms.teacher ?? terms.labels;
      if (only === undefined) throw new Error(`the loss ${loss.name} returned no term`);
      return only;
    },
  };
}
