import { z } from "zod";
import type { Tensor2D } from "../tensorflow/ops.js";
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
    .describe("τ: divides both models' logits of the classes below the label's; their part is multiplied by τ²; > 0"),
  targetTemperature: z
    .number()
    .positive()
    .default(1)
    .describe("τ_a: divides both models' logits in the label's part, which is multiplied by its square; > 0"),
  alpha: z.number().nonnegative().default(1).describe("α: weight of the label's class against all others; >= 0"),
  beta: z
    .number()
    .nonnegative()
    .default(8)
    .describe("β: weight of the classes that the teacher ranks below the label's; >= 0"),
  warmup,
});
type RldSettings = z.output<typeof settings>;

/**
 * Refined distillation, for teachers that err: CE + min(epoch/warmup, 1)·[α·τ_a²·KL([max p_t, rest] || [p_s(y), rest]) +
 * β·τ²·KL(m_t || m_s)], with y the label's class, p = softmax(z/τ_a), and m the softmax of z/τ over the classes whose
 * *teacher's* logit is below the label's (no such class: 0). So the student is to be as sure of the label as the teacher
 * is of whatever it holds true, and learns no ranking that puts a class above the label. All summed over classes, mean
 * over the batch; α and β both weigh the teacher's term, CE has weight 1; both squares are part of the formula.
 *
 * Where labels are soft (mixup, smoothing), CE takes them as they are, and y is the class of the greatest probability,
 * the first of equals. Defaults: the authors' for CIFAR-100 with the warm-up of ImageNet (none), for `dkd`'s reasons.
 * Sun et al., "Knowledge Distillation with Refined Logits" (2024); zju-SWJ/RLD.
 */
export const rld: Loss<RldSettings> = {
  name: "rld",
  summary:
    "Refined: the teacher's confidence for the label's class, and its ranking of the classes below; cross-entropy.",
  revision: 1,
  settings,
  needs: "both",
  teacherTermNeedsLabels: true,
  terms: (tf, input, { temperature, targetTemperature, alpha, beta, warmup }) => {
    const { student, epoch } = input;
    const teacher = given(input.teacher, "teacher");
    const labels = given(input.labels, "labels");
    const target = greatestClass(tf, labels);
    const trust = targetDivergence(
      tf,
      { logits: student, target },
      { logits: teacher, target: greatestClass(tf, teacher) },
      targetTemperature,
    );
    const ofLabel = tf.sum<Tensor2D>(tf.mul(teacher, target), 1, true);
    const below = tf.cast<Tensor2D>(tf.less(teacher, ofLabel), "float32");
    const ranking = klDivergence(tf, student, teacher, temperature, below);
    const weight = warmupFactor(epoch, warmup);
    return {
      teacher: tf.add(
        tf.mul(trust, weight * alpha * targetTemperature * targetTemperature),
        tf.mul(ranking, weight * beta * temperature * temperature),
      ),
      labels: crossEntropy(tf, labels, logSoftmax(tf, student)),
    };
  },
};
