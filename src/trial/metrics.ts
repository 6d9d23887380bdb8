/** What one epoch of a trial, or of a teacher's training, measured. Losses are means over samples; NaN never stands here. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  /** The objective, mean over the epoch's batches as they were trained. */
  readonly train_loss: number;
  /** Accuracy over the epoch's batches, before each batch's update; 0 to 1. */
  readonly train_accuracy: number;
  /** The objective on the whole validation split. */
  readonly val_loss: number;
  readonly val_accuracy: number;
  /** Cross-entropy of the labels at temperature 1, in nats. */
  readonly val_cross_entropy: number;
  /** KL(teacher || student) at temperature 1, in nats; null where the trial has no teacher. */
  readonly val_kl: number | null;
  /** Share of validation images on which student and teacher choose the same class; null without a teacher. */
  readonly val_agreement: number | null;
  /** Expected calibration error, 15 bins of equal width; 0 to 1. */
  readonly val_ece: number;
  /** Share of validation images whose label is among the 5 greatest logits; absent for 5 classes or fewer. */
  readonly val_top_k?: number;
  /** Wall-clock seconds of the epoch, its validation included. */
  readonly seconds: number;
}

/** The metrics a sweep may name as its objective, and whether more of one is better. */
export const metricGoals = {
  train_loss: "minimize",
  train_accuracy: "maximize",
  val_loss: "minimize",
  val_accuracy: "maximize",
  val_cross_entropy: "minimize",
  val_kl: "minimize",
  val_agreement: "maximize",
  val_ece: "minimize",
  val_top_k: "maximize",
} as const satisfies Partial<Record<keyof EpochMetrics, "minimize" | "maximize">>;

export type MetricName = keyof typeof metricGoals;
export const metricNames = Object.keys(metricGoals) as readonly MetricName[];

/** What the finished student measures on the test split, which nothing was chosen by. As the epochs' metrics of the same names. */
export interface TestMetrics {
  readonly images: number;
  readonly accuracy: number;
  readonly cross_entropy: number;
  /** null where the trial has no teacher. */
  readonly kl: number | null;
  readonly agreement: number | null;
  readonly ece: number;
}
