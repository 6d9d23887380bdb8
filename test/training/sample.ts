import { createHash } from "node:crypto";
import type { ImageArray } from "../../src/data/images.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { trainTrial, type TrainedTrial, type TrialInputs } from "../../src/training/distill.js";
import type { TrainingOptions } from "../../src/training/loop.js";
import type { EpochMetrics } from "../../src/trial/metrics.js";
import { Random } from "../../src/trial/random.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import type { ComponentSettings, Settings } from "../../src/trial/value.js";

const classNames = ["one", "two", "three"];

/** Noisy images whose brightness and stripes tell their class; 16 px, the last quarter validates. */
export function sampleImages(count = 44, size = 16): ImageArray {
  const random = new Random(5);
  const labels = Array.from({ length: count }, (_, image) => image % classNames.length);
  const pixels = new Uint8Array(count * size * size * 3);
  for (let i = 0; i < pixels.length; i++) {
    const label = labels[Math.floor(i / (size * size * 3))]!;
    const column = Math.floor(i / 3) % size;
    pixels[i] = 40 + 50 * label + (column % (label + 2) === 0 ? 60 : 0) + random.integer(40);
  }
  const sources = labels.map((_, image) => String(image));
  const trainCount = (count * 3) / 4;
  const validationCount = count - trainCount;
  return { pixels, info: { count, size, classNames, labels, sources, trainCount, validationCount, skipped: [] } };
}

/** A teacher that is right with varying confidence; a function of the image's number (and of the epoch for views). */
export function sampleTeacher(images: ImageArray, epochs: number): NonNullable<TrialInputs["teacher"]> {
  const { labels, trainCount } = images.info;
  const row = (image: number, epoch: number): number[] =>
    classNames.map((_, c) => (labels[image] === c ? 2 + (image % 5) * 0.5 : (image % 3) * 0.25 + epoch * 0.125));
  const range = (count: number, epoch: number): number[] =>
    Array.from({ length: count }, (_, image) => row(image, epoch)).flat();
  const views = Array.from({ length: epochs }, (_, index) => range(trainCount, index + 1)).flat();
  return {
    checksum: "teacher",
    logits: Float32Array.from(range(labels.length, 0)),
    views: Float32Array.from(views),
  };
}

export function sampleTrial(
  loss: ComponentSettings & { readonly type: string },
  changes: Partial<Settings> & { readonly seed?: number } = {},
): TrialSpec {
  const { seed = 1, ...settings } = changes;
  return {
    id: "0123456789abcdef",
    configuration: "0123456789abcdef",
    parameters: {},
    seed,
    settings: {
      dataset: { name: "sample", imageSize: 16, trainFraction: 0.75 },
      teacher: null,
      student: { type: "shallow" },
      loss,
      optimizer: { type: "adam", learningRate: 0.003 },
      schedule: { type: "constant" },
      augmentation: { type: "none" },
      training: { epochs: 2, batchSize: 10 },
      ...settings,
    },
  };
}

export interface Told extends TrainedTrial {
  readonly epochs: readonly EpochMetrics[];
}

/** Trains to the end; the epochs as they were told. */
export async function train(
  tf: Ops,
  trial: TrialSpec,
  inputs: TrialInputs,
  options: Partial<TrainingOptions> = {},
): Promise<Told> {
  const epochs: EpochMetrics[] = [];
  const { result, weights } = await trainTrial(tf, trial, inputs, {
    signal: new AbortController().signal,
    ...options,
    onEpoch: (metrics, restored) => {
      epochs.push(metrics);
      options.onEpoch?.(metrics, restored);
    },
  });
  return { result, weights, epochs };
}

/** All that must be equal in two trainings of the same trial: everything but the clock. */
export function bits({ result, weights, epochs }: Told): string {
  const timeless = [result.final, result.best, ...epochs].map((metrics) => ({ ...metrics, seconds: 0 }));
  const hex = (floats: Float32Array | null): string | null =>
    floats && createHash("sha256").update(floats).digest("hex");
  const numbers = [result.validationLogits, weights.final, weights.best].map(hex);
  return JSON.stringify({ timeless, numbers });
}
