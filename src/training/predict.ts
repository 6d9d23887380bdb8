import { setImmediate } from "node:timers/promises";
import type { BatchViews } from "../data/batches.js";
import type { Ops, Tensor2D, Tensor4D } from "../tensorflow/ops.js";
import type { BatchMaker } from "./batch.js";

/** A contiguous part of an image array: the images from `start` to before `end`. */
export interface ImageRange {
  readonly start: number;
  readonly end: number;
}

/** Images per forward pass of a teacher; its logits' bits do not depend on the trials' batch sizes. */
export const logitsBatchSize = 64;

/**
 * Logits of a range of images, row-major `[end - start, classes]`.
 *
 * @param model from images `[batch, size, size, 3]` to logits `[batch, classes]`
 * @param views null for the images as they are
 * @throws the signal's reason where it is aborted
 */
export async function predictLogits(
  tf: Ops,
  model: (x: Tensor4D) => Tensor2D,
  batches: BatchMaker,
  { start, end }: ImageRange,
  options: {
    readonly batchSize: number;
    readonly classes: number;
    readonly views: BatchViews | null;
    readonly signal: AbortSignal;
  },
): Promise<Float32Array> {
  const { batchSize, classes, views, signal } = options;
  const logits = new Float32Array((end - start) * classes);
  for (let first = start; first < end; first += batchSize) {
    const indices = Uint32Array.from({ length: Math.min(batchSize, end - first) }, (_, offset) => first + offset);
    const rows = tf.tidy(() => model(batches.pixelTensor(tf, indices, views)).dataSync());
    logits.set(rows, (first - start) * classes);
    await setImmediate();
    signal.throwIfAborted();
  }
  return logits;
}
