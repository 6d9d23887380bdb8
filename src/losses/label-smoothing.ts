import { z } from "zod";
import type { Ops, Tensor2D } from "../tensorflow/ops.js";
import type { Loss } from "./loss.js";

/** A setting of the losses that take labels. */
const labelSmoothing = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe("share of each label that is spread evenly over all classes, in validation too; 0 to below 1");

/** Labels y·(1 - s) + s/classes in the place of y, `[batch, classes]`, as Keras's `label_smoothing` has it. */
function smoothed(tf: Ops, labels: Tensor2D, share: number): Tensor2D {
  return tf.add<Tensor2D>(tf.mul(labels, 1 - share), share / labels.shape[1]);
}

/**
 * A loss that takes labels, with the setting `labelSmoothing`. Where it is 0 the loss is what it was, with the identity it
 * had. What a loss takes for *the* label (`dkd`, `nkd`, `rld`) stays it. Szegedy et al., "Rethinking the Inception
 * Architecture" (2016); a teacher trained so teaches worse: Müller et al., "When Does Label Smoothing Help?" (2019).
 */
export function smoothable<S extends object>(loss: Loss<S>): Loss<S & { readonly labelSmoothing: number }> {
  type Settings = S & { readonly labelSmoothing: number };
  return {
    ...loss,
    settings: loss.settings.safeExtend({ labelSmoothing }) as unknown as Loss<Settings>["settings"],
    canonical: (chosen) => ({ ...(loss.canonical?.(chosen) ?? chosen), labelSmoothing: chosen.labelSmoothing }),
    terms: (tf, input, chosen) => {
      if (chosen.labelSmoothing === 0 || input.labels === undefined) return loss.terms(tf, input, chosen);
      return loss.terms(tf, { ...input, labels: smoothed(tf, input.labels, chosen.labelSmoothing) }, chosen);
    },
  };
}
