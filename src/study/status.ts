import type { RunningTrial, StudyOverview } from "../store/store.js";
import type { MetricName } from "../trial/metrics.js";

/** How a study stands at a moment. */
export interface StudyStatus extends Omit<StudyOverview, "metric" | "meanSeconds" | "parameters"> {
  readonly metric: MetricName;
  /** Whether a process is running it. */
  readonly inUse: boolean;
  /** Until the last of the trials that can run, roughly; null where it does not run or nothing tells. */
  readonly secondsLeft: number | null;
}

/**
 * @param inUse whether a process is running the study
 * @param now milliseconds since 1970
 */
export function statusOf(overview: StudyOverview, inUse: boolean, now: number): StudyStatus {
  const { best, counts, failed, metric, name, running, waitingForInputs } = overview;
  return {
    name,
    inUse,
    counts,
    waitingForInputs,
    running,
    metric: metric.name,
    best,
    failed,
    secondsLeft: inUse ? secondsLeft(overview, now) : null,
  };
}

/** The trials' mean time so far, over what is left of them, shared by those that run side by side. */
function secondsLeft({ counts, meanSeconds, running, waitingForInputs }: StudyOverview, now: number): number | null {
  const elapsed = ({ startedAt }: RunningTrial): number => (now - Date.parse(startedAt)) / 1000;
  const epochsOf = ({ trial }: RunningTrial): number => trial.settings.training.epochs;
  // Before the first has finished, the latest epochs of the running ones tell as well.
  const going = running.flatMap((trial) => (trial.epoch === null ? [] : [trial.epoch.seconds * epochsOf(trial)]));
  const known =
    meanSeconds ?? (going.length === 0 ? null : going.reduce((sum, seconds) => sum + seconds) / going.length);
  if (known === null || running.length === 0) return null;
  // One that was gone on with has done more than its time tells.
  const begun = running.reduce((sum, trial) => {
    const byEpochs = known * (1 - (trial.epoch?.epoch ?? 0) / epochsOf(trial));
    return sum + Math.max(0, Math.min(known - elapsed(trial), byEpochs));
  }, 0);
  return ((counts.waiting - waitingForInputs) * known + begun) / running.length;
}
