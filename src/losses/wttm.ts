import { z } from "zod";
import type { Tensor2D } from "../tensorflow/ops.js";
import { compare, excess, perImage } from "./divergence.js";
import { given, type Loss } from "./loss.js";
import { crossEntropy, logSoftmax } from "./softmax.js";

const settings = z.object({
  gamma: z
    .number()
    .positive()
    .default(0.1)
    .describe(
      "γ: the teacher's probabilities are raised to this power; 1/γ is a temperature for the teacher alone; > 0",
    ),
  beta: z
    .number()
    .nonnegative()
    .default(45)
    .describe("β: weight of the teacher's term, against 1 for the labels; >= 0"),
});
type WttmSettings = z.output<typeof settings>;

/**
 * Weighted transformed teacher matching: CE + β·U·KL(P || p_s), with U = Σ_c p_t^γ, P = p_t^γ/U and p = softmax(z). The
 * *teacher's* probabilities alone are smoothed (P is its softmax at temperature 1/γ), the student's are at temperature 1;
 * U, from 1 for a teacher that is sure up to C^(1-γ) for one that knows nothing, weighs each image. Summed over classes,
 * mean over the batch; no τ² in the formula. β here is the weight of the *teacher's* term.
 *
 * Defaults: the authors' for CIFAR-100 (γ 0.1, β 45), the setting of small networks trained from scratch.
 * Zheng, Yang, "Knowledge Distillation Based on Transformed Teacher Matching" (ICLR 2024); zkxufo/TTM.
 */
export const wttm: Loss<WttmSettings> = {
  name: "wttm",
  summary: "Transformed teacher matching: only the teacher smoothed, unsure images weigh more; and cross-entropy.",
  revision: 1,
  settings,
  needs: "both",
  terms: (tf, input, { gamma, beta }) => {
    const teacher = given(input.teacher, "teacher");
    const matching = perImage(tf, input.student, (student) => {
      const weight = tf.sum<Tensor2D>(tf.exp(tf.mul(logSoftmax(tf, teacher), gamma)), 1, true);
      const comparison = compare(tf, tf.mul(teacher, gamma), student, 1);
      return {
        value: tf.mul(tf.squeeze(weight, [1]), comparison.kl),
        slope: tf.mul(weight, excess(tf, comparison)),
      };
    });
    const ce = crossEntropy(tf, given(input.labels, "labels"), logSoftmax(tf, input.student));
    return { teacher: tf.mul(matching, beta), labels: ce };
  },
};
