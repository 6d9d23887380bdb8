import { fastKernels, type Kernels, type Pooled } from "./native-kernels.js";
import type { Ops, Tensor, Tensor1D, Tensor2D, Tensor4D } from "./ops.js";

/*
 * Layers as single operations with gradients of their own, equal to those that tfjs composes. A gradient frees what the
 * forward pass kept as soon as it is used: the largest tensor (a convolution's output) is then not held beside its own
 * gradient for longer than one op.
 */

type Activation = "relu" | "none";
type Save = (tensors: Tensor[]) => void;

export interface ConvolutionOptions {
  readonly padding: "valid" | "same";
  readonly activation: Activation;
  /** Max pooling after the activation: window and stride, "valid"; null for none. */
  readonly pool: number | null;
  /** False where `x` is data: its gradient is then not computed. */
  readonly inputGradient: boolean;
}

/**
 * Convolution (stride 1), bias, activation and max pooling in one. Pooling comes before bias and relu: both are
 * monotonic and act channel by channel, so max(relu(x + b)) = relu(max(x) + b), on size² times fewer elements.
 *
 * @param x `[batch, height, width, channels]`
 * @param filter `[kernel, kernel, channels, filters]`
 * @param bias `[filters]`
 * @param kernels another set than the fastest, for tests
 */
export function convolution(
  tf: Ops,
  x: Tensor4D,
  filter: Tensor4D,
  bias: Tensor1D,
  { padding, activation, pool, inputGradient }: ConvolutionOptions,
  kernels: Kernels = fastKernels(tf),
): Tensor4D {
  const attributes = { strides: 1, pad: padding, dataFormat: "NHWC", dilations: 1 };
  const engine = tf.engine();
  const operation = tf.customGrad((...inputs) => {
    const save = inputs.at(-1) as unknown as Save;
    const convolved: Tensor4D = engine.runKernel("Conv2D", { x, filter }, attributes);
    const pooled: Pooled = pool === null ? { values: convolved, workspace: null } : kernels.maxPool(convolved, pool);
    const biased = kernels.biasAdd(pooled.values, bias);
    const value = activation === "relu" ? tf.relu(biased) : biased;
    // Without pooling the convolution's output is needed no more.
    const keepsConvolved = pool === null ? [] : [convolved, pooled.values];
    save([x, filter, value, ...keepsConvolved, ...(pooled.workspace === null ? [] : [pooled.workspace])]);

    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [savedX, savedFilter, y, savedConvolved, savedPooled, workspace] = saved as [
        Tensor4D,
        Tensor4D,
        Tensor4D,
        Tensor4D | undefined,
        Tensor4D | undefined,
        Tensor | undefined,
      ];
      return tf.tidy(() => {
        const dBiased = activation === "relu" ? kernels.reluGradient(dy as Tensor4D, y) : (dy as Tensor4D);
        y.dispose();
        const dBias = kernels.biasAddGradient(dBiased);
        let dConvolved = dBiased;
        if (pool !== null && savedConvolved !== undefined && savedPooled !== undefined) {
          const from = { values: savedPooled, workspace: workspace ?? null };
          dConvolved = kernels.maxPoolGradient(dBiased, savedConvolved, from, pool);
          for (const tensor of [savedConvolved, savedPooled, workspace]) tensor?.dispose();
        }
        const backward = { strides: 1, pad: padding, dataFormat: "NHWC" };
        const dFilter = kernels.filterGradient(dConvolved, savedX, savedFilter.shape, padding);
        if (!inputGradient) return [dFilter, dBias];
        const dX: Tensor4D = engine.runKernel(
          "Conv2DBackpropInput",
          { dy: dConvolved, filter: savedFilter },
          { ...backward, inputShape: savedX.shape },
        );
        return [dFilter, dBias, dX];
      });
    };
    return { value, gradFunc };
  });
  return inputGradient ? operation(filter, bias, x) : operation(filter, bias);
}

/**
 * Dense layer with its activation: activation(x·kernel + bias).
 *
 * @param x `[batch, inputs]`
 * @param kernel `[inputs, units]`
 * @param bias `[units]`
 */
export function dense(
  tf: Ops,
  x: Tensor2D,
  kernel: Tensor2D,
  bias: Tensor1D,
  activation: Activation,
  kernels: Kernels = fastKernels(tf),
): Tensor2D {
  const operation = tf.customGrad((...inputs) => {
    const save = inputs.at(-1) as unknown as Save;
    const biased = kernels.biasAdd(tf.matMul<Tensor2D>(x, kernel), bias);
    const value = activation === "relu" ? tf.relu(biased) : biased;
    save([x, kernel, value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [savedX, savedKernel, y] = saved as [Tensor2D, Tensor2D, Tensor2D];
      return tf.tidy(() => {
        const dBiased = activation === "relu" ? kernels.reluGradient(dy as Tensor2D, y) : (dy as Tensor2D);
        return [
          tf.matMul(dBiased, savedKernel, false, true),
          tf.matMul(savedX, dBiased, true, false),
          kernels.biasAddGradient(dBiased),
        ];
      });
    };
    return { value, gradFunc };
  });
  return operation(x, kernel, bias);
}

/** Mean over height and width: `[batch, height, width, channels]` to `[batch, channels]`. */
export function globalAveragePool(tf: Ops, x: Tensor4D, kernels: Kernels = fastKernels(tf)): Tensor2D {
  const [batch, height, width, channels] = x.shape;
  const operation = tf.customGrad(() => {
    const gradFunc = (dy: Tensor): Tensor =>
      tf.tidy(() => {
        const share = tf.div(dy, height * width);
        return kernels.broadcast(tf.reshape(share, [batch, 1, 1, channels]), x.shape);
      });
    return { value: tf.mean<Tensor2D>(x, [1, 2]), gradFunc };
  });
  return operation(x);
}
