import type { TrialRecord } from "../store/store.js";
import type { MetricName } from "../trial/metrics.js";
import type { ConfigurationId } from "../trial/spec.js";
import type { Settings, Value } from "../trial/value.js";
import { labelAll } from "./labels.js";
import type { Replicate } from "./statistics/paired.js";
import { summarise, type Summary } from "./statistics/summary.js";

/** A finished trial. */
export type CompleteTrial = TrialRecord & { readonly result: NonNullable<TrialRecord["result"]> };

/** A configuration and its replicates. */
export interface Variant {
  readonly configuration: ConfigurationId;
  /** In words, compact, unlike every other variant's. */
  readonly label: string;
  /** The swept parameters that apply to it, under their dotted names. */
  readonly parameters: Readonly<Record<string, Value>>;
  /** Those of its first trial: the seeds apart, of all. */
  readonly settings: Settings;
  readonly trials: readonly TrialRecord[];
  readonly complete: readonly CompleteTrial[];
  readonly isBaseline: boolean;
  /** Place in the plan, from 0. */
  readonly place: number;
}

function isComplete(trial: TrialRecord): trial is CompleteTrial {
  return trial.state === "complete" && trial.result !== null;
}

/** Trials grouped into configurations, in the plan's order. */
export function groupTrials(trials: readonly TrialRecord[], baseline: ConfigurationId | null): Variant[] {
  const groups = new Map<ConfigurationId, { first: TrialRecord; trials: TrialRecord[] }>();
  for (const trial of trials) {
    const known = groups.get(trial.spec.configuration);
    if (known === undefined) groups.set(trial.spec.configuration, { first: trial, trials: [trial] });
    else known.trials.push(trial);
  }
  const entries = [...groups];
  const labels = labelAll(
    entries.map(([configuration, { first }]) => ({
      configuration,
      parameters: first.spec.parameters,
      fallback: `${first.spec.settings.loss.type} ${first.spec.settings.student.type}`,
    })),
  );
  return entries.map(([configuration, group], place) => ({
    configuration,
    label: labels[place] ?? configuration,
    parameters: group.first.spec.parameters,
    settings: group.first.spec.settings,
    trials: group.trials,
    complete: group.trials.filter(isComplete),
    isBaseline: configuration === baseline,
    place,
  }));
}

/** The last epoch's metric of each finished trial that has it, with its seed. */
export function replicates(variant: Variant, metric: MetricName): Replicate[] {
  const found: Replicate[] = [];
  for (const trial of variant.complete) {
    const value = trial.result.final[metric];
    if (value != null) found.push({ seed: trial.spec.seed, value });
  }
  return found;
}

/** A metric over a variant's finished trials; null where none has it. */
export function summaryOf(variant: Variant, metric: MetricName): Summary | null {
  return summarise(replicates(variant, metric).map(({ value }) => value));
}

/** Best first by the metric's mean; those without a result last; equals in the plan's order. */
export function bestFirst(
  variants: readonly Variant[],
  metric: { readonly name: MetricName; readonly goal: "minimize" | "maximize" },
): Variant[] {
  const sign = metric.goal === "maximize" ? -1 : 1;
  const keyed = variants.map((variant) => ({ variant, mean: summaryOf(variant, metric.name)?.mean }));
  keyed.sort((a, b) => {
    if (a.mean === undefined || b.mean === undefined) {
      return Number(a.mean === undefined) - Number(b.mean === undefined) || a.variant.place - b.variant.place;
    }
    return sign * (a.mean - b.mean) || a.variant.place - b.variant.place;
  });
  return keyed.map(({ variant }) => variant);
}
