import type { Finding } from "../evidence.js";
import type { Gain } from "../gains.js";
import { inWords } from "../labels.js";
import { differenceInWords, meanAndSpread, quantities, signed, withUnit } from "../quantities.js";
import { teacherMetric, type Results } from "../results.js";
import { pairedDifference } from "../statistics/paired.js";
import { testInWords } from "../test-split.js";
import { replicates, summaryOf, type Variant } from "../variants.js";

function count(number: number, singular: string): string {
  return `${number} ${singular}${number === 1 ? "" : "s"}`;
}

function progress({ counts, trials, variants }: Results): string {
  const parts = [`${counts.complete} of ${count(trials.length, "trial")} complete`];
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  if (counts.running > 0) parts.push(`${counts.running} running or interrupted`);
  if (counts.waiting > 0) parts.push(`${counts.waiting} waiting`);
  const copied = trials.filter(({ attempts }) => attempts.at(-1)?.copiedFrom !== undefined).length;
  const from =
    copied === 0
      ? ""
      : ` ${count(copied, "trial")} of them ${copied === 1 ? "was" : "were"} copied from other studies.`;
  return `${parts.join(", ")}; ${count(variants.length, "configuration")}.${from}`;
}

function gain(results: Results, best: Variant): string[] {
  const { baseline, plan } = results;
  const metric = plan.metric.name;
  const quantity = quantities[metric];
  if (baseline === null) return ["The sweep names no baseline, so there is no gain to state."];
  const own = summaryOf(baseline, metric);
  if (own === null) return [`The baseline (${baseline.label}) has no finished trial, so there is no gain to state.`];
  if (baseline === best) return [`No configuration beats the baseline, ${baseline.label}.`];
  const difference = pairedDifference(replicates(best, metric), replicates(baseline, metric));
  if (difference === null) return [`The baseline, ${baseline.label}, shares no finished seed with it.`];
  const against = `That is ${differenceInWords(difference, quantity)} against the baseline, ${baseline.label}`;
  const { interval } = difference;
  if (interval === null) return [`${against}; too few seeds for an interval.`];
  const clear = interval.low > 0 || interval.high < 0;
  return [
    `${against}.`,
    clear ? "The interval excludes zero." : "The interval includes zero: these seeds do not show a difference.",
  ];
}

const mostNamed = 8;

function listed(labels: readonly string[]): string {
  const more = labels.length > mostNamed ? ` and ${labels.length - mostNamed} more` : "";
  return `${labels.slice(0, mostNamed).join("; ")}${more}`;
}

/** Which configurations differ from the baseline, and of which nothing can be said. */
function findings(results: Results, gains: readonly Gain[]): string[] {
  const tested = gains.filter(({ evidence }) => evidence.seeds !== null);
  if (results.baseline === null || tested.length === 0) return [];
  const of = (finding: Finding): string[] =>
    tested.filter(({ evidence }) => evidence.finding === finding).map(({ variant }) => variant.label);
  const parts = (["better", "worse"] as const).flatMap((finding) => {
    const labels = of(finding);
    return labels.length === 0 ? [] : [`${finding}: ${listed(labels)}`];
  });
  const open = of("no evidence");
  const count = tested.length === 1 ? "One configuration was" : `${tested.length} configurations were`;
  const found =
    parts.length === 0 ? "none differs significantly" : parts.join(". Significantly ").replace(/^/, "significantly ");
  return [
    `${count} tested against the baseline, ${results.baseline.label} (paired t test over seeds, corrected for their number, and the bootstrap interval): ${found}.`,
    ...(open.length === 0 ? [] : [`Not significant: ${listed(open)}.`]),
  ];
}

function bootstrapOf(results: Results, gains: readonly Gain[]): string[] {
  const best = gains.find(({ variant }) => variant === results.variants[0]);
  const interval = best?.evidence.bootstrap;
  if (interval == null) return [];
  const quantity = quantities[results.plan.metric.name];
  return [
    `Over seeds and validation images together the interval is ${signed(interval.low, quantity)} to ${signed(interval.high, quantity)} (bootstrap).`,
  ];
}

/**
 * What the study found, in sentences: how far it is, the best configuration, its gain over the baseline, what is not
 * significant.
 */
export function summaryInWords(results: Results, gains: readonly Gain[] = []): string[] {
  const metric = results.plan.metric.name;
  const quantity = quantities[metric];
  const best = results.variants[0];
  const summary = best === undefined ? null : summaryOf(best, metric);
  if (best === undefined || summary === null)
    return [progress(results), "No trial is complete: there is nothing to compare."];
  const spread = summary.interval === null ? "" : " (95 % t interval)";
  const unit = quantity.unit === "" ? "" : ` ${quantity.unit}`;
  const found = `${meanAndSpread(summary, quantity)}${unit}${spread}, mean of ${count(summary.n, "seed")}`;
  return [
    `Best by ${quantity.title} after the last epoch: ${best.label}, ${found}.`,
    ...gain(results, best),
    ...bootstrapOf(results, gains),
    ...testInWords(results, best),
    ...findings(results, gains),
    ...teachersInWords(results),
    progress(results),
  ];
}

function teachersInWords({ teachers }: Results): string[] {
  return teachers.slice(0, 4).flatMap(({ label, details }) => {
    const accuracy = teacherMetric(details, "val_accuracy");
    return accuracy === null
      ? []
      : [`Teacher ${label}: validation accuracy ${withUnit(accuracy, quantities.val_accuracy)}.`];
  });
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
      `The trials ran on ${results.environments.length} different environments (see Environment)${onBackends(results)}: small differences between them may come from that.`,
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

/** How many trials ran on each backend; "" for one. */
function onBackends({ environments }: Results): string {
  const counts = new Map<string, number>();
  for (const { environment, trials } of environments)
    counts.set(environment.backend, (counts.get(environment.backend) ?? 0) + trials);
  if (counts.size < 2) return "";
  const parts = [...counts].map(([backend, trials]) => `${trials} on the ${backend} backend`);
  return `, ${parts.join(" and ")}`;
}

/** What the intervals cover and what the numbers were selected on. */
export function method(results: Results): string[] {
  const seeds = new Set(results.trials.flatMap(({ spec }) => spec.settings.teacher?.seed ?? []));
  const covers =
    seeds.size > 1
      ? "They cover the variance between students' seeds and between teachers' seeds together."
      : "They cover the variance between students' seeds only: one teacher of each kind was trained.";
  const usual = inWords(results.usual);
  return [
    ...(usual === "" ? [] : [`Names leave out what most configurations have that differ in it at all: ${usual}.`]),
    "Intervals are 95 % t intervals over seeds, from three seeds up. Differences are paired by seed.",
    covers,
    "Metrics are those of the last epoch on the whole validation split. The same split ranks the configurations, so the best one's number is a little too good.",
  ];
}
