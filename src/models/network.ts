import { convolution, dense, globalAveragePool } from "../tensorflow/native-blocks.js";
import type { Ops, Tensor1D, Tensor2D, Tensor4D } from "../tensorflow/ops.js";
import { deriveSeed, Random } from "../trial/random.js";
import type { Layer } from "./model.js";

/** One of a network's tensors of parameters, in the order in which they stand in its vector. */
export interface ParameterTensor {
  /** `conv_1/kernel`, `conv_1/bias`, `dense_1/kernel`, ...; layers of a kind count from 1. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: "heNormal" | "glorotUniform" | "zeros";
}

/**
 * The parameters of a list of layers on RGB images. A kernel is `[height, width, in, out]` or `[in, out]`, as in Keras.
 * @throws Error where the layers do not fit on one another
 */
export function parameterTensors(layers: readonly Layer[]): ParameterTensor[] {
  const tensors: ParameterTensor[] = [];
  const counts = { conv: 0, dense: 0 };
  let features = 3;
  let flat = false;
  for (const layer of layers) {
    if (flat !== (layer.kind === "dense" || layer.kind === "dropout"))
      throw new Error(`a ${layer.kind} layer ${flat ? "after" : "before"} pooling`);
    switch (layer.kind) {
      case "conv": {
        const name = `conv_${++counts.conv}`;
        const shape = [layer.kernel, layer.kernel, features, layer.filters];
        tensors.push({ name: `${name}/kernel`, shape, initializer: "heNormal" });
        tensors.push({ name: `${name}/bias`, shape: [layer.filters], initializer: "zeros" });
        features = layer.filters;
        break;
      }
      case "dense": {
        const name = `dense_${++counts.dense}`;
        tensors.push({ name: `${name}/kernel`, shape: [features, layer.units], initializer: "glorotUniform" });
        tensors.push({ name: `${name}/bias`, shape: [layer.units], initializer: "zeros" });
        features = layer.units;
        break;
      }
      case "globalAveragePool":
        flat = true;
        break;
      case "rescale":
      case "maxPool":
      case "dropout":
        break;
    }
  }
  return tensors;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** How many numbers the tensors hold. */
export function countParameters(tensors: readonly ParameterTensor[]): number {
  return tensors.reduce((sum, tensor) => sum + elements(tensor.shape), 0);
}

/** Keras's stddev correction of a normal cut off at two standard deviations. */
const truncation = 0.87962566103423978;

/**
 * Initial values of all parameters, one tensor after the other. As in Keras: `heNormal` a normal cut off at two standard
 * deviations, of standard deviation √(2/fan in); `glorotUniform` within ±√(6/(fan in + fan out)); biases 0.
 * @param seed of the trial; each tensor draws from a seed of its own, so that another head leaves the rest as it is
 */
export function initialParameters(tensors: readonly ParameterTensor[], seed: number): Float32Array {
  const values = new Float32Array(countParameters(tensors));
  let offset = 0;
  for (const { name, shape, initializer } of tensors) {
    const end = offset + elements(shape);
    const outputs = shape.at(-1) ?? 1;
    const receptive = elements(shape.slice(0, -2));
    const fanIn = receptive * (shape.at(-2) ?? 1);
    const random = new Random(deriveSeed(seed, "initializer", name));
    if (initializer === "heNormal") {
      const deviation = Math.sqrt(2 / fanIn) / truncation;
      for (let i = offset; i < end; i++) values[i] = deviation * truncatedNormal(random);
    } else if (initializer === "glorotUniform") {
      const limit = Math.sqrt(6 / (fanIn + receptive * outputs));
      for (let i = offset; i < end; i++) values[i] = limit * (2 * random.float() - 1);
    }
    offset = end;
  }
  return values;
}

function truncatedNormal(random: Random): number {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) < 2) return value;
  }
}

/**
 * A network's logits `[batch, classes]`. Differentiable with respect to `parameters`.
 *
 * @param parameters all of the network's parameters, one tensor after the other, as `parameterTensors` lists them
 * @param x `[batch, height, width, 3]`, taken as data: no gradient reaches it
 * @param dropoutSeed what dropout layers draw from in a training step; null outside of training, where they do nothing
 */
export function forward(
  tf: Ops,
  layers: readonly Layer[],
  parameters: Tensor1D,
  x: Tensor4D,
  dropoutSeed: number | null = null,
): Tensor2D {
  const tensors = parameterTensors(layers);
  const sizes = tensors.map(({ shape }) => elements(shape));
  const weights = tf
    .split(parameters, sizes)
    .map((part, index) => tf.reshape(part, [...(tensors[index]?.shape ?? [])]));
  let images = x;
  let features: Tensor2D | null = null;
  let inputGradient = false;
  const random = dropoutSeed === null ? null : new Random(dropoutSeed);
  for (const [index, layer] of layers.entries()) {
    switch (layer.kind) {
      case "rescale":
        images = tf.add(tf.mul(images, layer.scale), layer.offset);
        break;
      case "conv": {
        const [filter, bias] = weights.splice(0, 2) as [Tensor4D, Tensor1D];
        const following = layers[index + 1];
        const pool = following?.kind === "maxPool" ? following.size : null;
        const { padding, activation } = layer;
        images = convolution(tf, images, filter, bias, { padding, activation, pool, inputGradient });
        inputGradient = true;
        break;
      }
      case "maxPool":
        // A convolution before it has pooled already.
        if (layers[index - 1]?.kind !== "conv") images = tf.maxPool(images, layer.size, layer.size, "valid");
        break;
      case "globalAveragePool":
        features = globalAveragePool(tf, images);
        break;
      case "dropout":
        if (features !== null && random !== null)
          features = tf.mul(features, keptShares(tf, features, layer.rate, random));
        break;
      case "dense": {
        const [kernel, bias] = weights.splice(0, 2) as [Tensor2D, Tensor1D];
        if (features === null) throw new Error("a dense layer before pooling");
        features = dense(tf, features, kernel, bias, layer.activation);
        break;
      }
    }
  }
  if (features === null) throw new Error("the layers end without logits");
  return features;
}

/** 0 for what dropout leaves out, 1/(1 - rate) for the rest, as the features' shape is. */
function keptShares(tf: Ops, features: Tensor2D, rate: number, random: Random): Tensor2D {
  const shares = Float32Array.from({ length: features.size }, () => (random.float() < rate ? 0 : 1 / (1 - rate)));
  return tf.tensor2d(shares, features.shape);
}
