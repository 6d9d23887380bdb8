import { z } from "zod";
import type { Tensor2D } from "../tensorflow/ops.js";
import { perImage } from "./divergence.js";
import { given, type Loss } from "./loss.js";
import { maskedSoftmax } from "./masked-softmax.js";
import { crossEntropy, logSoftmax } from "./softmax.js";
import { greatestClass } from "./target.js";

const settings = z.object({
  temperature: z
    .number()
    .positive()
    .default(3)
    .describe("λ: both models' logits of the other classes are divided by it, and their part multiplied by λ²; > 0"),
  gamma: z.number().nonnegative().default(3.5).describe("γ: weight of the classes other than the label's; >= 0"),
});
type NkdSettings = z.output<typeof settings>;

/**
 * Normalized distillation: CE - T_y·log S_y - γ·λ²·Σ_{c≠y} T̂_c log Ŝ_c, with y the label's class, T and S the two
 * models' softmax at temperature 1, and T̂, Ŝ the softmax of the *other* classes' z/λ. Mean over the batch. T_y is a
 * constant weight. λ² is part of the formula; the setting `temperature` is λ, and does not touch T_y and S_y.
 *
 * Where labels are soft (mixup, smoothing), CE takes them as they are, and y is the class of the greatest probability,
 * the first of equals, as in the authors' code. Defaults: the authors' for CIFAR-100 (γ 3.5, λ 3), as students here are
 * small networks trained from scratch on small images; ImageNet's are γ 1.5, λ 1. Yang et al., "From Knowledge
 * Distillation to Self-Knowledge Distillation: A Unified Approach with Normalized Loss and Customized Soft Labels"
 * (ICCV 2023); yzd-v/cls_KD.
 */
export const nkd: Loss<NkdSettings> = {
  name: "nkd",
  summary:
    "Normalized: the other classes rescaled to sum to 1, the label's class weighted by the teacher's trust in it.",
  revision: 1,
  settings,
  needs: "both",
  teacherTermNeedsLabels: true,
  terms: (tf, input, { temperature, gamma }) => {
    const teacher = given(input.teacher, "teacher");
    const labels = given(input.labels, "labels");
    const target = greatestClass(tf, labels);
    const ofTarget = perImage(tf, input.student, (student) => {
      const wanted = tf.mul<Tensor2D>(target, tf.exp(logSoftmax(tf, teacher)));
      const log = logSoftmax(tf, student);
      const slope = tf.sub<Tensor2D>(tf.mul(tf.exp(log), tf.sum(wanted, 1, true)), wanted);
      return { value: crossEntropy(tf, wanted, log), slope };
    });
    const ofOthers = perImage(tf, input.student, (student) => {
      const others = tf.sub<Tensor2D>(1, target);
      const wanted = maskedSoftmax(tf, teacher, temperature, others).probabilities;
      const { logProbabilities, probabilities } = maskedSoftmax(tf, student, temperature, others);
      const slope = tf.div<Tensor2D>(tf.sub(probabilities, wanted), temperature);
      return { value: crossEntropy(tf, wanted, logProbabilities), slope };
    });
    return {
      teacher: tf.add(ofTarget, tf.mul(ofOthers, gamma * temperature * temperature)),
      labels: crossEntropy(tf, labels, logSoftmax(tf, input.student)),
    };
  },
};
