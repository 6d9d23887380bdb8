/**
 * TensorFlow.js as an argument. Functions on tensors take `tf: Ops` and import types only, so that losses and models
 * can be read (names, settings) without loading TensorFlow.
 */
export type Ops = typeof import("@tensorflow/tfjs-core");
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from "@tensorflow/tfjs-core";
