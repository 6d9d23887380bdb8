import { z } from "zod";
import type { Tensor1D } from "../../tensorflow/ops.js";
import { momentum } from "./momentum.js";
import { slotOf, type Optimizer } from "./optimizer.js";
import { decayed, weightDecaySetting } from "./weight-decay.js";

const settings = z.object({
  learningRate: z.number().positive().default(0.001).describe("step size; Keras's default; > 0"),
  rho: z.number().min(0).lt(1).default(0.9).describe("ρ: decay of the squared gradient's running mean; 0 to below 1"),
  momentum,
  epsilon: z.number().positive().default(1e-7).describe("added under the root of the running mean of squares; > 0"),
  centered: z
    .boolean()
    .default(false)
    .describe("whether the gradient's running mean, squared, is taken off that of the squares"),
  weightDecay: weightDecaySetting(0),
});
export type RmspropSettings = z.output<typeof settings>;

/**
 * RMSprop as Keras's: s = ρ·s + (1-ρ)·g²; with `centered` a = ρ·a + (1-ρ)·g and s - a² in s's place (at least 0, which
 * rounding may take it below); u = η·g/√(s + ε); m = μ·m + u; θ -= m. Tieleman, Hinton, lecture 6.5 of "Neural Networks
 * for Machine Learning" (2012).
 */
export const rmsprop: Optimizer<RmspropSettings> = {
  name: "rmsprop",
  summary: "RMSprop, with momentum and centred where wanted, as Keras computes it.",
  revision: 1,
  settings,
  start: (tf, parameters, { momentum, centered }) => ({
    slots: {
      square: tf.zerosLike(parameters),
      ...(centered && { mean: tf.zerosLike(parameters) }),
      ...(momentum > 0 && { change: tf.zerosLike(parameters) }),
    },
    numbers: {},
  }),
  step: (tf, { parameters, gradient, state, learningRate }, chosen) => {
    const { rho, momentum, epsilon, centered, weightDecay } = chosen;
    const running = (old: Tensor1D, now: Tensor1D): Tensor1D => tf.add(tf.mul(old, rho), tf.mul(now, 1 - rho));
    const from = decayed(tf, parameters, learningRate, weightDecay);
    const square = running(slotOf(state, "square"), tf.square(gradient));
    const mean = centered ? running(slotOf(state, "mean"), gradient) : undefined;
    const spread = mean === undefined ? square : tf.maximum<Tensor1D>(tf.sub(square, tf.square(mean)), 0);
    const increment = tf.div<Tensor1D>(tf.mul(gradient, learningRate), tf.sqrt(tf.add(spread, epsilon)));
    const change = momentum === 0 ? increment : tf.add<Tensor1D>(tf.mul(slotOf(state, "change"), momentum), increment);
    return {
      parameters: tf.sub(from, change),
      state: { slots: { square, ...(mean && { mean }), ...(momentum > 0 && { change }) }, numbers: {} },
    };
  },
};
