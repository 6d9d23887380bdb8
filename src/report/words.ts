import type { Environment } from "../trial/environment.js";
import { spreadOf, type Finding } from "./evidence.js";
import type { Gains } from "./gains.js";
import { inWords } from "./labels.js";
import { leastSeeds } from "./statistics/bootstrap.js";
import { differenceInWords, meanAndSpread, ownObjectives, quantities, signed, withUnit } from "./quantities.js";
import type { Results } from "./results.js";
import { teacherMetric, teachersOf } from "./teachers.js";
import { testInWords } from "./test-split.js";
import { firstNamed, plural } from "./values.js";
import {
  areOwnObjectives,
  endInWords,
  finishedInWords,
  gainOf,
  seedCounts,
  stoppingEarly,
  summaryOf,
  type Variant,
} from "./variants.js";

function progress({ counts, trials, variants }: Results): string {
  const parts = [`${counts.complete} of ${plural(trials.length, "trial")} complete`];
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  if (counts.running > 0) parts.push(`${counts.running} running or interrupted`);
  if (counts.waiting > 0) parts.push(`${counts.waiting} waiting`);
  const copied = trials.filter(({ attempts }) => attempts.at(-1)?.copiedFrom !== undefined).length;
  const which = copied < trials.length ? plural(copied, "trial") : copied === 1 ? "The trial" : "All trials";
  const from = copied === 0 ? "" : ` ${which} ${copied === 1 ? "was" : "were"} copied from other studies.`;
  return `${parts.join(", ")}; ${plural(variants.length, "configuration")}.${from}`;
}

function gain(results: Results, best: Variant, { tested }: Gains): string[] {
  const { baseline, plan } = results;
  const metric = plan.metric.name;
  const quantity = quantities[metric];
  if (baseline === null) return ["The sweep names no baseline, so there is no gain to state."];
  const own = summaryOf(baseline, metric);
  if (own === null) {
    const lacks = baseline.complete.length === 0 ? "has no finished trial" : `was not measured by ${quantity.title}`;
    return [`The baseline (${baseline.label}) ${lacks}, so there is no gain to state.`];
  }
  if (baseline === best) return [`No configuration beats the baseline, ${baseline.label}.`];
  const difference = gainOf(best, baseline, metric);
  if (difference === null) return [`No finished seed of it can be paired with one of the baseline, ${baseline.label}.`];
  const few = difference.n < (summaryOf(best, metric)?.n ?? 0);
  const pairs = few ? `, over the ${plural(difference.n, "seed")} that can be paired` : "";
  const against = `That is ${differenceInWords(difference, quantity)} against the baseline, ${baseline.label}${pairs}`;
  const { interval } = difference;
  if (interval === null) return [`${against}; too few seeds for an interval.`];
  if (spreadOf(difference) === null)
    return [`${against}.`, "It is the same under every seed, so there is no spread to judge it by."];
  if (interval.low <= 0 && interval.high >= 0)
    return [`${against}.`, "The interval includes zero: these seeds do not show a difference."];
  const alone =
    tested > 1
      ? `; it is of this one comparison, not corrected for the ${tested} that the best was picked from, as the finding below is`
      : "";
  return [`${against}.`, `The interval over seeds excludes zero${alone}.`];
}

const mostNamed = 8;

/** Which configurations differ from the baseline, and of which nothing can be said. */
function findings(results: Results, gains: Gains): string[] {
  const tested = gains.shown.filter(({ evidence }) => evidence.seeds !== null);
  if (results.baseline === null || tested.length === 0) return [];
  const of = (finding: Finding): string[] =>
    tested.filter(({ evidence }) => evidence.finding === finding).map(({ variant }) => variant.label);
  const parts = (["better", "worse"] as const).flatMap((finding) => {
    const labels = of(finding);
    return labels.length === 0 ? [] : [`${finding}: ${firstNamed(labels, mostNamed)}`];
  });
  const open = of("no evidence");
  const count = gains.tested === 1 ? "One configuration was" : `${gains.tested} configurations were`;
  const among = gains.tested > tested.length ? `of the best ${tested.length} ` : "";
  const drawn = tested.some(({ evidence }) => evidence.bootstrap !== null) ? ", and the bootstrap interval" : "";
  const found = parts.length === 0 ? "none differs significantly" : `significantly ${parts.join(". Significantly ")}`;
  return [
    `${count} tested against the baseline, ${results.baseline.label} (paired t test over seeds, corrected for their number${drawn}): ${among}${found}.`,
    ...(open.length === 0 ? [] : [`Not significant: ${firstNamed(open, mostNamed)}.`]),
  ];
}

/** The interval of the bootstrap, unless it is of too few seeds: narrow as it then is, it would pass for the surer of two. */
function bootstrapOf(results: Results, { shown }: Gains): string[] {
  const best = shown.find(({ variant }) => variant === results.variants[0]);
  const interval = best?.evidence.bootstrap;
  if (interval == null || best === undefined || best.difference.n < leastSeeds) return [];
  const quantity = quantities[results.plan.metric.name];
  return [
    `Over seeds and validation images together the interval is ${signed(interval.low, quantity)} to ${signed(interval.high, quantity)} (bootstrap).`,
  ];
}

/**
 * What the study found, in sentences: how far it is, the best configuration, its gain over the baseline, what is not
 * significant.
 */
