import { z } from "zod";
import type { Ops, Tensor, Tensor1D, Tensor2D } from "../tensorflow/ops.js";
import { given, type Loss } from "./loss.js";
import { crossEntropy, logSoftmax } from "./softmax.js";

const settings = z.object({
  temperature: z
    .number()
    .positive()
    .default(4)
    .describe("τ: both models' logits are divided by it in the teacher's term, which is multiplied by τ²; > 0"),
  beta: z
    .number()
    .nonnegative()
    .default(1)
    .describe("β: weight of the correlation over each image's classes (inter-class relation); >= 0"),
  gamma: z
    .number()
    .nonnegative()
    .default(1)
    .describe("γ: weight of the correlation over each class's images in the batch (intra-class relation); >= 0"),
});
type DistSettings = z.output<typeof settings>;

/** The authors' weight of the teacher's term against 1 for CE. */
const teacherWeight = 2;

/**
 * Correlation instead of equality: CE + 2·τ²·[β·(1 - mean ρ of rows) + γ·(1 - mean ρ of columns)], with ρ Pearson's
 * correlation of the student's with the teacher's softmax(z/τ): of a row, an image's classes; of a column, a class's
 * images. Its denominator is ||a||·||b|| + 1e-8. CE is the mean over the batch, and 2 and τ² are part of the formula;
 * neither β nor γ is the weight of a hard term.
 *
 * The term of the columns is defined on the *batch*, not on an image: each image's value is that of its row plus the one
 * of all columns, so that the mean over the batch is the formula's. It depends on the batch size, and a batch of one
 * image has no correlation (the term is γ, without a gradient). Defaults: the authors' for CIFAR-100 (β γ 1, τ 4), as
 * at ImageNet's τ of 1 a teacher that is sure of one of five classes leaves nothing to correlate but that class.
 * Huang et al., "Knowledge Distillation from A Stronger Teacher" (NeurIPS 2022); hunto/DIST_KD.
 */
export const dist: Loss<DistSettings> = {
  name: "dist",
  summary: "Correlation with the teacher over classes, and over the images of a batch; and cross-entropy.",
  revision: 1,
  settings,
  needs: "both",
  terms: (tf, { student, teacher, labels }, { temperature, beta, gamma }) => {
    const ours = tf.exp(logSoftmax(tf, student, temperature));
    const theirs = tf.exp(logSoftmax(tf, given(teacher, "teacher"), temperature));
    const rows = decorrelation(tf, ours, theirs);
    const columns = tf.mean(decorrelation(tf, tf.transpose(ours), tf.transpose(theirs)));
    const weight = teacherWeight * temperature * temperature;
    return {
      teacher: tf.add(tf.mul(rows, weight * beta), tf.mul(columns, weight * gamma)),
      labels: crossEntropy(tf, given(labels, "labels"), logSoftmax(tf, student)),
    };
  },
};

/** Added to the denominator of a correlation. */
const least = 1e-8;

/**
 * 1 - ρ of each row of `[rows, n]` with the target's: ρ = a·b/(||a||·||b|| + 1e-8) of the centred rows. Taken as half the
 * squared distance of the rows' directions, which keeps its digits near ρ = 1. No gradient goes to the target, and none
 * through the length of a row that has none.
 */
function decorrelation(tf: Ops, rows: Tensor2D, target: Tensor2D): Tensor1D {
  const operation = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [Tensor2D, (tensors: Tensor[]) => void];
    const [one, other] = [directionOf(tf, x), directionOf(tf, target)];
    const product = tf.mul<Tensor2D>(one.length, other.length);
    const denominator = tf.add<Tensor2D>(product, least);
    const apart = tf.mul<Tensor2D>(tf.sum(tf.squaredDifference(one.unit, other.unit), 1, true), 0.5);
    // Two directions of which one is missing are 1/2 apart by the formula above, and uncorrelated.
    const value = tf.where(tf.greater(product, 0), tf.div(tf.add(tf.mul(product, apart), least), denominator), 1);
    const cosine = tf.sum<Tensor2D>(tf.mul(one.unit, other.unit), 1, true);
    const share = tf.div<Tensor2D>(product, denominator);
    const along = tf.mul<Tensor2D>(one.unit, tf.mul(cosine, share));
    save([tf.mul(tf.sub(along, other.unit), tf.div(other.length, denominator))]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => tf.mul(tf.expandDims(dy, 1), saved[0] as Tensor2D);
    return { value: tf.squeeze<Tensor1D>(value, [1]), gradFunc };
  });
  return operation(rows);
}

/** Each row less its mean: its length `[rows, 1]`, and what is left of it at length 1 (0 where it has no length). */
function directionOf(tf: Ops, rows: Tensor2D): { readonly length: Tensor2D; readonly unit: Tensor2D } {
  const centred = tf.sub<Tensor2D>(rows, tf.mean(rows, 1, true));
  const greatest = tf.max<Tensor2D>(tf.abs(centred), 1, true);
  const scaled = tf.divNoNan<Tensor2D>(centred, greatest);
  const norm = tf.norm(scaled, 2, 1, true) as Tensor2D;
  return { length: tf.mul(norm, greatest), unit: tf.divNoNan(scaled, norm) };
}
