import { nativeOps, oncePerBackend, type Attribute, type NativeOps } from "./native.js";
import type { Ops, Tensor, Tensor1D, Tensor4D } from "./ops.js";
import { hasAvx512 } from "./processor.js";

/** What pooling hands to its gradient; `workspace` holds the places of the maxima where the kernel notes them. */
export interface Pooled {
  readonly values: Tensor4D;
  readonly workspace: Tensor | null;
}

/** The elementwise and pooling kernels whose gradients tfjs composes slowly. Images are `[batch, height, width, channels]`. */
export interface Kernels {
  /** Adds `bias` `[channels]` along the last axis of `x`. */
  biasAdd<T extends Tensor>(x: T, bias: Tensor1D): T;
  /** Gradient of `biasAdd` with respect to the bias: the sum over all axes but the last. */
  biasAddGradient(dy: Tensor): Tensor1D;
  /** Gradient of relu, given relu's output `y`: dy where y > 0, else 0. */
  reluGradient<T extends Tensor>(dy: T, y: T): T;
  /** Max pooling, window and stride `size`, "valid". */
  maxPool(x: Tensor4D, size: number): Pooled;
  maxPoolGradient(dy: Tensor4D, x: Tensor4D, pooled: Pooled, size: number): Tensor4D;
  /**
   * Gradient of a convolution of stride 1 with respect to its filter `[height, width, channels, filters]`.
   *
   * @param x the convolution's input. @param dy the gradient of its output
   */
  filterGradient(dy: Tensor4D, x: Tensor4D, shape: Tensor4D["shape"], padding: "valid" | "same"): Tensor4D;
  /** Repeats `x` along axes of length 1 up to `shape`. */
  broadcast(x: Tensor4D, shape: Tensor4D["shape"]): Tensor4D;
}

/** The same from tfjs's own ops, on any backend. */
export function plainKernels(tf: Ops): Kernels {
  return {
    biasAdd: (x, bias) => tf.add(x, bias),
    biasAddGradient: (dy) => tf.sum(tf.reshape(dy, [-1, dy.shape.at(-1) ?? 1]), 0),
    reluGradient: (dy, y) => tf.mul(dy, tf.step(y)),
    maxPool: (x, size) => ({ values: tf.maxPool(x, size, size, "valid"), workspace: null }),
    maxPoolGradient: (dy, x, { values }, size) => {
      const attributes = { filterSize: size, strides: size, pad: "valid" };
      return tf.engine().runKernel("MaxPoolGrad", { dy, input: x, output: values }, attributes);
    },
    filterGradient: (dy, x, shape, padding) =>
      tf
        .engine()
        .runKernel(
          "Conv2DBackpropFilter",
          { x, dy },
          { strides: 1, pad: padding, dataFormat: "NHWC", filterShape: shape },
        ),
    broadcast: (x, shape) => tf.broadcastTo(x, shape),
  };
}

/** The portable backend's own `Tile` goes number by number. */
function portableKernels(tf: Ops): Kernels {
  return { ...plainKernels(tf), broadcast: (x, shape) => tf.add(x, tf.zeros(shape)) };
}

const float: Attribute = { name: "T", kind: "type", value: "float32" };
const channelsLast: Attribute = { name: "data_format", kind: "string", value: "NHWC" };

/** TensorFlow's own gradient ops. Pooling notes the places of the maxima only with oneDNN's (`notesMaxima`). */
function nativeKernels(tf: Ops, ops: NativeOps, notesMaxima: boolean): Kernels {
  const plain = plainKernels(tf);
  return {
    ...plain,
    biasAdd: <T extends Tensor>(x: T, bias: Tensor1D) => ops.run("BiasAdd", [float, channelsLast], [x, bias]) as T,
    biasAddGradient: (dy) => ops.run("BiasAddGrad", [float, channelsLast], [dy]) as Tensor1D,
    reluGradient: <T extends Tensor>(dy: T, y: T) => ops.run("ReluGrad", [float], [dy, y]) as T,
    ...(notesMaxima ? oneDnnPooling(ops) : {}),
    ...(notesMaxima && !hasAvx512() ? patchedFilters(tf, plain) : {}),
  };
}

