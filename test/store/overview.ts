import type { StudyOverview, StudySnapshot, TrialState } from "../../src/store/store.js";
import { bestTrial } from "../../src/study/best.js";

/** What a study's overview must be, from all that the study holds. */
export function overviewOf(snapshot: StudySnapshot): StudyOverview {
  const { plan, trials } = snapshot;
  const counts: Record<TrialState, number> = { complete: 0, failed: 0, running: 0, waiting: 0 };
  for (const { state } of trials) counts[state]++;
  const best = bestTrial(snapshot);
  const value = best?.result?.final[plan.metric.name];
  const seconds = trials.flatMap(({ result }) => (result === null ? [] : [result.seconds]));
  return {
    name: plan.name,
    metric: plan.metric,
    parameters: [
      ...new Map(trials.map(({ spec: { parameters } }) => [JSON.stringify(parameters), parameters])).values(),
    ],
    counts,
    waitingForInputs: trials.filter(({ spec, state }) => state === "waiting" && plan.waitsFor?.[spec.id] !== undefined)
      .length,
    running: trials.flatMap(({ attempts, epochs, spec, state }) => {
      const last = attempts.at(-1);
      if (state !== "running" || last === undefined) return [];
      return [{ trial: spec, attempt: last.number, startedAt: last.startedAt, epoch: epochs.at(-1) ?? null }];
    }),
    best: best === undefined || value == null ? null : { trial: best.spec, value },
    failed: trials.flatMap(({ attempts, spec, state }) => {
      const { message, reason } = { message: null, reason: null, ...attempts.at(-1) };
      return state === "failed" ? [{ trial: spec, reason: reason ?? "error", message: message ?? "" }] : [];
    }),
    meanSeconds:
      seconds.length === 0 || counts.running === 0 ? null : seconds.reduce((sum, one) => sum + one) / seconds.length,
  };
}
