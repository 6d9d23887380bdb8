import { z } from "zod";
import type { Tensor1D } from "../../tensorflow/ops.js";
import { momentum } from "./momentum.js";
import { slotOf, type Optimizer } from "./optimizer.js";
import { decayed, weightDecaySetting } from "./weight-decay.js";

const settings = z.object({
  learningRate: z.number().positive().default(0.01).describe("step size; Keras's default; > 0"),
  momentum,
  nesterov: z
    .boolean()
    .default(false)
    .describe("whether the momentum's next share is taken ahead; nothing at momentum 0"),
  weightDecay: weightDecaySetting(0),
});
export type SgdSettings = z.output<typeof settings>;

/**
 * Gradient descent as Keras's `SGD`: v = μ·v - η·g; θ += v, or with Nesterov θ += μ·v - η·g; without momentum θ -= η·g.
 * Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013).
 */
export const sgd: Optimizer<SgdSettings> = {
  name: "sgd",
  summary: "Gradient descent, with momentum and Nesterov's where wanted, as Keras computes it.",
  revision: 1,
  settings,
  canonical: (chosen) => (chosen.momentum === 0 ? { ...chosen, nesterov: false } : { ...chosen }),
  start: (tf, parameters, { momentum }) => ({
    slots: momentum === 0 ? {} : { velocity: tf.zerosLike(parameters) },
    numbers: {},
  }),
  step: (tf, { parameters, gradient, state, learningRate }, { momentum, nesterov, weightDecay }) => {
    const from = decayed(tf, parameters, learningRate, weightDecay);
    const descent = tf.mul<Tensor1D>(gradient, learningRate);
    if (momentum === 0) return { parameters: tf.sub(from, descent), state: { slots: {}, numbers: {} } };
    const velocity = tf.sub<Tensor1D>(tf.mul(slotOf(state, "velocity"), momentum), descent);
    const change = nesterov ? tf.sub<Tensor1D>(tf.mul(velocity, momentum), descent) : velocity;
    return { parameters: tf.add(from, change), state: { slots: { velocity }, numbers: {} } };
  },
};
