import type { ArtifactRecord, ArtifactSpec } from "../artifacts/artifact.js";
import type { TrialNeeds } from "../artifacts/needs.js";
import type { Environment } from "../trial/environment.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { Failure, Outcome } from "../trial/outcome.js";
import type { TrialSpec } from "../trial/spec.js";

/** What the front asks of the training process. */
export type Work = TrialWork | ArtifactWork;

export interface TrialWork {
  readonly kind: "trial";
  readonly trial: TrialSpec;
  readonly needs: TrialNeeds;
  /** Folder for the trial's checkpoints, its own; absent for none. Who gives it removes it when the trial has ended for good. */
  readonly checkpoints?: string;
  /** Whether the outcome is to bring the trained weights. */
  readonly wantsWeights?: boolean;
}

/**
 * Told of each epoch as it ends.
 * @param restored whether an earlier attempt trained it, from whose checkpoint this one goes on
 */
export type EpochListener = (metrics: EpochMetrics, restored: boolean) => void;

export interface ArtifactWork {
  readonly kind: "artifact";
  readonly artifact: ArtifactSpec;
}

export type ArtifactOutcome = { readonly state: "complete"; readonly record: ArtifactRecord } | Failure;
export type WorkOutcome<W extends Work> = W extends TrialWork ? Outcome : ArtifactOutcome;

/** Front to training process. `run` starts work, `cancel` stops it at its next step, `close` ends the process. */
export type Request =
  | { readonly type: "run"; readonly id: number; readonly work: Work }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "close" };

/** Training process to front. */
export type Response =
  | { readonly type: "ready"; readonly environment: Environment }
  | { readonly type: "epoch"; readonly id: number; readonly metrics: EpochMetrics; readonly restored: boolean }
  | { readonly type: "outcome"; readonly id: number; readonly outcome: Outcome | ArtifactOutcome };

/** Runs work somewhere. Today: a local training process; a queue could stand here. */
export interface Executor {
  /** How many pieces of work run side by side; more than that wait inside. */
  readonly workers: number;
  /** Resolves when ready to work, with what the work will run on. @throws UserError with exit code 3 where TensorFlow does not start */
  start(): Promise<Environment>;
  /**
   * Failure is a value with its reason.
   * @throws UserError with exit code 3 where the executor was lost and does not start again
   */
  run<W extends Work>(
    work: W,
    options: { readonly signal: AbortSignal; readonly onEpoch?: EpochListener },
  ): Promise<WorkOutcome<W>>;
  /** Ends the training process; work in flight ends as `cancelled`. */
  close(): Promise<void>;
}
