import type { Ops, Tensor, Tensor1D, Tensor2D } from "../tensorflow/ops.js";
import { maskedSoftmax } from "./masked-softmax.js";

/**
 * A value per image, `[batch]`, whose slope by the student's logits, `[batch, classes]`, is known in closed form. Nothing
 * else that `compute` reads gets a gradient: the teacher's logits are constants.
 */
export function perImage(
  tf: Ops,
  student: Tensor2D,
  compute: (student: Tensor2D) => { readonly value: Tensor1D; readonly slope: Tensor2D },
): Tensor1D {
  const operation = tf.customGrad((...inputs) => {
    const [logits, save] = inputs as [Tensor2D, (tensors: Tensor[]) => void];
    const { value, slope } = compute(logits);
    save([slope]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => tf.mul(tf.expandDims(dy, 1), saved[0] as Tensor2D);
    return { value, gradFunc };
  });
  return operation(student);
}

/** The same numbers, to which no gradient flows: for the teacher's logits where a formula is left to automatic slopes. */
export function constant(tf: Ops, logits: Tensor2D): Tensor2D {
  const operation = tf.customGrad((...inputs) => ({
    value: tf.clone(inputs[0] as Tensor2D),
    gradFunc: (dy: Tensor): Tensor => tf.zerosLike(dy),
  }));
  return operation(logits) as Tensor2D;
}

/** Two distributions p and q over the classes, side by side; all of `[batch, classes]` but `kl`, `[batch]`. */
export interface Comparison {
  readonly p: Tensor2D;
  readonly q: Tensor2D;
  /** log q - log p; 0 for a class that is not among them. */
  readonly logRatio: Tensor2D;
  /** KL(p || q) = Σ_c p (log p - log q). */
  readonly kl: Tensor1D;
}

/** Beyond it e^x is not taken of a log-ratio: far from float32's greatest number, and log q - log p is precise there. */
const farLogRatio = 16;

/**
 * Compares softmax(from/τ) with softmax(to/τ), of logits `[batch, classes]`, among the classes where `among` is 1 (all
 * of them without it). Where the two are near each other, Σ p (log p - log q) in float32 loses its digits: terms of both
 * signs cancel. There, with d the difference of the logits over τ and e = d - Σ p d, the divergence is taken as
 * log Σ p exp(e) = log1p(Σ p (exp(e) - 1 - e)), a sum of terms that are none below 0.
 */
export function compare(tf: Ops, from: Tensor2D, to: Tensor2D, temperature: number, among?: Tensor2D): Comparison {
  const mask = among ?? tf.onesLike(from);
  const one = maskedSoftmax(tf, from, temperature, mask);
  const other = maskedSoftmax(tf, to, temperature, mask);
  const top = tf.sum<Tensor2D>(tf.mul(to, one.top), 1, true);
  const difference = tf.div<Tensor2D>(tf.sub(tf.mul(tf.sub(to, top), mask), one.lead), temperature);
  const mean = tf.sum<Tensor2D>(tf.mul(one.probabilities, difference), 1, true);
  const centred = tf.minimum<Tensor2D>(tf.sub(difference, mean), 2 * farLogRatio);
  const nearKl = tf.log1p(tf.sum<Tensor2D>(tf.mul(one.probabilities, expm1Rest(tf, centred)), 1, true));

  const near = tf.lessEqual<Tensor2D>(tf.max(tf.abs(difference), 1, true), farLogRatio);
  const direct = tf.sub<Tensor2D>(other.logProbabilities, one.logProbabilities);
  const logRatio = tf.mul<Tensor2D>(mask, tf.where(near, tf.sub(centred, nearKl), direct));
  const farKl = divergence(tf, one.probabilities, other.probabilities, logRatio);
  const kl = tf.where<Tensor1D>(tf.squeeze(near, [1]), tf.squeeze(nearKl, [1]), farKl);
  return { p: one.probabilities, q: other.probabilities, logRatio, kl };
}

/**
 * KL(p || q) as Σ_c (q - p - p·r), r = log q - log p, `[batch]`: as p and q each sum to 1 it is Σ p (log p - log q), and
 * none of its terms is below 0.
 */
export function divergence(tf: Ops, p: Tensor2D, q: Tensor2D, logRatio: Tensor2D): Tensor1D {
  const near = tf.mul<Tensor2D>(p, expm1Rest(tf, tf.minimum(logRatio, farLogRatio)));
  const far = tf.sub<Tensor2D>(tf.sub(q, p), tf.mul(p, logRatio));
  return tf.sum(tf.where(tf.lessEqual(logRatio, farLogRatio), near, far), 1);
}

/** q - p, `[batch, classes]`, with the digits that the subtraction loses where they are near each other. */
export function excess(tf: Ops, { p, q, logRatio }: Comparison): Tensor2D {
  const near = tf.mul<Tensor2D>(p, tf.expm1(tf.minimum(logRatio, farLogRatio)));
  return tf.where(tf.lessEqual(logRatio, farLogRatio), near, tf.sub(q, p));
}

/** exp(x) - 1 - x, by its series where the difference would lose digits. */
function expm1Rest(tf: Ops, x: Tensor2D): Tensor2D {
  const small = tf.clipByValue<Tensor2D>(x, -0.5, 0.5);
  let series: Tensor2D = tf.onesLike(small);
  for (let n = 8; n >= 3; n--) series = tf.add(1, tf.mul(tf.div(small, n), series));
  const bySeries = tf.mul<Tensor2D>(tf.mul(tf.square(small), 0.5), series);
  return tf.where(tf.lessEqual(tf.abs(x), 0.5), bySeries, tf.sub(tf.expm1(x), x));
}

/** KL(p_t^τ || p_s^τ) with p^τ = softmax(z/τ) among the classes where `among` is 1 (all without it), `[batch]`. */
export function klDivergence(
  tf: Ops,
  student: Tensor2D,
  teacher: Tensor2D,
  temperature: number,
  among?: Tensor2D,
): Tensor1D {
  return perImage(tf, student, (logits) => {
    const comparison = compare(tf, teacher, logits, temperature, among);
    return { value: comparison.kl, slope: tf.div(excess(tf, comparison), temperature) };
  });
}

/** KL(p_s^τ || p_t^τ), the other way round, `[batch]`. */
export function reverseKlDivergence(tf: Ops, student: Tensor2D, teacher: Tensor2D, temperature: number): Tensor1D {
  return perImage(tf, student, (logits) => {
    const { p, logRatio, kl } = compare(tf, logits, teacher, temperature);
    const slope = tf.mul<Tensor2D>(p, tf.add(logRatio, tf.expandDims(kl, 1)));
    return { value: kl, slope: tf.div(slope, -temperature) };
  });
}
