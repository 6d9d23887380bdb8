import type { Ops, Tensor1D, Tensor2D } from "../tensorflow/ops.js";

/** softmax(z/τ) among some of the classes; all `[batch, classes]`, and 0 for the others. */
export interface MaskedSoftmax {
  readonly probabilities: Tensor2D;
  readonly logProbabilities: Tensor2D;
  /** z less the greatest of them, before the division by τ. */
  readonly lead: Tensor2D;
  /** One-hot: the class of the greatest logit. */
  readonly top: Tensor2D;
  /** log Σ exp(lead/τ), `[batch, 1]`. */
  readonly logSum: Tensor2D;
}

/** Below every logit, and far enough from float32's least number that a difference stays finite. */
const hidden = 1e30;

/**
 * softmax(z/τ) among the classes where `among` is 1, stable as the softmax of all classes is. An image with no such class
 * gets 0 everywhere. For use where the gradient is known in closed form: it has none of its own worth taking.
 */
export function maskedSoftmax(tf: Ops, logits: Tensor2D, temperature: number, among: Tensor2D): MaskedSoftmax {
  const visible = tf.add<Tensor2D>(tf.mul(logits, among), tf.mul(tf.sub(among, 1), hidden));
  const top = tf.oneHot(tf.argMax<Tensor1D>(visible, 1), logits.shape[1], 1, 0, "float32") as Tensor2D;
  const greatest = tf.sum<Tensor2D>(tf.mul(logits, top), 1, true);
  const lead = tf.mul<Tensor2D>(tf.sub(logits, greatest), among);
  const shifted = tf.div<Tensor2D>(lead, temperature);
  const others = tf.mul<Tensor2D>(among, tf.sub(1, top));
  const logSum = tf.log1p(tf.sum<Tensor2D>(tf.mul(tf.exp(shifted), others), 1, true));
  const logProbabilities = tf.mul<Tensor2D>(tf.sub(shifted, logSum), among);
  return { probabilities: tf.mul(tf.exp(logProbabilities), among), logProbabilities, lead, top, logSum };
}
