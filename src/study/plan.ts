import { existsSync } from "node:fs";
import { join } from "node:path";
import { StudyReader } from "../store/reader.js";
import { databaseName, type ReadableStore, type StoredPlan } from "../store/store.js";
import { baselineOf, datasetsOf, plainTrial, plan, teachersOf } from "../sweep/plan.js";
import { wholeText, type Sweep } from "../sweep/sweep.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { UserError } from "../trial/issue.js";
import type { TrialSpec } from "../trial/spec.js";
import { readFingerprints } from "./fingerprints.js";

/** A sweep expanded into trials, with what its files hold. */
export interface PlannedStudy {
  readonly plan: StoredPlan;
  readonly warnings: readonly string[];
  readonly fingerprints: Fingerprints;
}

/** @throws UserError for a missing data set or weight file, or a baseline that fits no or several configurations */
export async function planStudy(sweep: Sweep, cacheFolder: string): Promise<PlannedStudy> {
  const fingerprints = await readFingerprints(datasetsOf(sweep), teachersOf(sweep), cacheFolder);
  const planned = plan(sweep, fingerprints);
  const baseline = baselineOf(sweep, planned);
  if (!baseline.ok) throw new UserError(`${sweep.origin} cannot run as it is; nothing was run`, 1, baseline.issues);
  return {
    plan: {
      name: sweep.name,
      sweepText: wholeText(sweep),
      overrides: sweep.overrides,
      metric: sweep.metric,
      parameters: planned.parameters,
      baseline: baseline.value,
      trials: Array.from(planned, plainTrial),
    },
    warnings: planned.warnings,
    fingerprints,
  };
}

/** A plan laid over what its study has finished. */
export interface Standing {
  /** The plan's trials that are not complete, in its order. */
  readonly unfinished: readonly TrialSpec[];
  /** How many of the plan's trials are complete. */
  readonly complete: number;
  /** How many complete trials the study has that the plan does not want any more. */
  readonly unwanted: number;
}

export function standing(plan: StoredPlan, store: Pick<ReadableStore, "completeTrials">): Standing {
  const completed = store.completeTrials();
  const unfinished = plan.trials.filter((trial) => !completed.has(trial.id));
  const complete = plan.trials.length - unfinished.length;
  return { unfinished, complete, unwanted: completed.size - complete };
}

/**
 * Why a plan is refused that has nothing in common with a study's finished trials, most likely being another sweep's;
 * null where it is not.
 */
export function foreignPlan({ complete, unwanted }: Standing, folder: string): string | null {
  if (complete > 0 || unwanted === 0) return null;
  return (
    `${folder} holds ${unwanted} finished trials of another sweep, and this one wants none of them; ` +
    `give this study a name of its own with --name`
  );
}

/** @throws UserError naming `--name` where `foreignPlan` has a reason */
export function refuseForeignPlan(now: Standing, folder: string): void {
  const reason = foreignPlan(now, folder);
  if (reason !== null) throw new UserError(reason);
}

/** Reads from the study in a folder; null where there is none yet. */
export function readStudy<T>(folder: string, read: (study: StudyReader) => T): T | null {
  if (!existsSync(join(folder, databaseName))) return null;
  const reader = StudyReader.open(folder);
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}
