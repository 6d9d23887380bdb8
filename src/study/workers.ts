import type { TrialSpec } from "../trial/spec.js";
import type { Settings } from "../trial/value.js";

/** What a worker takes before it trains: TensorFlow's library, its kernels and what a trial reads of a teacher. */
const workerBytes = 400e6;
/** What a training step takes for a pixel of its batch: the network's outputs on the way forward, and their gradients. */
const bytesPerPixel = 2_000;
/** The share of the memory that workers may plan with; the rest is the image arrays', the command's and the system's. */
const usableShare = 0.8;

/** Roughly what a worker needs to train a trial with these settings, its teacher's fine-tuning included; bytes. */
export function trialMemory({
  dataset,
  teacher,
  training,
}: Pick<Settings, "dataset" | "teacher" | "training">): number {
  // Where its head alone trains, a teacher's batches are of features and not of images.
  const taught = teacher?.trainable === "head" ? undefined : teacher?.batchSize;
  const batch = Math.max(training.batchSize, typeof taught === "number" ? taught : 0);
  return workerBytes + batch * dataset.imageSize ** 2 * bytesPerPixel;
}

export interface WorkerCount {
  readonly workers: number;
  /** What the largest of the trials needs, roughly. */
  readonly trialBytes: number;
  /** Whether memory is why there are not as many as cores. */
  readonly limitedByMemory: boolean;
}

/**
 * How many trials to train side by side: one per core, as far as the memory allows, at least one.
 * @param memoryBytes of the machine, or of the container where that has less
 */
export function workersFor(trials: Iterable<TrialSpec>, cores: number, memoryBytes: number): WorkerCount {
  let trialBytes = workerBytes;
  for (const { settings } of trials) trialBytes = Math.max(trialBytes, trialMemory(settings));
  const fitting = Math.max(1, Math.floor((memoryBytes * usableShare) / trialBytes));
  return { workers: Math.min(cores, fitting), trialBytes, limitedByMemory: fitting < cores };
}
