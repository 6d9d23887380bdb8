import { quantities, withUnit } from "../report/quantities.js";
import { printable } from "../report/values.js";
import type { RunningTrial } from "../store/store.js";
import type { StudyStatus } from "../study/status.js";
import type { MetricName } from "../trial/metrics.js";
import type { TrialSpec } from "../trial/spec.js";
import { duration, trialName } from "./names.js";

export interface StatusLinesOptions {
  /** How many failed trials are named. */
  readonly mostFailures: number;
  /** What the trials' names leave out. */
  readonly usual: TrialSpec["parameters"];
}

/** A study's status for a person. */
export function statusLines(status: StudyStatus, { mostFailures, usual }: StatusLinesOptions): string[] {
  const { best, counts, failed, metric, secondsLeft, waitingForInputs } = status;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = [`${counts.complete} of ${total} trials complete`];
  if (counts.running > 0) parts.push(`${counts.running} running`);
  if (counts.waiting > 0) parts.push(`${counts.waiting} waiting`);
  if (waitingForInputs > 0) parts.push(`${waitingForInputs} of them for missing inputs`);
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  const left = secondsLeft === null ? "" : `; about ${duration(secondsLeft)} left`;
  const state = status.inUse ? "running" : "not running";
  const lines = [`${status.name} (${state}): ${parts.join(", ")}${left}`];
  for (const trial of status.running) lines.push(`  ${runningLine(trial, metric, usual)}`);
  if (best !== null) lines.push(`best: ${trialName(best.trial, usual)}  ${metric} ${shown(best.value, metric)}`);
  for (const { message, reason, trial } of failed.slice(0, mostFailures)) {
    lines.push(`failed: ${trialName(trial, usual)}  ${reason}: ${message}`);
  }
  if (failed.length > mostFailures) lines.push(`and ${failed.length - mostFailures} more failed`);
  return lines.map(printable);
}

function runningLine(
  { attempt, epoch, trial }: RunningTrial,
  metric: MetricName,
  usual: StatusLinesOptions["usual"],
): string {
  const again = attempt > 1 ? `  attempt ${attempt}` : "";
  const value = epoch?.[metric];
  const far = epoch === null ? "begun" : `epoch ${epoch.epoch}/${trial.settings.training.epochs}`;
  return `${trialName(trial, usual)}${again}  ${far}${value == null ? "" : `  ${metric} ${shown(value, metric)}`}`;
}

function shown(value: number, metric: MetricName): string {
  return withUnit(value, quantities[metric]);
}
