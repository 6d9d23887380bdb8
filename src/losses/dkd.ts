import { z } from "zod";
import { klDivergence } from "./divergence.js";
import { given, type Loss } from "./loss.js";
import { crossEntropy, logSoftmax } from "./softmax.js";
import { greatestClass, targetDivergence } from "./target.js";
import { warmup, warmupFactor } from "./warmup.js";

const settings = z.object({
  temperature: z
    .number()
    .positive()
    .default(4)
    .describe("τ: both models' logits are divided by it in the teacher's term, which is multiplied by τ²; > 0"),
  alpha: z
    .number()
    .nonnegative()
    .default(1)
    .describe("α: weight of the label's class against all others (target-class distillation); >= 0"),
  beta: z
    .number()
    .nonnegative()
    .default(8)
    .describe("β: weight of the other classes among themselves (non-target-class distillation); >= 0"),
  warmup,
});
type DkdSettings = z.output<typeof settings>;

/**
 * Decoupled distillation: CE + min(epoch/warmup, 1)·τ²·[α·KL(b_t || b_s) + β·KL(n_t || n_s)], with y the label's class,
 * b = [p_y, 1 - p_y] of p = softmax(z/τ), and n the softmax of the *other* classes' z/τ. All summed over classes, mean
 * over the batch. α and β both weigh the teacher's term, CE has weight 1; τ² is part of the formula.
 *
 * Where labels are soft (mixup, smoothing), CE takes them as they are, and y is the class of the greatest probability,
 * the first of equals. Defaults: the paper's for CIFAR-100 (τ 4, β 8), as students here are small networks trained from
 * scratch on small images, and a teacher that is sure of one of five classes says little of the others at the τ of 1
 * that it takes for ImageNet; but without CIFAR's warm-up of 20 epochs, a twelfth of its 240: less than one of the
 * article's 10. Zhao et al., "Decoupled Knowledge Distillation" (CVPR 2022); megvii-research/mdistiller.
 */
export const dkd: Loss<DkdSettings> = {
  name: "dkd",
  summary: "Decoupled: the label's class and the other classes matched to the teacher apart, and cross-entropy.",
  revision: 1,
  settings,
  needs: "both",
  teacherTermNeedsLabels: true,
  terms: (tf, { student, teacher: logits, labels: given_, epoch }, { temperature, alpha, beta, warmup }) => {
    const teacher = given(logits, "teacher");
    const labels = given(given_, "labels");
    const target = greatestClass(tf, labels);
    const ofTarget = targetDivergence(tf, { logits: student, target }, { logits: teacher, target }, temperature);
    const ofOthers = klDivergence(tf, student, teacher, temperature, tf.sub(1, target));
    const weight = warmupFactor(epoch, warmup) * temperature * temperature;
    return {
      teacher: tf.add(tf.mul(ofTarget, weight * alpha), tf.mul(ofOthers, weight * beta)),
      labels: crossEntropy(tf, labels, logSoftmax(tf, student)),
    };
  },
};
