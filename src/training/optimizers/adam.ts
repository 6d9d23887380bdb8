import { z } from "zod";
import type { Tensor1D } from "../../tensorflow/ops.js";
import { slotOf, type Optimizer } from "./optimizer.js";

/** Also those of `adamw`. */
export const adamSettings = z.object({
  learningRate: z.number().positive().default(0.01).describe("step size; the article's students use 0.01; > 0"),
  beta1: z.number().min(0).lt(1).default(0.9).describe("decay of the gradient's running mean; 0 to below 1"),
  beta2: z.number().min(0).lt(1).default(0.999).describe("decay of the squared gradient's running mean; 0 to below 1"),
  epsilon: z.number().positive().default(1e-7).describe("added to the root of the running mean of squares; > 0"),
});
export type AdamSettings = z.output<typeof adamSettings>;

/**
 * Adam in Keras's form: m += (g - m)(1 - β1); v += (g² - v)(1 - β2);
 * θ -= η·√(1 - β2^t)/(1 - β1^t) · m/(√v + ε). Kingma, Ba, "Adam" (2015), the form before its section 2.1, in which ε
 * is not divided by √(1 - β2^t). Weight decay is `adamw`'s.
 */
export const adam: Optimizer<AdamSettings> = {
  name: "adam",
  summary: "Adam as Keras computes it.",
  revision: 1,
  settings: adamSettings,
  start: (tf, parameters) => ({
    slots: { mean: tf.zerosLike(parameters), square: tf.zerosLike(parameters) },
    numbers: { beta1Power: 1, beta2Power: 1 },
  }),
  step: (tf, { parameters, gradient, state, learningRate }, { beta1, beta2, epsilon }) => {
    const beta1Power = (state.numbers.beta1Power ?? 1) * beta1;
    const beta2Power = (state.numbers.beta2Power ?? 1) * beta2;
    const oldMean = slotOf(state, "mean");
    const oldSquare = slotOf(state, "square");
    const mean = tf.add<Tensor1D>(oldMean, tf.mul(tf.sub(gradient, oldMean), 1 - beta1));
    const square = tf.add<Tensor1D>(oldSquare, tf.mul(tf.sub(tf.square(gradient), oldSquare), 1 - beta2));
    const rate = (learningRate * Math.sqrt(1 - beta2Power)) / (1 - beta1Power);
    const change = tf.div(tf.mul(mean, rate), tf.add(tf.sqrt(square), epsilon));
    return {
      parameters: tf.sub(parameters, change),
      state: { slots: { mean, square }, numbers: { beta1Power, beta2Power } },
    };
  },
};
