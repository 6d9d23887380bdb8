import type { Ops, Tensor1D, Tensor2D } from "../tensorflow/ops.js";
import { compare, excess, perImage } from "./divergence.js";
import { maskedSoftmax } from "./masked-softmax.js";

/** The class of the greatest number in each row, the first of equals, one-hot `[batch, classes]`. */
export function greatestClass(tf: Ops, rows: Tensor2D): Tensor2D {
  return tf.oneHot(tf.argMax<Tensor1D>(rows, 1), rows.shape[1], 1, 0, "float32") as Tensor2D;
}

/**
 * KL([P_t, 1 - P_t] || [P_s, 1 - P_s]), `[batch]`: P the probability softmax(z/τ) of one class per image, which may be
 * another for the teacher than for the student (both one-hot `[batch, classes]`). Works on the log-odds of that class, so
 * neither P nor 1 - P is ever rounded to 0 before its logarithm.
 */
export function targetDivergence(
  tf: Ops,
  student: { readonly logits: Tensor2D; readonly target: Tensor2D },
  teacher: { readonly logits: Tensor2D; readonly target: Tensor2D },
  temperature: number,
): Tensor1D {
  return perImage(tf, student.logits, (logits) => {
    const of = logOdds(tf, logits, student.target, temperature);
    const wanted = logOdds(tf, teacher.logits, teacher.target, temperature);
    const comparison = compare(tf, against0(tf, wanted.odds), against0(tf, of.odds), 1);
    const byOdds = tf.slice(excess(tf, comparison), [0, 0], [-1, 1]);
    return { value: comparison.kl, slope: tf.mul(byOdds, of.slope) };
  });
}

/** Two classes whose softmax is [sigmoid(x), 1 - sigmoid(x)], of `[batch, 1]`. */
function against0(tf: Ops, odds: Tensor2D): Tensor2D {
  return tf.concat([odds, tf.zerosLike(odds)], 1);
}

/** log(P / (1 - P)) of the target class, `[batch, 1]`, and its slope by the logits, `[batch, classes]`. */
function logOdds(tf: Ops, logits: Tensor2D, target: Tensor2D, temperature: number) {
  const rest = maskedSoftmax(tf, logits, temperature, tf.sub(1, target));
  const lead = tf.sum<Tensor2D>(tf.mul(logits, tf.sub(target, rest.top)), 1, true);
  const odds = tf.sub<Tensor2D>(tf.div(lead, temperature), rest.logSum);
  return { odds, slope: tf.div<Tensor2D>(tf.sub(target, rest.probabilities), temperature) };
}
