import type { TrialRecord } from "../store/store.js";
import type { MetricName } from "../trial/metrics.js";
import type { ConfigurationId } from "../trial/spec.js";
import type { Settings, Value } from "../trial/value.js";
import { labelAll } from "./labels.js";
import { pairedDifference, valuesBySeed, type Replicate, type Seeds } from "./statistics/paired.js";
import { summarise, type Summary } from "./statistics/summary.js";
import { isObjective, type ComparedMetric } from "./quantities.js";
import { canonical, plural } from "./values.js";

/** A finished trial. */
export type CompleteTrial = TrialRecord & { readonly result: NonNullable<TrialRecord["result"]> };

/** A configuration and its replicates. */
export interface Variant {
  readonly configuration: ConfigurationId;
  /** In words, compact, unlike every other variant's. */
  readonly label: string;
  /** The swept parameters that apply to it, under their dotted names; no seed is one of them. */
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
  const parametersOf = ({ spec }: TrialRecord): Variant["parameters"] =>
    Object.fromEntries(Object.entries(spec.parameters).filter(([name]) => name !== "teacher.seed"));
  const labels = labelAll(
    entries.map(([configuration, { first }]) => ({
      configuration,
      parameters: parametersOf(first),
      fallback: `${first.spec.settings.loss.type} ${first.spec.settings.student.type}`,
    })),
  );
  return entries.map(([configuration, group], place) => ({
    configuration,
    label: labels[place] ?? configuration,
    parameters: parametersOf(group.first),
    settings: group.first.spec.settings,
    trials: group.trials,
    complete: group.trials.filter(isComplete),
    isBaseline: configuration === baseline,
    place,
  }));
}

/** What a trial was started from. */
export function seedsOf({ spec }: TrialRecord): Seeds {
  return { seed: spec.seed, teacherSeed: spec.settings.teacher?.seed ?? null };
}

interface Measured {
  readonly replicates: readonly Replicate[];
  readonly summary: Summary | null;
}

/** Each figure and table of a report asks for the same ones. */
const measured = new WeakMap<Variant, Map<MetricName, Measured>>();

function measuredOf(variant: Variant, metric: MetricName): Measured {
  let own = measured.get(variant);
  if (own === undefined) measured.set(variant, (own = new Map<MetricName, Measured>()));
  const known = own.get(metric);
  if (known !== undefined) return known;
  const found: Replicate[] = [];
  for (const trial of variant.complete) {
    const value = trial.result.final[metric];
    if (value != null) found.push({ ...seedsOf(trial), value });
  }
  const made = { replicates: found, summary: summarise(valuesBySeed(found)) };
  own.set(metric, made);
  return made;
}

/** The last epoch's metric of each finished trial that has it, with its seeds. */
export function replicates(variant: Variant, metric: MetricName): readonly Replicate[] {
  return measuredOf(variant, metric).replicates;
}

/** A metric over a variant's seeds, several teachers' seeds of one averaged; null where no finished trial has it. */
export function summaryOf(variant: Variant, metric: MetricName): Summary | null {
  return measuredOf(variant, metric).summary;
}

/** A metric of a variant minus the baseline's; null for the baseline itself, without one, and where nothing pairs. */
export function gainOf(variant: Variant, baseline: Variant | null, metric: MetricName): Summary | null {
  if (baseline === null || variant === baseline) return null;
  return pairedDifference(replicates(variant, metric), replicates(baseline, metric));
}

/** Which of the variants may stop early; their metrics are then those of the best epoch by the validation split. */
export function stoppingEarly(variants: readonly Variant[]): "none" | "some" | "all" {
  const stopping = variants.filter(({ settings: { training } }) => training.patience != null).length;
  return stopping === 0 ? "none" : stopping === variants.length ? "all" : "some";
}

/** When the variants' final metrics were measured: "after the last epoch", unless early stopping went back to another. */
export function endInWords(variants: readonly Variant[]): string {
  return {
    none: "after the last epoch",
    some: "after the last epoch or under early stopping",
    all: "under early stopping",
  }[stoppingEarly(variants)];
}

/** Whether a metric is the objective, and the variants have several: of another loss it has another scale. */
export function areOwnObjectives(variants: readonly Variant[], metric: ComparedMetric): boolean {
  return isObjective(metric) && new Set(variants.map(({ settings: { loss } }) => canonical(loss))).size > 1;
}

/** How many of a configuration's seeds have a result, and of its runs: with several teachers' seeds a seed has several. */
export interface SeedCounts {
  readonly seeds: number;
  readonly planned: number;
  readonly runs: number;
  readonly plannedRuns: number;
}

/** "3", or "2 of 3" where some have none; with several runs for a seed "3 (6 runs)", "3 (5 of 6 runs)". */
export function seedsInWords({ seeds, planned, runs, plannedRuns }: SeedCounts): string {
  const of = (done: number, all: number): string => (done === all ? String(all) : `${done} of ${all}`);
  const ofSeeds = of(seeds, planned);
  return plannedRuns === planned ? ofSeeds : `${ofSeeds} (${of(runs, plannedRuns)} runs)`;
}

/** "3 seeds", "1 seed", "3 seeds (6 runs)". */
export function finishedInWords({ seeds, runs }: Pick<SeedCounts, "seeds" | "runs">): string {
  return `${plural(seeds, "seed")}${runs > seeds ? ` (${runs} runs)` : ""}`;
}

/** How many of a variant's seeds and runs are complete. */
export function seedCounts({ complete, trials }: Variant): SeedCounts {
  const distinct = (own: readonly TrialRecord[]): number => new Set(own.map(({ spec }) => spec.seed)).size;
  return {
    seeds: distinct(complete),
    planned: distinct(trials),
    runs: complete.length,
    plannedRuns: trials.length,
  };
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
