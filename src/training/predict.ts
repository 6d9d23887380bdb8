import { setImmediate } from "node:timers/promises";
import { median } from "simple-statistics";
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

export interface Predicted {
  /** Row-major, `[images, classes]`. */
  readonly logits: Float32Array;
  /** For an image, the median over batches; null without images. */
  readonly seconds: number | null;
}

/**
 * Predicts a range of images.
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
): Promise<Predicted> {
  const { batchSize, classes, views, signal } = options;
  const logits = new Float32Array((end - start) * classes);
  const times: { readonly seconds: number; readonly images: number }[] = [];
  for (let first = start; first < end; first += batchSize) {
    const indices = Uint32Array.from({ length: Math.min(batchSize, end - first) }, (_, offset) => first + offset);
    const started = performance.now();
    const rows = tf.tidy(() => model(batches.pixelTensor(tf, indices, views)).dataSync());
    times.push({ seconds: (performance.now() - started) / 1000, images: indices.length });
    logits.set(rows, (first - start) * classes);
    await setImmediate();
    signal.throwIfAborted();
  }
  return { logits, seconds: secondsPerImage(times) };
}

/** Without the first batch, which also fills caches, and the last, smaller one, where there are others. */
function secondsPerImage(times: readonly { readonly seconds: number; readonly images: number }[]): number | null {
  if (times.length === 0) return null;
  const warm = times.length > 1 ? times.slice(1) : times;
  const most = Math.max(...warm.map(({ images }) => images));
  return median(warm.filter(({ images }) => images === most).map(({ seconds, images }) => seconds / images));
}
