import { median } from "simple-statistics";
import type { BatchViews } from "../data/batches.js";
import type { ImageArray } from "../data/images.js";
import type { TrainingImages } from "../data/training-images.js";
import type { Ops } from "../tensorflow/ops.js";
import type { EpochMetrics, TestMetrics } from "../trial/metrics.js";
import type { LogitRows } from "./batch.js";
import type { CheckpointFile } from "./checkpoint-file.js";
import { Training } from "./epoch.js";
import { Progress, type EarlyStopping } from "./progress.js";
import type { Recipe } from "./step.js";

/** A network's training, as students and teachers share it. */
export interface TrainingPlan {
  readonly recipe: Recipe;
  readonly parameters: Float32Array;
  readonly images: ImageArray;
  /** Which of them train, and with which labels; left out for all of the training part, with all labels. */
  readonly trained?: TrainingImages;
  /** `[count, features]`: what the model takes in the images' place, as `[batch, 1, 1, features]`; without augmentation. */
  readonly features?: Float32Array;
  /** What order and views derive from. */
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** How the training images vary and mix; null for not at all. */
  readonly augmentation: Pick<BatchViews, "augmentation" | "settings" | "mixup"> | null;
  /** Null where the loss uses no teacher. */
  readonly teacher: {
    /** Of the plain images, `[count, classes]`. */
    readonly logits: LogitRows;
    /** Of the training images' views in an epoch (from 1), `[trainCount, classes]`. */
    ofEpoch(epoch: number): LogitRows;
  } | null;
  /** When it ends before its last epoch; null or left out for never. */
  readonly stopping?: EarlyStopping | null;
  /** Whether the test split, where there is one, is measured at the end; left out for not. */
  readonly tests?: boolean;
}

export interface TrainingOptions {
  /** @param restored whether an earlier attempt trained it, from whose checkpoint this one goes on */
  onEpoch(metrics: EpochMetrics, restored: boolean): void;
  readonly signal: AbortSignal;
  /** Where the training is kept after each epoch, and goes on from; absent for nowhere. */
  readonly checkpoints?: Pick<CheckpointFile, "read" | "write">;
}

export interface Trained {
  /** Of the epoch that the training ends with. */
  readonly parameters: Float32Array;
  readonly validationLogits: Float32Array;
  readonly final: EpochMetrics;
  readonly epochs: readonly EpochMetrics[];
  /** Of the first epoch with the greatest validation accuracy. */
  readonly best: { readonly metrics: EpochMetrics; readonly parameters: Float32Array };
  /** Of the epoch that the training ends with; null without a test split, or where it is not measured. */
  readonly test: TestMetrics | null;
  /** Seconds for an image of the validation split, the median over the epochs that were trained here; null of none. */
  readonly predictionSeconds: number | null;
}

/**
 * Trains on the training images, every epoch in its own order and its last, smaller batch included, and measures the
 * whole validation split after each epoch. Between steps other messages of the thread have their turn.
 *
 * @throws NonFiniteError where the loss, the gradient or a metric is no finite number
 * @throws the signal's reason where it is aborted
 */
export async function trainNetwork(tf: Ops, plan: TrainingPlan, options: TrainingOptions): Promise<Trained> {
  const { signal, checkpoints } = options;
  signal.throwIfAborted();
  const from = checkpoints?.read() ?? null;
  const progress = new Progress(plan.stopping ?? null, from?.progress ?? null);
  for (const metrics of progress.epochs) options.onEpoch(metrics, true);
  const training = new Training(tf, plan, signal, from);
  const predictionSeconds: number[] = [];
  try {
    for (let epoch = progress.epochs.length + 1; epoch <= plan.epochs && !progress.stopped; epoch++) {
      const started = performance.now();
      const trained = await training.train(epoch);
      const validated = await training.validate(epoch);
      if (validated.predictionSeconds !== null) predictionSeconds.push(validated.predictionSeconds);
      const metrics = { epoch, ...trained, ...validated.metrics, seconds: (performance.now() - started) / 1000 };
      progress.add(metrics, { epoch, parameters: training.parameters(), validationLogits: validated.logits });
      // Before it is told: an epoch that anyone has heard of is never trained again.
      checkpoints?.write({ progress: progress.state, optimizer: training.optimizer() });
      options.onEpoch(metrics, false);
    }
    const { best } = progress.state;
    const { parameters, validationLogits } = progress.final;
    return {
      parameters,
      validationLogits,
      final: progress.metricsOf(progress.final),
      epochs: progress.epochs,
      best: { metrics: progress.metricsOf(best), parameters: best.parameters },
      test: plan.tests === true ? await training.test(parameters) : null,
      predictionSeconds: predictionSeconds.length === 0 ? null : median(predictionSeconds),
    };
  } finally {
    training.dispose();
  }
}
