import type { Tensor2D, Tensor4D } from "../tensorflow/ops.js";

/** A teacher after its training. It holds tensors until `dispose`. */
export interface TaughtNetwork {
  /** From images `[batch, size, size, 3]`, 0 to 1, to logits `[batch, classes]`. */
  logits(x: Tensor4D): Tensor2D;
  dispose(): void;
}
