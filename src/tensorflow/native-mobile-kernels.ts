import { fastKernels, plainKernels, type Kernels } from "./native-kernels.js";
import { nativeOps, type Attribute, type NativeOps } from "./native.js";
import type { Ops, Tensor, Tensor4D } from "./ops.js";

type Shape4D = Tensor4D["shape"];

/**
 * A convolution with "same" padding, and its gradients. Images are `[batch, height, width, channels]`; a filter is
 * `[height, width, in, out]`, of a depthwise convolution `[height, width, channels, 1]`.
 */
export interface ConvolutionKernels {
  readonly convolve: (x: Tensor4D, filter: Tensor4D, stride: number) => Tensor4D;
  readonly filterGradient: (x: Tensor4D, filterShape: Shape4D, dy: Tensor4D, stride: number) => Tensor4D;
  readonly inputGradient: (xShape: Shape4D, filter: Tensor4D, dy: Tensor4D, stride: number) => Tensor4D;
}

/** What MobileNetV2's and EfficientNet's blocks are made of, beside the kernels of plain convolutional networks. */
export interface MobileKernels extends Pick<Kernels, "biasAdd" | "biasAddGradient"> {
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
      convolve: (x, filter, stride) => tf.conv2d(x, filter, stride, "same"),
      filterGradient: (x, filterShape, dy, stride) =>
        run("Conv2DBackpropFilter", { x, dy }, { ...attributes(stride), filterShape }),
      inputGradient: (inputShape, filter, dy, stride) =>
        run("Conv2DBackpropInput", { dy, filter }, { ...attributes(stride), inputShape }),
    },
    depthwise: {
      convolve: (x, filter, stride) => tf.depthwiseConv2d(x, filter, stride, "same"),
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
function nativeMobileKernels(tf: Ops, ops: NativeOps): MobileKernels {
  const attributes = (stride: number): Attribute[] => [float, strides(stride), same];
  const run = (op: string, inputs: Tensor[], options: Attribute[] = [float]): Tensor4D =>
    ops.run(op, options, inputs) as Tensor4D;
  const convolution = (forward: string, toFilter: string, toInput: string): ConvolutionKernels => ({
    convolve: (x, filter, stride) => run(forward, [x, filter], attributes(stride)),
    filterGradient: (x, filterShape, dy, stride) =>
      run(toFilter, [x, tf.tensor1d(filterShape, "int32"), dy], attributes(stride)),
    inputGradient: (xShape, filter, dy, stride) =>
      run(toInput, [tf.tensor1d(xShape, "int32"), filter, dy], attributes(stride)),
  });
  return {
    ...fastKernels(tf),
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

const chosen = new WeakMap<object, MobileKernels>();

/** The fastest kernels that the backend in use has. */
export function mobileKernels(tf: Ops): MobileKernels {
  const backend = tf.backend();
  let kernels = chosen.get(backend);
  if (kernels === undefined) {
    const ops = nativeOps(tf);
    kernels = ops === null ? plainMobileKernels(tf) : nativeMobileKernels(tf, ops);
    chosen.set(backend, kernels);
  }
  return kernels;
}
