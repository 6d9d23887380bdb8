import { z } from "zod";
import type { Ops, Tensor1D, Tensor2D } from "../tensorflow/ops.js";
import { compare, divergence, klDivergence, perImage, reverseKlDivergence } from "./divergence.js";
import { given, type Loss } from "./loss.js";
import { scalingOfTeacherAlone } from "./scaling.js";
import { temperature, temperatureFactors, temperatureScaling } from "./settings.js";

const settings = z.object({
  temperature,
  temperatureScaling,
  beta: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("β: the teacher's share of the mixture; 0 gives KL(teacher || student), 1 KL(student || teacher)"),
});
type JsdSettings = z.output<typeof settings>;

/**
 * The generalized Jensen-Shannon divergence: M = β·p_t + (1-β)·p_s, β·KL(p_t || M) + (1-β)·KL(p_s || M), p = softmax(z/τ).
 * Summed over classes, mean over the batch; no labels. β is the *teacher's* share, no weight of a hard term. At β 0 and 1
 * the formula is 0; as in its source these mean the limits of its quotients by β and 1-β, KL(p_t || p_s) and
 * KL(p_s || p_t). The source has no τ²; here it is put by `temperatureScaling` as in `kd`, so that the two compare, and
 * so is the default of τ. Agarwal et al., "On-Policy Distillation of Language Models" (ICLR 2024); huggingface/trl.
 */
export const jsd: Loss<JsdSettings> = {
  name: "jsd",
  summary: "Generalized Jensen-Shannon divergence to the teacher: no labels.",
  revision: 1,
  settings,
  canonical: (chosen) => ({ ...chosen, temperatureScaling: scalingOfTeacherAlone(chosen) }),
  needs: "teacher",
  terms: (tf, { student, teacher }, chosen) => {
    const value = jensenShannon(tf, student, given(teacher, "teacher"), chosen);
    return { teacher: tf.mul(value, temperatureFactors(chosen).soft) };
  },
};

function jensenShannon(
  tf: Ops,
  student: Tensor2D,
  teacher: Tensor2D,
  { temperature, beta }: Pick<JsdSettings, "temperature" | "beta">,
): Tensor1D {
  if (beta === 0) return klDivergence(tf, student, teacher, temperature);
  if (beta === 1) return reverseKlDivergence(tf, student, teacher, temperature);
  return perImage(tf, student, (logits) => {
    const { p, q, logRatio } = compare(tf, teacher, logits, temperature);
    const mixture = tf.add<Tensor2D>(tf.mul(p, beta), tf.mul(q, 1 - beta));
    const overTeacher = logMixture(tf, logRatio, 1 - beta);
    const overStudent = logMixture(tf, tf.neg(logRatio), beta);
    const ofTeacher = divergence(tf, p, mixture, overTeacher);
    const ofStudent = divergence(tf, q, mixture, overStudent);
    const slope = tf.mul<Tensor2D>(q, tf.add(overStudent, tf.expandDims(ofStudent, 1)));
    return {
      value: tf.add(tf.mul(ofTeacher, beta), tf.mul(ofStudent, 1 - beta)),
      slope: tf.div(tf.mul(slope, beta - 1), temperature),
    };
  });
}

/** log(1 - share + share·exp(x)), for a share between 0 and 1 and any x. */
function logMixture(tf: Ops, x: Tensor2D, share: number): Tensor2D {
  const small = tf.log1p(tf.mul<Tensor2D>(tf.expm1(tf.minimum(x, 1)), share));
  const great = tf.add<Tensor2D>(x, tf.log1p(tf.mul<Tensor2D>(tf.expm1(tf.neg(tf.maximum(x, 1))), 1 - share)));
  return tf.where(tf.lessEqual(x, 1), small, great);
}
