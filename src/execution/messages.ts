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
  | { readonly type: "run"; readonly id: number; readonly work: Work; readonly timeoutMs: number | null }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "close" };

/** Training process to front. */
export type Response =
  | { readonly type: "ready"; readonly environment: Environment }
  | { readonly type: "epoch"; readonly id: number; readonly metrics: EpochMetrics; readonly restored: boolean }
  | { readonly type: "warning"; readonly id: number; readonly message: string }
  /** It is to be replaced: what runs in it is lost, and what is begun from now on would be. */
  | { readonly type: "ending" }
  | {
      readonly type: "outcome";
      readonly id: number;
      readonly outcome: Outcome | ArtifactOutcome;
      /** What the training process takes by now. */
      readonly memoryBytes: number;
    };

export interface RunOptions {
  /** Stops the work at its next step; a worker that does not get there is ended. */
  readonly signal: AbortSignal;
  /** How long the work may take from when it begins; it then fails as `timeout`, its worker ended if need be. None by default. */
  readonly timeoutMs?: number | undefined;
  readonly onEpoch?: EpochListener;
  /** Told of what costs no result, such as a damaged artifact that is made again. */
  readonly onWarning?: (message: string) => void;
}

/** How the training process is started: its one argument, as JSON. */
export interface HostOptions {
  readonly workers: number;
  readonly threadsPerWorker: number;
  /** Address of the module that does the work. */
  readonly worker: string;
  /** Of the JavaScript objects of one worker; tensors and pixels do not count. Beyond it the work fails as `out-of-memory`. */
  readonly heapMegabytes: number;
  /** How long stopped work may take to reach its next step, and its ended thread to come out of native code. */
  readonly graceMs: number;
}

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
  run<W extends Work>(work: W, options: RunOptions): Promise<WorkOutcome<W>>;
  /** Ends the training process; work in flight ends as `cancelled`. */
  close(): Promise<void>;
}
