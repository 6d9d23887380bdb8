import type { StoredPlan, StudySnapshot, TrialRecord } from "../store/store.js";
import type { EpochMetrics } from "../trial/metrics.js";

/** What a plan's metric says of an epoch: the less, the better; a metric that is not there is the worst. */
export function costOf({ name, goal }: StoredPlan["metric"], metrics: EpochMetrics): number {
  const value = metrics[name];
  return value == null ? Infinity : goal === "minimize" ? value : -value;
}

/** The complete trial that is best by the study's metric at its end, the first of equals; undefined before the first. */
export function bestTrial({ plan, trials }: Pick<StudySnapshot, "plan" | "trials">): TrialRecord | undefined {
  let best: { readonly record: TrialRecord; readonly cost: number } | undefined;
  for (const record of trials) {
    if (record.result === null) continue;
    const cost = costOf(plan.metric, record.result.final);
    if (best === undefined || cost < best.cost) best = { record, cost };
  }
  return best?.record;
}
