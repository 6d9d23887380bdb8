import { artifactKey } from "../artifacts/key.js";
import type { Executor } from "../execution/messages.js";
import type { Attempt, Store } from "../store/store.js";
import type { Environment } from "../trial/environment.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { UserError } from "../trial/issue.js";
import type { Failure, Outcome } from "../trial/outcome.js";
import type { TrialId, TrialSpec } from "../trial/spec.js";
import { Checkpoints } from "./checkpoints.js";
import type { StudyEvent } from "./events.js";
import type { Models } from "./models.js";
import { WorkGraph, type Node } from "./graph.js";
import { LimitWatch, timerMs, type Limit, type StudyLimits } from "./limits.js";

/**
 * How often work that died with its process or worker is tried again before it counts as failed, unless the study says.
 * An error is not tried again: the same trial gives the same error.
 */
export const defaultRetries = 2;

export interface StudyRun {
  readonly store: Store;
  readonly executor: Executor;
  /** The study's folder, for the checkpoints of its trials. */
  readonly folder: string;
  readonly models: Models;
  /** The unfinished trials of the plan, in its order. */
  readonly trials: readonly TrialSpec[];
  readonly fingerprints: Fingerprints;
  readonly limits?: StudyLimits;
  /** No new work after it; running work stops at its next step and stays to be done. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: StudyEvent) => void;
}

export interface StudyEnd {
  readonly complete: number;
  readonly failed: number;
  /** Trials that did not run, since an artifact they need could not be made. */
  readonly blocked: readonly TrialSpec[];
  /** Which limit kept the others from being begun; null where none did. */
  readonly limit: Limit | null;
}

type Complete = Outcome & { readonly state: "complete" };

