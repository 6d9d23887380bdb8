import type { EpochMetrics, TestMetrics } from "./metrics.js";

/** Why an attempt failed. The first reason that holds is the one kept. */
export type FailureReason = "error" | "timeout" | "cancelled" | "worker-exit" | "out-of-memory" | "non-finite";

/** What a finished trial leaves. */
export interface TrialResult {
  /** The metrics of the epoch that the trial ends with: the last, or with early stopping the one it went back to. */
  readonly final: EpochMetrics;
  /** The epoch that was best by validation accuracy (the first of equals): selected on the validation split. */
  readonly best: EpochMetrics;
  /** Student's logits after that epoch on the validation split, row-major `[validation images, classes]`, in the image array's order. */
  readonly validationLogits: Float32Array;
  /** Of the same epoch; absent where the data set has no test split. */
  readonly test?: TestMetrics;
  readonly classes: number;
  /** Trainable parameters of the student. */
  readonly parameters: number;
  /** Wall-clock seconds of the training, without the artifacts it used. */
  readonly seconds: number;
  /**
   * Seconds that the student takes for an image of the validation split, in batches of the trial's size on its worker's
   * thread, with what else the machine did: the median over batches, and over the epochs that its last attempt trained.
   * Absent where that trained none, and in trials of an older kd-sweep.
   */
  readonly predictionSeconds?: number;
  /** sha256 of the teacher's weights the student learned from; null without a teacher. */
  readonly teacherChecksum: string | null;
}

/** A finished student's parameters: its network's tensors one after the other. */
export interface TrialWeights {
  /** Of the epoch that the trial ends with. */
  readonly final: Float32Array;
  /** Of the best epoch; null where that is the final one. */
  readonly best: Float32Array | null;
}

export interface Failure {
  readonly state: "failed";
  readonly reason: FailureReason;
  /** One sentence for a person. */
  readonly message: string;
  /** True where the whole training process was lost, and with it whatever else it was doing. */
  readonly wholeProcess?: boolean;
  /** True where the machine does not serve (a full disk, a cache that cannot be written): other work would fail alike. */
  readonly environment?: boolean;
  /** For `--verbose` and the log only. */
  readonly stack?: string;
}

/** How an attempt at a trial ended. */
export type Outcome =
  | {
      readonly state: "complete";
      readonly result: TrialResult;
      /** Absent where nobody asked for them. */
      readonly weights?: TrialWeights;
    }
  | Failure;
