import { mobileKernels, type MobileKernels } from "./native-mobile-kernels.js";
import type { Ops, Tensor, Tensor1D, Tensor4D } from "./ops.js";

type Save = (tensors: Tensor[]) => void;

export type MobileActivation = "relu6" | "swish" | "none";

/** What trains of a convolution with batch norm behind it. */
export interface NormalizedWeights {
  /** `[height, width, in, out]`; depthwise `[height, width, channels, 1]`. */
  readonly kernel: Tensor4D;
  /** γ, `[channels]`. */
  readonly gamma: Tensor1D;
  /** β, `[channels]`. */
  readonly beta: Tensor1D;
}

/** Batch norm's fixed statistics, `[channels]` each. */
export interface FixedStatistics {
  readonly mean: Tensor1D;
  /** 1/√(variance + ε). */
  readonly inverseDeviation: Tensor1D;
}

export interface NormalizedConvolutionOptions {
  readonly depthwise: boolean;
  readonly stride: 1 | 2;
  readonly activation: MobileActivation;
  /** False where `x` is data: its gradient is then not computed. */
  readonly inputGradient: boolean;
}

/**
 * Convolution without bias ("same" padding), batch norm in inference mode, and activation in one. The statistics are
 * constants, so batch norm is folded into the filter: y = activation(conv(x, w·s) + t) with s = γ/√(variance + ε) and
 * t = β - mean·s, and the gradient of γ comes from tensors as small as the filter: with K = w·s,
 * ∂γ = (Σ ∂K·w - mean·∂t)/√(variance + ε), ∂w = ∂K·s, ∂β = ∂t.
 *
 * @param x `[batch, height, width, channels]`
 * @param kernels another set than the fastest, for tests
 */
export function normalizedConvolution(
  tf: Ops,
  x: Tensor4D,
  { kernel, gamma, beta }: NormalizedWeights,
  { mean, inverseDeviation }: FixedStatistics,
  { depthwise, stride, activation, inputGradient }: NormalizedConvolutionOptions,
  kernels: MobileKernels = mobileKernels(tf),
): Tensor4D {
  const { convolve, filterGradient, inputGradient: toInput } = depthwise ? kernels.depthwise : kernels.full;
  const channels = gamma.shape[0];
  /** A tensor of one value per channel, broadcast along a filter. */
  const alongFilter = (values: Tensor1D): Tensor => (depthwise ? tf.reshape(values, [channels, 1]) : values);

  const operation = tf.customGrad((...inputs) => {
    const save = inputs.at(-1) as unknown as Save;
    const scale = tf.mul<Tensor1D>(gamma, inverseDeviation);
    const folded = tf.mul<Tensor4D>(kernel, alongFilter(scale));
    const z = convolve(x, folded, tf.sub(beta, tf.mul(mean, scale)), stride);
    const activated = activate(tf, kernels, z, activation);
    save([x, kernel, scale, folded, mean, inverseDeviation, ...activated.kept]);

    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [savedX, w, s, filter, mu, inverse, ...kept] = saved as [
        Tensor4D,
        Tensor4D,
        Tensor1D,
        Tensor4D,
        Tensor1D,
        Tensor1D,
        ...Tensor4D[],
      ];
      return tf.tidy(() => {
        const dz = activationGradient(kernels, dy as Tensor4D, kept, activation);
        for (const tensor of kept) tensor.dispose();
        const dFilter = filterGradient(savedX, filter.shape, dz, stride);
        const dBeta = kernels.biasAddGradient(dz);
        const dScale = tf.reshape(tf.sum(tf.mul(dFilter, w), depthwise ? [0, 1] : [0, 1, 2]), [channels]);
        const gradients: Tensor[] = [
          tf.mul(dFilter, alongFilter(s)),
          tf.mul(tf.sub(dScale, tf.mul(mu, dBeta)), inverse),
          dBeta,
        ];
        if (inputGradient) gradients.push(toInput(savedX.shape, filter, dz, stride));
        return gradients;
      });
    };
    return { value: activated.value, gradFunc };
  });
  return inputGradient ? operation(kernel, gamma, beta, x) : operation(kernel, gamma, beta);
}

/** The activation of `z`, and what its gradient needs. */
function activate(
  tf: Ops,
  kernels: MobileKernels,
  z: Tensor4D,
  activation: MobileActivation,
): { readonly value: Tensor4D; readonly kept: readonly Tensor4D[] } {
  switch (activation) {
    case "none":
      return { value: z, kept: [] };
    case "relu6": {
      const value = kernels.relu6(z);
      return { value, kept: [value] };
    }
    case "swish": {
      const sigmoid = kernels.sigmoid(z);
      return { value: tf.mul(z, sigmoid), kept: [z, sigmoid] };
    }
  }
}

function activationGradient(
  kernels: MobileKernels,
  dy: Tensor4D,
  [first, second]: readonly Tensor4D[],
  activation: MobileActivation,
): Tensor4D {
  if (activation === "relu6" && first !== undefined) return kernels.relu6Gradient(dy, first);
  if (activation === "swish" && first !== undefined && second !== undefined) {
    return kernels.swishGradient(dy, first, second);
  }
  return dy;
}

/**
 * Each channel of an image times its own weight, as squeeze-and-excitation does.
 *
 * @param x `[batch, height, width, channels]`
 * @param weights `[batch, 1, 1, channels]`
 */
export function scaleChannels(tf: Ops, x: Tensor4D, weights: Tensor4D): Tensor4D {
  const operation = tf.customGrad((...inputs) => {
    const save = inputs.at(-1) as unknown as Save;
    save([x, weights]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [savedX, savedWeights] = saved as [Tensor4D, Tensor4D];
      return tf.tidy(() => [
        tf.mul(dy, savedWeights),
        // Height and width as one axis: a sum over one inner axis has a fast kernel.
        tf.reshape(tf.sum(flattened(tf, tf.mul(dy, savedX)), 1), savedWeights.shape),
      ]);
    };
    return { value: tf.mul(x, weights), gradFunc };
  });
  return operation(x, weights) as Tensor4D;
}

function flattened(tf: Ops, x: Tensor4D): Tensor {
  const [batch, height, width, channels] = x.shape;
  return tf.reshape(x, [batch, height * width, channels]);
}
