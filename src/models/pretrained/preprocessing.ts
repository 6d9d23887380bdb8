import type { Ops, Tensor1D, Tensor4D } from "../../tensorflow/ops.js";
import type { PretrainedTensor } from "./architecture.js";
import { elements } from "./architecture.js";
import { named, type Parameters } from "./forward.js";

/** From colours in [0, 1], `[batch, height, width, 3]`, to what a backbone's first convolution takes. */
export type Preprocess = (tf: Ops, x: Tensor4D, statistics: Parameters) => Tensor4D;

/** Colours from 0 to 1, as the article feeds MobileNetV2. */
export const unchanged: Preprocess = (_tf, x) => x;

/** Colours from -1 to 1: Keras's x/127.5 - 1 on 0 to 255. */
export const centred: Preprocess = (tf, x) => tf.sub(tf.mul(x, 2), 1);

/** EfficientNet's layers `rescaling` (from 0-255 back to 0-1, where `x` is already) and `normalization`. */
export const normalized: Preprocess = (tf, x, statistics) => {
  const mean = named(statistics, "normalization/mean") as Tensor1D;
  const variance = named(statistics, "normalization/variance") as Tensor1D;
  // Keras divides by the deviation, but by no less than 1e-7.
  return tf.div(tf.sub(x, mean), tf.maximum(tf.sqrt(variance), 1e-7));
};

/** The deviations of ImageNet's colours that Keras rescales by. */
const imageNetDeviations = [0.229, 0.224, 0.225];

/**
 * Puts the rescaling by 1/√deviation, which Keras adds after the normalization for the official ImageNet weights, into
 * the normalization's variance, so that stored weights need no mark: (x - m)/√v/√d = (x - m)/√(v·d).
 */
export function rescaleLikeImageNet(tensors: readonly PretrainedTensor[], values: Float32Array): void {
  let offset = 0;
  for (const { name, shape } of tensors) {
    if (name === "normalization/variance") {
      imageNetDeviations.forEach((deviation, colour) => {
        values[offset + colour] = (values[offset + colour] ?? 0) * deviation;
      });
    }
    offset += elements(shape);
  }
}
