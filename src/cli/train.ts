import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { cacheFolder } from "../artifacts/cache-folder.js";
import { artifactKey } from "../artifacts/key.js";
import { ArtifactUses } from "../artifacts/uses.js";
import { TrainingProcess } from "../execution/process.js";
import { usualValues } from "../report/labels.js";
import { readResults } from "../report/results.js";
import { Board } from "../report/tensorboard/board.js";
import { plural } from "../report/values.js";
import type { Store } from "../store/store.js";
import { copyFinished, type Elsewhere } from "../study/elsewhere.js";
import { followFiles } from "../study/followed-files.js";
import { StudyLog } from "../study/log.js";
import { Models } from "../study/models.js";
import type { PlannedStudy } from "../study/plan.js";
import { runStudy } from "../study/run.js";
import { refuseForeignPlan, standing } from "../study/standing.js";
import type { Execution } from "../sweep/execution.js";
import type { Sweep } from "../sweep/sweep.js";
import { usableMemory } from "../tensorflow/describe.js";
import type { Backend } from "../trial/environment.js";
import type { TrialSpec } from "../trial/spec.js";
import { exitCodes } from "./errors.js";
import type { RunOutput } from "./output.js";
import { notCopied, remarks, trialsWait } from "./standing.js";
import { workersHere } from "./workers.js";

export interface Training {
  readonly folder: string;
  readonly planned: PlannedStudy;
  /** Says what trains; asked only where something is to be trained. */
  readonly backend: () => Promise<Backend>;
  /** What other studies have finished, which is copied. */
  readonly elsewhere: Elsewhere;
  readonly keep: Sweep["keep"];
  readonly execution: Execution;
  /** Trains the trials that failed before, and no others. */
  readonly retryFailed: boolean;
  /** Writes TensorBoard event files as epochs end. */
  readonly tensorboard: boolean;
  readonly store: Store;
  readonly output: RunOutput;
  readonly signal: AbortSignal;
}

/** The share of the memory beyond which the training process is replaced by a fresh one. */
const mostMemory = 0.75;

/** Makes this the study's plan and runs what is unfinished. @returns the exit code of a run to its end */
export async function train(training: Training): Promise<number> {
  const { backend, elsewhere, execution, folder, keep, output, retryFailed, signal, store } = training;
  const { plan, fingerprints } = training.planned;
  const before = standing(plan, store);
  refuseForeignPlan(before, folder);
  store.plan(plan);
  const logFile = join(folder, "study.log");
  const log = new StudyLog(logFile);
  const models = new Models(folder, plan, keep);
  for (const [other, ids] of elsewhere.studies) {
    const { count, unreadable } = copyFinished(other, ids, { store, models, trials: before.unfinished, fingerprints });
    if (unreadable !== null) output.warning(notCopied(unreadable));
    if (count === 0) continue;
    const event = { type: "trials-copied", study: basename(other), count } as const;
    log.event(event);
    output.event(event);
  }
  followFiles(store, plan, fingerprints);
  const now = { ...standing(plan, store), added: before.added };
  const trials = retryFailed ? now.failed : now.unfinished;
  const left = retryFailed ? now.unfinished : now.failed;
  const workers = workersOf(trials, execution, output);
  for (const remark of remarks(now, retryFailed)) output.warning(remark);
  const usual = usualValues(plan.trials.map(({ parameters }) => parameters));
  const all = plan.trials.length;
  const { maxTrials = Infinity } = execution;
  const toRun = Math.min(trials.length, maxTrials);
  output.begin({ name: plan.name, folder, usual, trials: all, now, retryFailed, maxTrials, toRun, workers });
  const drawn = boardOf(training);
  drawn((board) => {
    board.write(readResults(store.snapshot()));
  });
  const undone = left.length > 0 || now.waiting.length > 0 ? exitCodes.trialsFailed : exitCodes.ok;
  if (trials.length === 0) return undone;

  const uses = new ArtifactUses(cacheFolder());
  const executor = new TrainingProcess({
    workers,
    backend: await backend(),
    logFile,
    recycleAboveBytes: mostMemory * usableMemory(),
  });
  try {
    const environment = await executor.start();
    log.line(`run of ${plural(toRun, "trial")} on ${plural(workers, "worker")}: ${JSON.stringify(environment)}`);
    const end = await runStudy({
      store,
      executor,
      folder,
      models,
      trials,
      fingerprints,
      limits: execution,
      signal,
      onEvent: (event) => {
        if (event.type === "artifact-started") uses.add(artifactKey(event.artifact));
        log.event(event);
        output.event(event);
        const time = Date.now() / 1000;
        if (event.type === "trial-started") drawn((board) => { board.begin(event.trial, time); }); // prettier-ignore
        if (event.type === "trial-epoch") drawn((board) => { board.epoch(event.trial, event.metrics, time); }); // prettier-ignore
      },
    });
    drawn((board) => {
      board.writeTeachers(readResults(store.snapshot()));
    });
    output.end(end);
    if (end.blocked.length > 0) {
      output.warning(`${trialsWait(end.blocked.length)} for what could not be made (named above)`);
    }
    if (now.waiting.length > 0) output.warning(`${trialsWait(now.waiting.length)} for missing inputs (named above)`);
    const unfinished = end.failed > 0 || end.blocked.length > 0 || end.limit !== null;
    return unfinished ? exitCodes.trialsFailed : undone;
  } finally {
    output.end(null);
    await executor.close();
    uses.release();
  }
}

/** Does a step with the study's event files, if it is to have any; one that fails costs no trial, and is the last. */
function boardOf({ folder, output, tensorboard }: Training): (step: (board: Board) => void) => void {
  let board = tensorboard ? new Board(folder) : null;
  return (step) => {
    if (board === null) return;
    try {
      step(board);
    } catch (error) {
      board = null;
      output.warning(`no more TensorBoard event files: ${(error as Error).message}`);
    }
  };
}

/** Says it where memory is why there are fewer than the cores. */
function workersOf(trials: readonly TrialSpec[], execution: Execution, output: RunOutput): number {
  const { limitedByMemory, trialBytes, workers } = workersHere(trials, execution);
  if (limitedByMemory && trials.length > 0) {
    const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
    output.warning(
      `${workers} of ${availableParallelism()} cores are used: a trial may take ${gigabytes(trialBytes)} ` +
        `of ${gigabytes(usableMemory())} memory (--workers sets another number)`,
    );
  }
  return workers;
}
