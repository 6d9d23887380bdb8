import { fastKernels, plainKernels, type Kernels } from "./native-kernels.js";
import { nativeOps, oncePerBackend, type Attribute, type NativeOps } from "./native.js";
import type { Ops, Tensor, Tensor1D, Tensor4D } from "./ops.js";

type Shape4D = Tensor4D["shape"];

/**
 * A convolution with "same" padding and a bias per output channel, and its gradients. Images are `[batch, height, width, channels]`; a filter is
 * `[height, width, in, out]`, of a depthwise convolution `[height, width, channels, 1]`.
 */
export interface ConvolutionKernels {
  readonly convolve: (x: Tensor4D, filter: Tensor4D, bias: Tensor1D, stride: number) => Tensor4D;
  readonly filterGradient: (x: Tensor4D, filterShape: Shape4D, dy: Tensor4D, stride: number) => Tensor4D;
  readonly inputGradient: (xShape: Shape4D, filter: Tensor4D, dy: Tensor4D, stride: number) => Tensor4D;
}

/** What MobileNetV2's and EfficientNet's blocks are made of, beside the kernels of plain convolutional networks. */
export interface MobileKernels extends Pick<Kernels, "biasAddGradient"> {
  readonly full: ConvolutionKernels;
  readonly depthwise: ConvolutionKernels;
  /** min(max(x, 0), 6). */
  relu6(x: Tensor4D): Tensor4D;
  /** dy where 0 < y < 6, else 0; `y` is relu6's output. */
  relu6Gradient(dy: Tensor4D, y: Tensor4D): Tensor4D;
  sigmoid(x: Tensor4D): Tensor4D;
  /** Gradient of x·σ(x): dy·σ + dy·x·σ(1 - σ); `sigmoid` is σ(x). */
  swishGradient(dy: Tensor4D, x: Tensor4D, sigmoid: Tensor4D): Tensor4D;
}

/** The same from tfjs's own ops, on any backend. */
export function plainMobileKernels(tf: Ops): MobileKernels {
  const engine = tf.engine();
  const attributes = (stride: number): { strides: number; pad: "same"; dataFormat: "NHWC"; dilations: number } => ({
    strides: stride,
    pad: "same",
    dataFormat: "NHWC",
    dilations: 1,
  });
  const run = (kernel: string, inputs: Record<string, Tensor>, options: object): Tensor4D =>
    engine.runKernel(kernel, inputs, options as never);
  return {
    ...plainKernels(tf),
    full: {
      convolve: (x, filter, bias, stride) => tf.add(tf.conv2d(x, filter, stride, "same"), bias),
      filterGradient: (x, filterShape, dy, stride) =>
        run("Conv2DBackpropFilter", { x, dy }, { ...attributes(stride), filterShape }),
      inputGradient: (inputShape, filter, dy, stride) =>
        run("Conv2DBackpropInput", { dy, filter }, { ...attributes(stride), inputShape }),
    },
    depthwise: {
      convolve: (x, filter, bias, stride) => tf.add(tf.depthwiseConv2d(x, filter, stride, "same"), bias),
      filterGradient: (x, filterShape, dy, stride) =>
        run("DepthwiseConv2dNativeBackpropFilter", { x, dy }, { ...attributes(stride), filterShape }),
      inputGradient: (inputShape, filter, dy, stride) =>
        run("DepthwiseConv2dNativeBackpropInput", { dy, filter }, { ...attributes(stride), inputShape }),
    },
    relu6: (x) => tf.relu6(x),
    relu6Gradient: (dy, y) => tf.mul(dy, tf.mul(tf.step(y), tf.step(tf.sub(6, y)))),
    sigmoid: (x) => tf.sigmoid(x),
    swishGradient: (dy, x, sigmoid) => tf.mul(dy, tf.mul(sigmoid, tf.add(1, tf.mul(x, tf.sub(1, sigmoid))))),
  };
}

const float: Attribute = { name: "T", kind: "type", value: "float32" };
const same: Attribute = { name: "padding", kind: "string", value: "SAME" };

function strides(stride: number): Attribute {
  return { name: "strides", kind: "integers", value: [1, stride, stride, 1] };
}

