import { z } from "zod";
import type { Ops, Tensor, Tensor2D } from "../tensorflow/ops.js";
import type { Loss } from "./loss.js";

/** A setting of the losses on softmax probabilities. */
export const standardize = z
  .boolean()
  .default(false)
  .describe("whether the teacher's term takes both models' logits less their mean, over their standard deviation");

/** Added to the standard deviation, so that equal logits give 0. */
const least = 1e-7;

/** The unbiased standard deviation (over C - 1) of each image's logits, `[batch, 1]`. */
export function deviation(tf: Ops, logits: Tensor2D): Tensor2D {
  const centred = tf.sub<Tensor2D>(logits, tf.mean(logits, 1, true));
  return tf.sqrt(tf.div(tf.sum<Tensor2D>(tf.square(centred), 1, true), logits.shape[1] - 1));
}

/**
 * (z - mean)/(1e-7 + std) for each image over its classes, `[batch, classes]`; std is unbiased, over C - 1 (tf.moments is
 * not: at five classes it is smaller by a factor of 1.118). The gradient goes through mean and std.
 */
export function standardized(tf: Ops, logits: Tensor2D): Tensor2D {
  const operation = tf.customGrad((...inputs) => {
    const [z, save] = inputs as [Tensor2D, (tensors: Tensor[]) => void];
    const std = deviation(tf, z);
    const divisor = tf.add<Tensor2D>(std, least);
    const value = tf.div<Tensor2D>(tf.sub(z, tf.mean(z, 1, true)), divisor);
    // Where all logits are equal, the standard deviation has no slope.
    const direction = tf.divNoNan<Tensor2D>(tf.mul(value, divisor), std);
    save([value, divisor, direction]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const [output, by, unit] = saved as [Tensor2D, Tensor2D, Tensor2D];
      const along = tf.div<Tensor2D>(tf.sum(tf.mul(dy, output), 1, true), output.shape[1] - 1);
      return tf.div(tf.sub(tf.sub(dy, tf.mean(dy, 1, true)), tf.mul(unit, along)), by);
    };
    return { value, gradFunc };
  });
  return operation(logits);
}

/**
 * A loss on softmax probabilities with the setting `standardize`: where it is true, the *teacher's* term gets both
 * models' standardized logits, so that the student need not match the teacher's scale; the labels' term keeps the raw
 * ones. Off by default, and then the loss is what it was, with the identity it had. The paper takes τ 2 and, as
 * standardized logits differ little, a weight of 9 for the teacher's τ²·KL against 0.1 for CE (`kd_ce` with α 9, β 0.1,
 * up to a common factor), and for `dkd` nine times its α and β. Sun et al., "Logit Standardization in Knowledge
 * Distillation" (CVPR 2024); sunshangquan/logit-standardization-KD.
 */
export function standardizable<S extends object>(loss: Loss<S>): Loss<S & { readonly standardize: boolean }> {
  type Settings = S & { readonly standardize: boolean };
  return {
    ...loss,
    settings: loss.settings.safeExtend({ standardize }) as unknown as Loss<Settings>["settings"],
    canonical: (chosen) => ({ ...(loss.canonical?.(chosen) ?? chosen), standardize: chosen.standardize }),
    terms: (tf, input, chosen) => {
      if (!chosen.standardize || input.teacher === undefined) return loss.terms(tf, input, chosen);
      const [student, teacher] = [standardized(tf, input.student), standardized(tf, input.teacher)];
      const { teacher: soft } = loss.terms(tf, { ...input, student, teacher }, chosen);
      const { labels: hard } = loss.needs === "both" ? loss.terms(tf, input, chosen) : {};
      return { ...(soft && { teacher: soft }), ...(hard && { labels: hard }) };
    },
  };
}
