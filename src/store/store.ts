import type { ArtifactRecord } from "../artifacts/artifact.js";
import type { PlannedComparison } from "../trial/comparison.js";
import type { Environment } from "../trial/environment.js";
import type { EpochMetrics, MetricName } from "../trial/metrics.js";
import type { FailureReason, Outcome, TrialResult } from "../trial/outcome.js";
import type { ConfigurationId, TrialId, TrialSpec } from "../trial/spec.js";
import type { Value } from "../trial/value.js";

/** The store's file in the study folder. */
export const databaseName = "study.sqlite";

/** The latest plan of a study: what the report covers. */
export interface StoredPlan {
  readonly name: string;
  /** The sweep file as it was read, for the report. */
  readonly sweepText: string;
  /** `--set` values that were laid over it, under dotted names. */
  readonly overrides: Readonly<Record<string, Value>>;
  readonly metric: { readonly name: MetricName; readonly goal: "minimize" | "maximize" };
  /** Dotted names of the swept parameters in the file's order, without `seed`. */
  readonly parameters: readonly string[];
  /** The configuration that the sweep's `baseline` names; null without one. */
  readonly baseline: ConfigurationId | null;
  readonly trials: readonly TrialSpec[];
  /** What the sweep asks to compare. Absent or empty where it says nothing. */
  readonly comparisons?: readonly PlannedComparison[];
  /** Of each trial that cannot run: what is missing, in words. Absent or empty where nothing is. */
  readonly waitsFor?: Readonly<Record<TrialId, string>>;
}

export type TrialState = "waiting" | "running" | "complete" | "failed";

/** One try at a trial. Written before its work starts. */
export interface Attempt {
  readonly trial: TrialId;
  /** From 1. */
  readonly number: number;
}

export interface AttemptRecord extends Attempt {
  /** "running" where the attempt's end was never written: the process was killed. */
  readonly state: "running" | "complete" | "failed";
  readonly reason: FailureReason | null;
  readonly message: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** null while it runs, and where its process was killed: that time is not known. */
  readonly endedAt: string | null;
  /** Its place in the snapshot's `environments`. */
  readonly environment: number;
  /** Of a failed one: the stack of what was thrown. */
  readonly log?: string;
  /** The study that the trial was finished in, where it was copied from there. */
  readonly copiedFrom?: string;
}

/** A trial as another study finished it. */
export interface FinishedTrial {
  readonly trial: TrialId;
  /** That study's name. */
  readonly copiedFrom: string;
  /** Of the attempt that completed it. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly environment: Environment;
  /** All of them. */
  readonly epochs: readonly EpochMetrics[];
  readonly result: TrialResult;
}

export interface TrialRecord {
  readonly spec: TrialSpec;
  readonly state: TrialState;
  readonly attempts: readonly AttemptRecord[];
  /** Of the attempt that completed, else of the latest one. Read when first asked for: before the store is closed. */
  readonly epochs: readonly EpochMetrics[];
  /** Without the logits, which `validationLogits` reads. */
  readonly result: Omit<TrialResult, "validationLogits"> | null;
}

export interface RunningTrial {
  readonly trial: TrialSpec;
  readonly attempt: number;
  readonly startedAt: string;
  /** The latest; null before the first has ended. */
  readonly epoch: EpochMetrics | null;
}

/** How the latest plan's trials stand. */
export interface StudyOverview {
  readonly name: string;
  readonly metric: StoredPlan["metric"];
  readonly counts: Readonly<Record<TrialState, number>>;
  /** The swept parameters that the trials have, each combination once. */
  readonly parameters: readonly TrialSpec["parameters"][];
  /** Trials that wait for an input, of those that are waiting. */
  readonly waitingForInputs: number;
  readonly running: readonly RunningTrial[];
  /** The complete trial that is best by the study's metric at its end; null before the first. */
  readonly best: { readonly trial: TrialSpec; readonly value: number } | null;
  readonly failed: readonly { readonly trial: TrialSpec; readonly reason: string; readonly message: string }[];
  /** That complete trials took; null before the first, and where nothing runs. */
  readonly meanSeconds: number | null;
}

/** All that a report needs, read in one transaction. */
export interface StudySnapshot {
  readonly plan: StoredPlan;
  readonly trials: readonly TrialRecord[];
  readonly artifacts: readonly ArtifactRecord[];
  readonly environments: readonly Environment[];
  /** Of one trial; undefined where it is not complete. `[validation images, classes]`, row-major. Before the store is closed. */
  validationLogits(trial: TrialId): Float32Array | undefined;
}

/**
 * What a study remembers. One writer. What a call has written has reached the operating system when it returns, so that a
 * killed process loses nothing; `durable` tells when it is safe from a power loss as well.
 */
export interface Store {
  /**
   * Makes this the latest plan. Trials that the study has already keep their state; those no longer wanted stay stored,
   * except what only waited for an input, whose identity was not known.
   */
  plan(plan: StoredPlan): void;
  /** Registers what the following attempts run on; an equal one again gives the same number. */
  environment(environment: Environment): number;
  /** A new attempt; its trial is running from here on. @throws Error where the trial is complete or running */
  begin(trial: TrialId, environment: number): Attempt;
  /** @throws Error where the attempt has ended or has this epoch already, or a metric is NaN */
  epoch(attempt: Attempt, metrics: EpochMetrics): void;
  /**
   * Ends an attempt, the result and the state in one transaction. `retry: true` leaves a failed trial waiting for another.
   * @throws Error where the attempt has ended
   */
  finish(attempt: Attempt, outcome: Outcome, options?: { readonly retry?: boolean }): void;
  /**
   * Completes a trial with what another study found, in one attempt and one transaction.
   * @throws Error where the trial is complete or running
   */
  adopt(finished: FinishedTrial): void;
  /** Resolves once all that was written before is on the disk. @throws UserError where the disk does not serve */
  durable(): Promise<void>;
  /** Keeps what an artifact measured; the same key again replaces it. */
  artifact(record: ArtifactRecord): void;
  /** All that the study used. */
  artifacts(): readonly ArtifactRecord[];
  /** States of the latest plan's trials, in its order. An attempt left "running" by a killed process counts as waiting. */
  states(): ReadonlyMap<TrialId, TrialState>;
  /** Of all trials that the study has, also those that the latest plan no longer wants; else as `states`. */
  allStates(): ReadonlyMap<TrialId, TrialState>;
  /** @throws UserError where nothing was planned yet */
  snapshot(): StudySnapshot;
  close(): void;
}

/** What reading a study takes. */
export type ReadableStore = Pick<Store, "states" | "allStates" | "snapshot" | "close">;