export function summaryInWords(results: Results, gains: Gains = { shown: [], tested: 0 }): string[] {
  const metric = results.plan.metric.name;
  const quantity = quantities[metric];
  const best = results.variants[0];
  const summary = best === undefined ? null : summaryOf(best, metric);
  if (best === undefined || summary === null) return [progress(results), nothingMeasured(results)];
  const spread = summary.interval === null ? "" : " (95 % t interval)";
  const unit = quantity.unit === "" ? "" : ` ${quantity.unit}`;
  const found = `${meanAndSpread(summary, quantity)}${unit}${spread}, mean of ${finishedInWords(seedCounts(best))}`;
  return [
    `Best by ${quantity.title} ${endInWords([best])}: ${best.label}, ${found}.`,
    ...gain(results, best, gains),
    ...bootstrapOf(results, gains),
    ...testInWords(results, best),
    ...findings(results, gains),
    ...teachersInWords(results),
    progress(results),
  ];
}

function nothingMeasured({ counts, plan }: Results): string {
  if (counts.complete === 0) return "No trial is complete: there is nothing to compare.";
  return `No finished trial was measured by ${quantities[plan.metric.name].title}: there is nothing to compare.`;
}

const mostTeachers = 4;

function teachersInWords(results: Results): string[] {
  const lines = teachersOf(results, results.variants).flatMap(({ label, details }) => {
    const accuracy = teacherMetric(details, "val_accuracy");
    return accuracy === null
      ? []
      : [`Teacher ${label}: validation accuracy ${withUnit(accuracy, quantities.val_accuracy)}.`];
  });
  const further = lines.length - mostTeachers;
  return further <= 0 ? lines : [...lines.slice(0, mostTeachers), `And ${plural(further, "further teacher")}.`];
}

/** What a reader must know before trusting the numbers. */
export function caveats(results: Results): string[] {
  const lines: string[] = [];
  if (results.images.some(({ dataset }) => dataset.name === "petals")) {
    lines.push(
      "Synthetic data: the petals data set is drawn by a generator, not photographed. Its numbers say nothing about photos.",
    );
  }
  if (results.environments.length > 1) {
    lines.push(
      `The trials ran on ${results.environments.length} different environments, which differ in ${differing(results).join("; ")}: small differences between them may come from that.`,
    );
  }
  for (const { label, checksums } of results.teachers) {
    if (checksums.length > 1) {
      lines.push(
        `Trials learned from ${checksums.length} different trainings of the teacher ${label}: its weights were made again in between.`,
      );
    }
  }
  return lines;
}

/** What is recorded of an environment, in words. */
const recorded: Readonly<Record<keyof Environment, string>> = {
  backend: "backend",
  tensorflow: "TensorFlow",
  tfjs: "TensorFlow.js",
  node: "Node.js",
  kdSweep: "kd-sweep's version",
  gitRevision: "kd-sweep's revision",
  threadsPerWorker: "threads per worker",
  processor: "processor",
  cores: "cores",
  memoryBytes: "memory in bytes",
  platform: "platform",
};

const uncommitted = " with uncommitted changes";
const mostValues = 3;

/** What the environments differ in, with the values where they are few: "backend (native: 3 trials, portable: 1 trial)". */
function differing({ environments }: Results): string[] {
  return (Object.keys(recorded) as (keyof Environment)[]).flatMap((key) => {
    const counts = new Map<string, number>();
    for (const { environment, trials } of environments) {
      const value = String(environment[key] ?? "none").replace("+changes", uncommitted);
      counts.set(value, (counts.get(value) ?? 0) + trials);
    }
    if (counts.size < 2) return [];
    const values = [...counts].map(([value, trials]) => `${value}: ${plural(trials, "trial")}`);
    const changed = [...counts.keys()].filter((value) => value.endsWith(uncommitted)).length;
    const many = `${counts.size} of them${changed === 0 ? "" : `, ${changed}${uncommitted}`}`;
    return [`${recorded[key]} (${counts.size > mostValues ? many : values.join(", ")})`];
  });
}

/** The epoch that metrics are of: with early stopping it was chosen by the validation split. */
function epochInWords(variants: readonly Variant[]): string {
  const best = "the best epoch, which early stopping chose by the same split";
  return {
    none: "the last epoch",
    some: `the last epoch (where training.patience was set: of ${best}),`,
    all: best,
  }[stoppingEarly(variants)];
}

/** What the intervals cover and what the numbers were selected on. */
export function method(results: Results): string[] {
  const severalTeachers = results.variants.map(seedCounts).some(({ planned, plannedRuns }) => plannedRuns > planned);
  const teachers = severalTeachers
    ? ": a seed's value is the mean over its runs with each of the teachers' seeds, which all seeds share"
    : results.teachers.length === 0
      ? ""
      : ": there is one teacher of each kind";
  const covers = `They cover the variance between students' seeds only${teachers}.`;
  const usual = inWords(results.usual);
  return [
    ...(usual === "" ? [] : [`Names leave out what most configurations have that differ in it at all: ${usual}.`]),
    "Intervals are 95 % t intervals over seeds, from three seeds up. Differences are paired by seed.",
    covers,
    `Metrics are those of ${epochInWords(results.variants)} on the whole validation split. The same split ranks the configurations, so the best one's number is a little too good.`,
    ...(areOwnObjectives(results.variants, results.plan.metric.name) ? [`${ownObjectives}.`] : []),
  ];
}
