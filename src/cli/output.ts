import type { Standing } from "../study/standing.js";
import type { StudyEvent } from "../study/events.js";
import type { StudyEnd } from "../study/run.js";
import type { TrialSpec } from "../trial/spec.js";

/** What a run is about to do. */
export interface Beginning {
  readonly name: string;
  readonly folder: string;
  /** What the trials' names leave out. */
  readonly usual: TrialSpec["parameters"];
  readonly trials: number;
  readonly now: Standing;
  /** Whether it runs what failed before, and nothing else. */
  readonly retryFailed: boolean;
  /** How many trials a run begins at most; Infinity without that limit. */
  readonly maxTrials: number;
  /** How many trials this run trains at most. */
  readonly toRun: number;
  readonly workers: number;
}

/** Where a run tells what it does: a terminal, a log, another program. */
export interface RunOutput {
  /** What a person should know and may do something about. */
  warning(text: string): void;
  info(text: string): void;
  begin(beginning: Beginning): void;
  event(event: StudyEvent): void;
  /** Work has ended: what is drawn is removed, what was printed for good stays. */
  end(end: StudyEnd | null): void;
  /** @param table for a person. @param files relative to the study's folder */
  report(folder: string, table: string, files: readonly string[]): void;
}
