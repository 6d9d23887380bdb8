import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { StudyReader } from "../store/reader.js";
import { databaseName, type ReadableStore, type StoredPlan, type StudySnapshot } from "../store/store.js";
import { UserError } from "../trial/issue.js";
import type { TrialSpec } from "../trial/spec.js";
import type { Elsewhere } from "./elsewhere.js";
import { recognizeFinished } from "./recognize.js";

/** A plan laid over what its study has. Every trial of the plan is complete or in one of the lists, which keep its order. */
export interface Standing {
  /** What a run runs. */
  readonly unfinished: readonly TrialSpec[];
  /** What failed for good; it is run again only where that is asked for. */
  readonly failed: readonly TrialSpec[];
  /** What cannot run, since an input is missing. */
  readonly waiting: readonly TrialSpec[];
  /** How many of the plan's trials are complete. */
  readonly complete: number;
  /** How many complete trials the study has that the plan does not want any more. */
  readonly unwanted: number;
  /** Whether they are all that it has finished, and its plan before was of another sweep: of another text or other overrides. */
  readonly foreign: boolean;
  /** By study, how many of the unfinished ones other studies have finished; a run copies them. Absent where none are. */
  readonly copies?: ReadonlyMap<string, number>;
  /** How many of the plan's trials the study's plan before did not have; null where the study has no other plan. */
  readonly added: number | null;
}

/** @param store null where there is no study yet */
export function standing(
  plan: StoredPlan,
  store: Pick<ReadableStore, "states" | "allStates" | "snapshot"> | null,
): Standing {
  const known: ReturnType<ReadableStore["states"]> = store?.allStates() ?? new Map();
  const before: ReturnType<ReadableStore["states"]> = store?.states() ?? new Map();
  const unfinished: TrialSpec[] = [];
  const failed: TrialSpec[] = [];
  const waiting: TrialSpec[] = [];
  let complete = 0;
  let added = 0;
  for (const trial of plan.trials) {
    const state = known.get(trial.id);
    if (!before.has(trial.id)) added++;
    if (state === "complete") complete++;
    else if (plan.waitsFor?.[trial.id] !== undefined) waiting.push(trial);
    else if (state === "failed") failed.push(trial);
    else unfinished.push(trial);
  }
  const finished = [...known.values()].filter((state) => state === "complete").length;
  const changed = before.size > 0 && (added > 0 || plan.trials.length !== before.size);
  const unwanted = finished - complete;
  // The study's plan is read only where it decides.
  const foreign = store !== null && complete === 0 && unwanted > 0 && !isSameSweep(plan, store.snapshot().plan);
  return { unfinished, failed, waiting, complete, unwanted, foreign, added: changed ? added : null };
}

/** Whether two plans are of one sweep, whatever its inputs and the components that it names have become. */
function isSameSweep(one: StoredPlan, other: StoredPlan): boolean {
  return one.sweepText === other.sweepText && isDeepStrictEqual(one.overrides, other.overrides);
}

/**
 * Why a plan is refused that has nothing in common with a study's finished trials, being another sweep's; null where it
 * is not.
 */
export function foreignPlan({ foreign, unwanted, waiting }: Standing, folder: string): string | null {
  if (!foreign) return null;
  const perhaps = waiting.length === 0 ? "" : ", as far as can be told without the inputs that are missing";
  return (
    `${folder} holds finished trials of another sweep (${unwanted}), and this one wants none of them${perhaps}; ` +
    `give this study a name of its own with --name`
  );
}

/** @throws UserError naming `--name` where `foreignPlan` has a reason */
export function refuseForeignPlan(now: Standing, folder: string): void {
  const reason = foreignPlan(now, folder);
  if (reason !== null) throw new UserError(reason);
}

/** A standing with what other studies have finished of its unfinished trials. */
export function withCopies(now: Standing, { studies }: Elsewhere): Standing {
  if (studies.size === 0) return now;
  return { ...now, copies: new Map([...studies].map(([folder, ids]) => [basename(folder), ids.length])) };
}

/** A plan as the study in its folder makes it look, read without changing anything. */
export interface Prospect {
  readonly plan: StoredPlan;
  readonly now: Standing;
  /** What the study holds; null where it has no plan yet. */
  snapshot(): StudySnapshot | null;
}

/** Lays a plan over the study in `folder`. Its snapshot can be read until `read` returns. */
export function withStudy<T>(plan: StoredPlan, folder: string, read: (prospect: Prospect) => T): T {
  if (!existsSync(join(folder, databaseName))) return read({ plan, now: standing(plan, null), snapshot: () => null });
  const reader = StudyReader.open(folder);
  try {
    // A run that was killed at its very beginning leaves a study without a plan.
    const snapshot = (): StudySnapshot | null => (reader.states().size > 0 ? reader.snapshot() : null);
    const recognized = plan.waitsFor === undefined ? plan : recognizeFinished(plan, snapshot()?.trials ?? []);
    return read({ plan: recognized, now: standing(recognized, reader), snapshot });
  } finally {
    reader.close();
  }
}