/** Runs a study's unfinished work until there is none: artifacts first, what is ready side by side, each trial once. */
export async function runStudy(run: StudyRun): Promise<StudyEnd> {
  const { limits = {} } = run;
  const { maxTrials = Infinity, retries = defaultRetries } = limits;
  const timeoutMs = limits.timeout === undefined ? undefined : timerMs(limits.timeout);
  const graph = new WorkGraph(run.trials.slice(0, maxTrials), run.fingerprints);
  const checkpoints = new Checkpoints(run.folder);
  // Also of trials that this plan leaves out, as it does those whose input is missing: a later one may go on with them.
  const going = [...run.store.allStates()].filter(([, state]) => state === "waiting" || state === "running");
  checkpoints.keepOnly(new Set(going.map(([id]) => id)));
  const losses = new Map<string, number>();
  /** Of each image array, by its key. */
  const classNames = new Map<string, readonly string[]>();
  /** Work that twice went down with the whole process: its last attempt is made with nothing beside it. */
  const alone: Node[] = [];
  /** Ends of trials that are on their way to the disk. */
  const settling = new Set<Promise<void>>();
  const begun = new Set<TrialId>();
  const environments = new Map<Environment, number>();
  let complete = 0;
  let failed = 0;
  const watch = new LimitWatch(limits);
  let fatal: Error | undefined;
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);

  /** A store that cannot write, or a machine that does not serve, ends the study: other work would be lost alike. */
  function end(error: unknown): void {
    fatal ??= error instanceof Error ? error : new Error(String(error));
    stop.abort();
  }

  /** Whether failed work is to be tried again, in this run (it is put back) or, where this one ends, in the next. */
  function triesAgain(node: Node, failure: Failure): boolean {
    if (failure.reason === "cancelled") return true;
    if (failure.environment === true) {
      end(new UserError(failure.message, 3));
      return true;
    }
    if (failure.reason !== "worker-exit" && failure.reason !== "out-of-memory") return false;
    // A signal to the whole group, or the machine's end, ends the training process too.
    if (signal.aborted) return true;
    const count = (losses.get(node.key) ?? 0) + 1;
    losses.set(node.key, count);
    if (count > retries) return false;
    if (failure.wholeProcess === true && count === retries) alone.push(node);
    else graph.putBack(node);
    return true;
  }

  const warn = (message: string): void => {
    run.onEvent({ type: "warning", message });
  };

  function numberOf(environment: Environment): number {
    const number = environments.get(environment) ?? run.store.environment(environment);
    environments.set(environment, number);
    return number;
  }

  async function makeArtifact(node: Node & { kind: "artifact" }, slot: number): Promise<void> {
    const { artifact } = node;
    run.onEvent({ type: "artifact-started", slot, artifact });
    const outcome = await run.executor.run(
      { kind: "artifact", artifact },
      {
        signal,
        onWarning: warn,
        onEpoch: (metrics) => {
          run.onEvent({ type: "artifact-epoch", slot, artifact, metrics });
        },
      },
    );
    if (outcome.state === "complete") {
      const { details, key } = outcome.record;
      if (details.kind === "images") classNames.set(key, details.classNames);
      run.store.artifact(outcome.record);
      graph.finish(node);
      run.onEvent({ type: "artifact-finished", slot, artifact, record: outcome.record });
      return;
    }
    const retry = triesAgain(node, outcome);
    run.onEvent({ type: "artifact-failed", slot, artifact, failure: outcome, retry });
  }

  async function trainTrial(node: Node & { kind: "trial" }, slot: number): Promise<void> {
    const { trial } = node;
    // The process may have been replaced since, and what it runs have changed meanwhile.
    const ranOn = await run.executor.start();
    if (signal.aborted) return;
    begun.add(trial.id);
    const attempt: Attempt = run.store.begin(trial.id, numberOf(ranOn));
    run.onEvent({ type: "trial-started", slot, trial, attempt: attempt.number });
    const outcome = await run.executor
      .run(
        {
          kind: "trial",
          trial,
          needs: node.needs,
          checkpoints: checkpoints.folderOf(trial.id),
          wantsWeights: run.models.wanted,
        },
        {
          signal,
          timeoutMs,
          onWarning: warn,
          onEpoch: (metrics, restored) => {
            try {
              run.store.epoch(attempt, metrics);
            } catch (error) {
              end(error);
            }
            run.onEvent({ type: "trial-epoch", slot, trial, metrics, restored });
          },
        },
      )
      .catch((error: unknown): Failure => {
        end(error);
        return { state: "failed", reason: "cancelled", message: "the training process did not start again" };
      });
    const retry = outcome.state === "failed" && triesAgain(node, outcome);
    if (outcome.state === "complete") keepModel(node, outcome, ranOn);
    run.store.finish(attempt, outcome, { retry });
    settle(trial, retry);
    if (outcome.state === "complete") complete++;
    else if (!retry) {
      failed++;
      watch.trialFailed();
    }
    run.onEvent({ type: "trial-finished", slot, trial, outcome, retry });
  }

  /**
   * Once its end is on the disk, and not before, removes what a trial could be trained again from. Its worker need not
   * wait for that.
   */
  function settle(trial: TrialSpec, retry: boolean): void {
    const settled = run.store
      .durable()
      .then(() => {
        run.models.settle();
        if (!retry) checkpoints.remove(trial.id);
      })
      .catch(end)
      .finally(() => {
        settling.delete(settled);
      });
    settling.add(settled);
  }

  /** A model that cannot be kept costs no trial its result. */
  function keepModel(
    { trial, needs }: Node & { kind: "trial" },
    { result, weights }: Complete,
    environment: Environment,
  ): void {
    const names = classNames.get(artifactKey(needs.images));
    if (weights === undefined || names === undefined) return;
    try {
      run.models.write({ trial, result, weights, classNames: names, environment });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      run.onEvent({ type: "warning", message: `the model of trial ${trial.id} could not be kept: ${reason}` });
    }
  }

  const freeSlots = Array.from({ length: run.executor.workers }, (_, slot) => slot);
  const running = new Set<Promise<void>>();
  for (;;) {
    let onItsOwn = false;
    while (!signal.aborted && watch.reached() === null && !onItsOwn && freeSlots.length > 0) {
      const ready = graph.take();
      const node = ready ?? (running.size === 0 ? alone.shift() : undefined);
      if (node === undefined) break;
      onItsOwn = ready === undefined;
      const slot = freeSlots.shift() ?? 0;
      const work = (node.kind === "artifact" ? makeArtifact(node, slot) : trainTrial(node, slot))
        .catch(end)
        .finally(() => {
          running.delete(work);
          freeSlots.push(slot);
          freeSlots.sort((a, b) => a - b);
        });
      running.add(work);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  await Promise.all(settling);
  watch.close();
  if (fatal !== undefined) throw fatal;
  const left = run.trials.length - complete - failed;
  const limit =
    left === 0
      ? null
      : (watch.reached() ?? (run.trials.length > maxTrials && begun.size >= maxTrials ? "maxTrials" : null));
  const blocked = run.signal.aborted || watch.reached() !== null ? [] : graph.blocked();
  return { complete, failed, blocked, limit };
}