/**
 * Whether `patchedFilterGradient` is the faster way to the gradient of a filter of this shape, where the processor lacks
 * AVX-512: oneDNN's own then runs at a sixth of the processor's rate for many filters over large images of few channels,
 * such as a student's first layer on photos. For fewer filters or larger ones, and for small images, its own is faster.
 *
 * @param dy the gradient's shape, of the convolution's output
 */
export function prefersPatches(shape: Tensor4D["shape"], dy: Tensor4D["shape"]): boolean {
  const [height, width, channels, filters] = shape;
  return height * width * channels <= 48 && filters >= 64 && dy[1] * dy[2] >= 80 * 80;
}

function patchedFilters(tf: Ops, plain: Kernels): Pick<Kernels, "filterGradient"> {
  return {
    filterGradient: (dy, x, shape, padding) =>
      prefersPatches(shape, dy.shape)
        ? patchedFilterGradient(tf, dy, x, shape, padding)
        : plain.filterGradient(dy, x, shape, padding),
  };
}

/** `filterGradient` as a product of the input's patches, which a convolution with the unit filters gives, and `dy`. */
export function patchedFilterGradient(
  tf: Ops,
  dy: Tensor4D,
  x: Tensor4D,
  shape: Tensor4D["shape"],
  padding: "valid" | "same",
): Tensor4D {
  const [height, width, channels, filters] = shape;
  const [batch, rows, columns] = dy.shape;
  const size = height * width * channels;
  return tf.tidy(() => {
    const unit: Tensor4D = tf.reshape(tf.eye(size), [height, width, channels, size]);
    const patches = tf.reshape(tf.conv2d(x, unit, 1, padding), [batch, rows * columns, size]);
    const products = tf.matMul(patches, tf.reshape(dy, [batch, rows * columns, filters]), true, false);
    return tf.reshape(tf.sum(products, 0), shape);
  });
}

/**
 * oneDNN's max pooling, which hands the places of the maxima to its gradient; `MaxPoolGrad` searches for them again,
 * which at 224 pixels takes some twenty times as long. Present on x86 with oneDNN switched on.
 */
function oneDnnPooling(ops: NativeOps): Pick<Kernels, "maxPool" | "maxPoolGradient"> {
  const attributes = (size: number): Attribute[] => [
    float,
    { name: "ksize", kind: "integers", value: [1, size, size, 1] },
    { name: "strides", kind: "integers", value: [1, size, size, 1] },
    { name: "padding", kind: "string", value: "VALID" },
    channelsLast,
    { name: "workspace_enabled", kind: "boolean", value: true },
    { name: "_kernel", kind: "string", value: "MklNameChangeOp" },
  ];
  return {
    maxPool: (x, size) => {
      const [values, workspace] = ops.runAll("_MklNativeMaxPool", attributes(size), [x], 2) as [Tensor4D, Tensor];
      return { values, workspace };
    },
    maxPoolGradient: (dy, x, { values, workspace }, size) => {
      if (workspace === null) throw new Error("max pooling left no workspace for its gradient");
      return ops.run("_MklNativeMaxPoolGrad", attributes(size), [x, values, dy, workspace]) as Tensor4D;
    },
  };
}

/** The fastest kernels that the backend in use has; tried once for each backend. */
export const fastKernels: (tf: Ops) => Kernels = oncePerBackend(choose);

function choose(tf: Ops): Kernels {
  const ops = nativeOps(tf);
  if (ops === null) return portableKernels(tf);
  const oneDnn = nativeKernels(tf, ops, true);
  return poolsCorrectly(tf, oneDnn) ? oneDnn : nativeKernels(tf, ops, false);
}

/** Whether the kernels' pooling and its gradient run here and are right on a window of four. */
function poolsCorrectly(tf: Ops, kernels: Kernels): boolean {
  try {
    return tf.tidy(() => {
      const x = tf.tensor4d([1, 3, 2, 0], [1, 2, 2, 1]);
      const pooled = kernels.maxPool(x, 2);
      const gradient = kernels.maxPoolGradient(tf.onesLike(pooled.values), x, pooled, 2);
      return pooled.values.dataSync()[0] === 3 && gradient.dataSync().join() === "0,1,0,0";
    });
  } catch {
    return false;
  }
}
