import type { AttemptRecord, StudySnapshot, TrialRecord, TrialState } from "../store/store.js";
import type { EpochMetrics, MetricName } from "../trial/metrics.js";
import type { TrialSpec } from "../trial/spec.js";
import { bestTrial } from "./best.js";

/** How a study stands at a moment. */
export interface StudyStatus {
  readonly name: string;
  /** Whether a process is running it. */
  readonly inUse: boolean;
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Trials that wait for an input, of those that are waiting. */
  readonly waitingForInputs: number;
  readonly running: readonly RunningTrial[];
  readonly metric: MetricName;
  /** The complete trial that is best by the study's metric at its end; null before the first. */
  readonly best: { readonly trial: TrialSpec; readonly value: number } | null;
  readonly failed: readonly { readonly trial: TrialSpec; readonly reason: string; readonly message: string }[];
  /** Until the last of the trials that can run, roughly; null where it does not run or nothing tells. */
  readonly secondsLeft: number | null;
}

export interface RunningTrial {
  readonly trial: TrialSpec;
  readonly attempt: number;
  readonly startedAt: string;
  /** The latest; null before the first has ended. */
  readonly epoch: EpochMetrics | null;
}

/**
 * @param inUse whether a process is running the study
 * @param now milliseconds since 1970
 */
export function statusOf(snapshot: StudySnapshot, inUse: boolean, now: number): StudyStatus {
  const { metric, name, waitsFor = {} } = snapshot.plan;
  const counts: Record<TrialState, number> = { complete: 0, failed: 0, running: 0, waiting: 0 };
  for (const { state } of snapshot.trials) counts[state]++;
  const running = snapshot.trials.flatMap((record) => runningTrial(record));
  return {
    name,
    inUse,
    counts,
    waitingForInputs: snapshot.trials.filter(({ spec, state }) => state === "waiting" && spec.id in waitsFor).length,
    running,
    metric: metric.name,
    best: bestOf(snapshot),
    failed: snapshot.trials.flatMap(({ attempts, spec: trial, state }) => {
      const last = attempts.at(-1);
      if (state !== "failed" || last === undefined) return [];
      return [{ trial, reason: last.reason ?? "error", message: last.message ?? "" }];
    }),
    secondsLeft: inUse ? secondsLeft(snapshot, running, now) : null,
  };
}

function runningTrial(record: TrialRecord): RunningTrial[] {
  const last: AttemptRecord | undefined = record.attempts.at(-1);
  if (record.state !== "running" || last === undefined) return [];
  // Where nothing runs, no epochs are read.
  const { epochs, spec: trial } = record;
  return [{ trial, attempt: last.number, startedAt: last.startedAt, epoch: epochs.at(-1) ?? null }];
}

function bestOf(snapshot: StudySnapshot): StudyStatus["best"] {
  const best = bestTrial(snapshot);
  const value = best?.result?.final[snapshot.plan.metric.name];
  return best === undefined || value == null ? null : { trial: best.spec, value };
}

/** The trials' mean time so far, over what is left of them, shared by those that run side by side. */
function secondsLeft({ plan, trials }: StudySnapshot, running: readonly RunningTrial[], now: number): number | null {
  const elapsed = ({ startedAt }: RunningTrial): number => (now - Date.parse(startedAt)) / 1000;
  const finished = trials.flatMap(({ result }) => (result === null ? [] : [result.seconds]));
  // Before the first has finished, what the running ones have done so far tells as well.
  const going = running.flatMap((trial) =>
    trial.epoch === null ? [] : [(elapsed(trial) * trial.trial.settings.training.epochs) / trial.epoch.epoch],
  );
  const known = finished.length > 0 ? finished : going;
  if (known.length === 0 || running.length === 0) return null;
  const mean = known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
  const waiting = trials.filter(({ spec, state }) => state === "waiting" && plan.waitsFor?.[spec.id] === undefined);
  const begun = running.reduce((sum, trial) => sum + Math.max(0, mean - elapsed(trial)), 0);
  return (waiting.length * mean + begun) / running.length;
}
