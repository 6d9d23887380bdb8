import type { ArtifactRecord, ArtifactSpec } from "../artifacts/artifact.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { Failure, Outcome } from "../trial/outcome.js";
import type { TrialSpec } from "../trial/spec.js";

/** Whether what failed is tried again in the same run, not by the next one: where the machine does not serve, this one ends. */
export function triedAgainNow(failure: Failure, retry: boolean): boolean {
  return retry && failure.environment !== true;
}

/** What happens in a running study, for whoever shows it. `slot` is the worker's number from 0. */
export type StudyEvent =
  /** Something that no result is lost by. */
  | { readonly type: "warning"; readonly message: string }
  /** Before anything is trained: trials that another study of the results folder has finished. */
  | { readonly type: "trials-copied"; readonly study: string; readonly count: number }
  | { readonly type: "artifact-started"; readonly slot: number; readonly artifact: ArtifactSpec }
  | {
      readonly type: "artifact-epoch";
      readonly slot: number;
      readonly artifact: ArtifactSpec;
      readonly metrics: EpochMetrics;
    }
  | {
      readonly type: "artifact-finished";
      readonly slot: number;
      readonly artifact: ArtifactSpec;
      readonly record: ArtifactRecord;
    }
  | {
      readonly type: "artifact-failed";
      readonly slot: number;
      readonly artifact: ArtifactSpec;
      readonly failure: Failure;
      readonly retry: boolean;
    }
  | { readonly type: "trial-started"; readonly slot: number; readonly trial: TrialSpec; readonly attempt: number }
  | {
      readonly type: "trial-epoch";
      readonly slot: number;
      readonly trial: TrialSpec;
      readonly metrics: EpochMetrics;
      /** Whether an earlier attempt trained it, from whose checkpoint this one goes on. */
      readonly restored: boolean;
    }
  | {
      readonly type: "trial-finished";
      readonly slot: number;
      readonly trial: TrialSpec;
      readonly outcome: Outcome;
      readonly retry: boolean;
    };
