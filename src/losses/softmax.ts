import type { Ops, Tensor, Tensor1D, Tensor2D } from "../tensorflow/ops.js";

/**
 * log softmax(z/τ) over classes, `[batch, classes]`. The greatest logit is subtracted before the division, and the sum
 * is taken as log1p of the other classes' share: so no intermediate overflows, and the log-probability of a class that
 * has nearly all of it keeps its relative precision (1 + e^-20 is 1 in float32). Its gradient is (dy - p·Σdy)/τ.
 */
export function logSoftmax(tf: Ops, logits: Tensor2D, temperature = 1): Tensor2D {
  const operation = tf.customGrad((...inputs) => {
    const [z, save] = inputs as [Tensor2D, (tensors: Tensor[]) => void];
    const shifted = tf.div<Tensor2D>(tf.sub(z, tf.max(z, 1, true)), temperature);
    const others = tf.sub(1, tf.oneHot(tf.argMax<Tensor1D>(z, 1), z.shape[1]));
    const logSum = tf.log1p(tf.sum(tf.mul(tf.exp(shifted), others), 1, true));
    const value = tf.sub<Tensor2D>(shifted, logSum);
    save([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const [logProbabilities] = saved as [Tensor2D];
      return tf.div(tf.sub(dy, tf.mul(tf.exp(logProbabilities), tf.sum(dy, 1, true))), temperature);
    };
    return { value, gradFunc };
  });
  return operation(logits);
}

/** -Σ_c p log q for rows of probabilities `p` and log-probabilities `log q`, both `[batch, classes]`; `[batch]`. */
export function crossEntropy(tf: Ops, probabilities: Tensor2D, logProbabilities: Tensor2D): Tensor1D {
  return tf.neg(tf.sum<Tensor1D>(tf.mul(probabilities, logProbabilities), 1));
}

/**
 * Soft cross-entropy -Σ_c p_t^τ log p_s^τ with p^τ = softmax(z/τ), summed over classes; `[batch]`. As a function of the
 * student it differs from KL(p_t^τ || p_s^τ) by the teacher's entropy, a constant: the gradients are the same.
 */
export function softCrossEntropy(tf: Ops, student: Tensor2D, teacher: Tensor2D, temperature: number): Tensor1D {
  return crossEntropy(tf, tf.exp(logSoftmax(tf, teacher, temperature)), logSoftmax(tf, student, temperature));
}

/** Mean over classes of (z_s - z_t)²; `[batch]`. */
export function squaredDistance(tf: Ops, student: Tensor2D, teacher: Tensor2D): Tensor1D {
  return tf.mean(tf.square(tf.sub(student, teacher)), 1);
}
