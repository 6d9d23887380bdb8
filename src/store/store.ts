import type { ArtifactRecord } from "../artifacts/artifact.js";
import type { Environment } from "../trial/environment.js";
import type { EpochMetrics, MetricName } from "../trial/metrics.js";
import type { FailureReason, Outcome, TrialResult } from "../trial/outcome.js";
import type { ConfigurationId, TrialId, TrialSpec } from "../trial/spec.js";
import type { Value } from "../trial/value.js";

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
  readonly endedAt: string | null;
  readonly environment: number | null;
}

export interface TrialRecord {
  readonly spec: TrialSpec;
  readonly state: TrialState;
  readonly attempts: readonly AttemptRecord[];
  /** Of the attempt that completed, else of the latest one. */
  readonly epochs: readonly EpochMetrics[];
  /** Without the logits, which `validationLogits` reads. */
  readonly result: Omit<TrialResult, "validationLogits"> | null;
}

/** All that a report needs, read in one transaction. */
export interface StudySnapshot {
  readonly plan: StoredPlan;
  readonly trials: readonly TrialRecord[];
  readonly artifacts: readonly ArtifactRecord[];
  readonly environments: readonly Environment[];
  /** Of one trial; undefined where it is not complete. `[validation images, classes]`, row-major. */
  validationLogits(trial: TrialId): Float32Array | undefined;
}

/** What a study remembers. One writer; every call has reached the disk when it returns. */
export interface Store {
  /** Makes this the latest plan. Trials that the study has already keep their state; those no longer wanted stay stored. */
  plan(plan: StoredPlan): void;
  /** States of the latest plan's trials. An attempt left "running" by a killed process counts as waiting. */
  states(): ReadonlyMap<TrialId, TrialState>;
  /** Registers what the following attempts run on. */
  environment(environment: Environment): number;
  /** A new attempt; its trial is running from here on. @throws Error where the trial is complete or running */
  begin(trial: TrialId, environment: number): Attempt;
  epoch(attempt: Attempt, metrics: EpochMetrics): void;
  /** Ends an attempt, the result and the state in one transaction. `retry: true` leaves a failed trial waiting for another. */
  finish(attempt: Attempt, outcome: Outcome, options?: { readonly retry?: boolean }): void;
  /** Keeps what an artifact measured; the same key again replaces it. */
  artifact(record: ArtifactRecord): void;
  snapshot(): StudySnapshot;
  close(): void;
}