/** TensorFlow's own ops, past what tfjs does around each of its kernels. */
export function nativeMobileKernels(tf: Ops, ops: NativeOps): MobileKernels {
  const run = (op: string, inputs: Tensor[], options: Attribute[] = [float]): Tensor4D =>
    ops.run(op, options, inputs) as Tensor4D;
  const common = fastKernels(tf);
  const convolution = (forward: string, toFilter: string, toInput: string): ConvolutionKernels => {
    const backward = convolutionGradients(tf, ops, toFilter, toInput, []);
    const convolve: ConvolutionKernels["convolve"] = (x, filter, bias, stride) => {
      const convolved = run(forward, [x, filter], [float, strides(stride), same]);
      const biased = common.biasAdd(convolved, bias);
      convolved.dispose();
      return biased;
    };
    return { ...backward, convolve };
  };
  return {
    biasAddGradient: (dy) => common.biasAddGradient(dy),
    full: convolution("Conv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput"),
    depthwise: convolution(
      "DepthwiseConv2dNative",
      "DepthwiseConv2dNativeBackpropFilter",
      "DepthwiseConv2dNativeBackpropInput",
    ),
    relu6: (x) => run("Relu6", [x]),
    relu6Gradient: (dy, y) => run("Relu6Grad", [dy, y]),
    sigmoid: (x) => run("Sigmoid", [x]),
    swishGradient: (dy, x, sigmoid) =>
      run("AddV2", [run("SigmoidGrad", [sigmoid, run("Mul", [dy, x])]), run("Mul", [dy, sigmoid])]),
  };
}

function convolutionGradients(
  tf: Ops,
  ops: NativeOps,
  toFilter: string,
  toInput: string,
  extra: readonly Attribute[],
): Omit<ConvolutionKernels, "convolve"> {
  const attributes = (stride: number): Attribute[] => [float, strides(stride), same, ...extra];
  return {
    filterGradient: (x, filterShape, dy, stride) =>
      ops.run(toFilter, attributes(stride), [x, tf.tensor1d(filterShape, "int32"), dy]) as Tensor4D,
    inputGradient: (xShape, filter, dy, stride) =>
      ops.run(toInput, attributes(stride), [tf.tensor1d(xShape, "int32"), filter, dy]) as Tensor4D,
  };
}

const oneDnn: Attribute = { name: "_kernel", kind: "string", value: "MklNameChangeOp" };

/**
 * oneDNN's own ops where tfjs's calls do not reach them: a convolution that adds its bias while it writes (half the time
 * of two ops where the filter is 1x1) and depthwise convolutions (two thirds of the time of TensorFlow's own). Present
 * on x86 with oneDNN switched on.
 */
function oneDnnMobileKernels(tf: Ops, ops: NativeOps): MobileKernels {
  const native = nativeMobileKernels(tf, ops);
  const common = fastKernels(tf);
  const attributes = (stride: number): Attribute[] => [float, strides(stride), same, oneDnn];
  return {
    ...native,
    full: {
      ...native.full,
      convolve: (x, filter, bias, stride) =>
        ops.run("_MklNativeConv2DWithBias", attributes(stride), [x, filter, bias]) as Tensor4D,
    },
    depthwise: {
      ...convolutionGradients(
        tf,
        ops,
        "_MklNativeDepthwiseConv2dNativeBackpropFilter",
        "_MklNativeDepthwiseConv2dNativeBackpropInput",
        [oneDnn],
      ),
      convolve: (x, filter, bias, stride) => {
        const convolved = ops.run("_MklNativeDepthwiseConv2dNative", attributes(stride), [x, filter]) as Tensor4D;
        const biased = common.biasAdd(convolved, bias);
        convolved.dispose();
        return biased;
      },
    },
  };
}

/** The fastest kernels that the backend in use has; tried once for each backend. */
export const mobileKernels: (tf: Ops) => MobileKernels = oncePerBackend(choose);

function choose(tf: Ops): MobileKernels {
  const ops = nativeOps(tf);
  if (ops === null) return plainMobileKernels(tf);
  const fastest = oneDnnMobileKernels(tf, ops);
  return convolvesCorrectly(tf, fastest) ? fastest : nativeMobileKernels(tf, ops);
}

/** Whether the kernels' convolutions and gradients run here and are right on two pixels, whole numbers throughout. */
function convolvesCorrectly(tf: Ops, { full, depthwise }: MobileKernels): boolean {
  try {
    return tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]);
      const bias = tf.tensor1d([1, -1]);
      const dy = tf.tensor4d([1, 0, 0, 2], [1, 1, 2, 2]);
      const pointwise = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]);
      const perChannel = tf.tensor4d([2, 3], [1, 1, 2, 1]);
      const results = [
        full.convolve(x, pointwise, bias, 1),
        depthwise.convolve(x, perChannel, bias, 1),
        depthwise.filterGradient(x, perChannel.shape, dy, 1),
        depthwise.inputGradient(x.shape, perChannel, dy, 1),
      ];
      const expected = ["8,9,16,21", "3,5,7,11", "1,8", "2,0,0,6"];
      return results.every((result, index) => result.dataSync().join() === expected[index]);
    });
  } catch {
    return false;
  }
}
