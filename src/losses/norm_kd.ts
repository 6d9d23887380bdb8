import { z } from "zod";
import type { Tensor1D } from "../tensorflow/ops.js";
import { constant, klDivergence } from "./divergence.js";
import { given, type Loss } from "./loss.js";
import { crossEntropy, logSoftmax } from "./softmax.js";
import { deviation, standardized } from "./standardize.js";

const settings = z.object({
  temperatureFactor: z
    .number()
    .positive()
    .default(2)
    .describe("n: each image's temperature is n times the standard deviation of its logits, for each model; > 0"),
  alpha: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe("α: weight of the soft term (teacher); 1 - α is the weight of the hard term (labels); 0 to 1"),
});
type NormKdSettings = z.output<typeof settings>;

/**
 * A temperature for each image and model, from the spread of its logits: α·(n·std_t)²·KL(softmax(z_t/(n·std_t)) ||
 * softmax(z_s/(n·std_s))) + (1-α)·CE, std unbiased (over C - 1), the gradient through the student's too. Summed over
 * classes, mean over the batch. The square of the *teacher's* temperature is part of the formula; α is the weight of the
 * *soft* term. 1e-7 is added to a std in a divisor, so that equal logits give a uniform softmax.
 *
 * Defaults: the authors' for CIFAR-100 (n 2, 0.9 soft, 0.1 hard), the setting of small networks trained from scratch;
 * ImageNet's are n 1 and α 0.5. Chi et al., "NormKD: Normalized Logits for Knowledge Distillation" (2023); gizi1/NormKD.
 */
export const normKd: Loss<NormKdSettings> = {
  name: "norm_kd",
  summary: "KL to the teacher at a temperature that each image's logits give, and cross-entropy.",
  revision: 1,
  settings,
  needs: "both",
  terms: (tf, { student, teacher, labels }, { temperatureFactor, alpha }) => {
    const target = constant(tf, given(teacher, "teacher"));
    const kl = klDivergence(tf, standardized(tf, student), standardized(tf, target), temperatureFactor);
    const squared = tf.square(tf.squeeze<Tensor1D>(tf.mul(deviation(tf, target), temperatureFactor), [1]));
    const ce = crossEntropy(tf, given(labels, "labels"), logSoftmax(tf, student));
    return { teacher: tf.mul(tf.mul(kl, squared), alpha), labels: tf.mul(ce, 1 - alpha) };
  },
};
