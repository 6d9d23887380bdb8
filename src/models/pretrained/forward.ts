import { globalAveragePool } from "../../tensorflow/native-blocks.js";
import { normalizedConvolution, scaleChannels, type FixedStatistics } from "../../tensorflow/native-mobile.js";
import type { Ops, Tensor, Tensor1D, Tensor2D, Tensor4D } from "../../tensorflow/ops.js";
import type { Architecture, Part, Squeeze, Unit } from "./architecture.js";

/** Tensors by Keras's name, as `PretrainedTensor.name` has it. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** @throws Error where it is not there */
export function named(parameters: Parameters, name: string): Tensor {
  const found = parameters[name];
  if (found === undefined) throw new Error(`no tensor named ${name}`);
  return found;
}

/** What batch norm computes with, from the statistics that Keras keeps; the caller disposes of the tensors. */
export function foldStatistics(tf: Ops, { parts }: Architecture, statistics: Parameters): Map<Unit, FixedStatistics> {
  const epsilon = 1e-3;
  const units = parts.flatMap((part) => (part.kind === "unit" ? [part.unit] : [...part.units, part.projection]));
  return new Map(
    units.map((unit) => {
      const variance = named(statistics, `${unit.normalization}/moving_variance`) as Tensor1D;
      const mean = tf.clone(named(statistics, `${unit.normalization}/moving_mean`) as Tensor1D);
      return [unit, { mean, inverseDeviation: tf.tidy(() => tf.rsqrt(tf.add(variance, epsilon))) }];
    }),
  );
}

/**
 * The mean over height and width of the last feature map, `[batch, features]`. Differentiable with respect to the
 * parameters, not to `x`.
 *
 * @param x `[batch, height, width, 3]`, preprocessed
 */
export function pooledFeatures(
  tf: Ops,
  { parts }: Architecture,
  parameters: Parameters,
  statistics: ReadonlyMap<Unit, FixedStatistics>,
  x: Tensor4D,
): Tensor2D {
  const convolve = (input: Tensor4D, unit: Unit): Tensor4D => {
    const fixed = statistics.get(unit);
    if (fixed === undefined) throw new Error(`no statistics of ${unit.normalization}`);
    const weights = {
      kernel: named(parameters, `${unit.convolution}/${unit.depthwise ? "depthwise_kernel" : "kernel"}`) as Tensor4D,
      gamma: named(parameters, `${unit.normalization}/gamma`) as Tensor1D,
      beta: named(parameters, `${unit.normalization}/beta`) as Tensor1D,
    };
    return normalizedConvolution(tf, input, weights, fixed, { ...unit, inputGradient: input !== x });
  };
  const apply = (input: Tensor4D, part: Part): Tensor4D => {
    if (part.kind === "unit") return convolve(input, part.unit);
    let y = part.units.reduce(convolve, input);
    if (part.squeeze !== null) y = excite(tf, y, part.squeeze, parameters);
    y = convolve(y, part.projection);
    return part.residual ? tf.add(y, input) : y;
  };
  return globalAveragePool(tf, parts.reduce(apply, x));
}

function excite(
  tf: Ops,
  x: Tensor4D,
  { reduce, expand, channels, reduced }: Squeeze,
  parameters: Parameters,
): Tensor4D {
  const dense = (input: Tensor2D, layer: string, shape: [number, number]): Tensor2D => {
    const kernel = tf.reshape(named(parameters, `${layer}/kernel`), shape);
    return tf.add(tf.matMul(input, kernel), named(parameters, `${layer}/bias`));
  };
  const narrow = dense(globalAveragePool(tf, x), reduce, [channels, reduced]);
  const wide = dense(tf.mul(narrow, tf.sigmoid(narrow)), expand, [reduced, channels]);
  return scaleChannels(tf, x, tf.reshape(tf.sigmoid(wide), [x.shape[0], 1, 1, channels]));
}
