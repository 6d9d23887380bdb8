import type { StoredPlan, TrialRecord } from "../store/store.js";
import type { ConfigurationId, TrialId, TrialSpec } from "../trial/spec.js";

/**
 * A plan made while inputs are missing cannot tell which trials are finished: their identity is the content's. Those that
 * the study finished under the very same settings and seed, when the input was there, are taken for what they are, so
 * that an unmounted disk hides no result.
 *
 * @param stored the study's trials
 */
export function recognizeFinished(plan: StoredPlan, stored: readonly TrialRecord[]): StoredPlan {
  const { waitsFor } = plan;
  if (waitsFor === undefined) return plan;
  const finished = new Map(
    stored.filter(({ state }) => state === "complete").map(({ spec }) => [workOf(spec), spec] as const),
  );
  const ids = new Set(plan.trials.map(({ id }) => id));
  const configurations = new Map<ConfigurationId, ConfigurationId>();
  const known = new Map<TrialId, TrialId>();
  for (const trial of plan.trials) {
    const spec = waitsFor[trial.id] === undefined ? undefined : finished.get(workOf(trial));
    if (spec === undefined || ids.has(spec.id)) continue;
    ids.add(spec.id);
    known.set(trial.id, spec.id);
    configurations.set(trial.configuration, spec.configuration);
  }
  const configurationOf = (id: ConfigurationId): ConfigurationId => configurations.get(id) ?? id;
  const waiting = Object.entries(waitsFor).filter(([id]) => !known.has(id));
  return {
    ...plan,
    baseline: plan.baseline === null ? null : configurationOf(plan.baseline),
    trials: plan.trials.map((trial) => ({
      ...trial,
      id: known.get(trial.id) ?? trial.id,
      configuration: configurationOf(trial.configuration),
    })),
    waitsFor: Object.fromEntries(waiting),
    ...(plan.comparisons !== undefined && {
      comparisons: plan.comparisons.map((comparison) => ({
        ...comparison,
        configurations: comparison.configurations.map(configurationOf),
      })),
    }),
  };
}

function workOf({ settings, seed }: TrialSpec): string {
  return JSON.stringify([settings, seed]);
}
