import { z } from "zod";
import type { Ops, Tensor1D } from "../../tensorflow/ops.js";

/** A setting of the optimizers with weight decay. @param byDefault Keras's */
export function weightDecaySetting(byDefault: number): z.ZodDefault<z.ZodNumber> {
  return z
    .number()
    .min(0)
    .default(byDefault)
    .describe("share of every parameter, biases too, that each step takes off, times the learning rate; >= 0");
}

/**
 * θ(1 - η·λ), before the step, as Keras's `weight_decay` has it: apart from the gradient (Loshchilov, Hutter, "Decoupled
 * Weight Decay Regularization", 2019), by the learning rate of the step, on all parameters.
 */
export function decayed(tf: Ops, parameters: Tensor1D, learningRate: number, weightDecay: number): Tensor1D {
  return weightDecay === 0 ? parameters : tf.sub(parameters, tf.mul(parameters, weightDecay * learningRate));
}
