import type { EpochMetrics } from "../trial/metrics.js";

/** When a training ends before its last epoch. */
export interface EarlyStopping {
  /** It ends after so many epochs in a row that were no better than the best before them. */
  readonly patience: number;
  readonly monitor: "val_loss" | "val_accuracy";
}

/** What is kept of an epoch. */
export interface KeptEpoch {
  /** From 1. */
  readonly epoch: number;
  readonly parameters: Float32Array;
  /** `[validation images, classes]`. */
  readonly validationLogits: Float32Array;
}

/** Everything about the epochs so far, as plain data. */
export interface ProgressState {
  readonly epochs: readonly EpochMetrics[];
  readonly last: KeptEpoch;
  /** The first of the epochs with the greatest validation accuracy. */
  readonly best: KeptEpoch;
  /** The first of the epochs that were best by what early stopping monitors; null without early stopping. */
  readonly monitored: KeptEpoch | null;
}

const better = {
  val_loss: (one: number, other: number) => one < other,
  val_accuracy: (one: number, other: number) => one > other,
};

/** The epochs of a training, and the weights that are kept of them. */
export class Progress {
  private kept: ProgressState | null;

  /** @param state of an earlier attempt that is to go on; null for a new training */
  constructor(
    private readonly stopping: EarlyStopping | null,
    state: ProgressState | null,
  ) {
    this.kept = state;
  }

  get epochs(): readonly EpochMetrics[] {
    return this.kept?.epochs ?? [];
  }

  /** @throws Error before the first epoch */
  get state(): ProgressState {
    if (this.kept === null) throw new Error("no epoch was trained");
    return this.kept;
  }

  /** Whether early stopping ends the training here. */
  get stopped(): boolean {
    if (this.stopping === null || this.kept?.monitored == null) return false;
    return this.epochs.length - this.kept.monitored.epoch >= this.stopping.patience;
  }

  /** The epoch whose weights and metrics the training ends with: with early stopping the monitored best, else the last. */
  get final(): KeptEpoch {
    return this.state.monitored ?? this.state.last;
  }

  metricsOf({ epoch }: KeptEpoch): EpochMetrics {
    const metrics = this.epochs[epoch - 1];
    if (metrics === undefined) throw new Error(`no epoch ${epoch} was trained`);
    return metrics;
  }

  add(metrics: EpochMetrics, last: KeptEpoch): void {
    const best = this.firstBest("val_accuracy", this.kept?.best, metrics, last);
    const monitored =
      this.stopping === null ? null : this.firstBest(this.stopping.monitor, this.kept?.monitored, metrics, last);
    this.kept = { epochs: [...this.epochs, metrics], last, best, monitored };
  }

  private firstBest(
    by: EarlyStopping["monitor"],
    before: KeptEpoch | null | undefined,
    metrics: EpochMetrics,
    last: KeptEpoch,
  ): KeptEpoch {
    return before == null || better[by](metrics[by], this.metricsOf(before)[by]) ? last : before;
  }
}
