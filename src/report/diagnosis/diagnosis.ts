import { linearRegression, mean } from "simple-statistics";
import type { MetricName } from "../../trial/metrics.js";
import { curveOf } from "../figures/curves.js";
import { bestOf } from "../figures/shown.js";
import { chosen, rowOf, softmax, type Predictions, type TaughtPredictions } from "../predictions.js";
import { teacherLabel, type Results } from "../results.js";
import { summaryOf, type Variant } from "../variants.js";
import { gradients, type Gradients } from "./gradients.js";

/** How a difference of accuracies falls on images that the teacher has right, and on those it has wrong. */
export interface SplitGain {
  /** Share of the images that the teacher has right. */
  readonly teacherRight: number;
  /** Difference of accuracy on these; null where there are none. */
  readonly onRight: number | null;
  readonly onWrong: number | null;
}

/** How the distillation of one configuration went. Means over its finished seeds. */
export interface Diagnosis {
  readonly label: string;
  /** Validation accuracy. */
  readonly accuracy: number;
  readonly teacher: string;
  readonly teacherAccuracy: number;
  /** Share of images on which student and teacher choose the same class. */
  readonly agreement: number;
  /** Against the baseline, over the seeds that both have; null without a baseline. */
  readonly gain: SplitGain | null;
  /** Mean probability of the teacher's choice at the loss's temperature, the temperature beside it; null where the loss has none. */
  readonly sureness: { readonly temperature: number; readonly probability: number } | null;
  readonly gradients: Gradients | null;
  /** Points of validation accuracy per epoch over the last epochs; null below four epochs. */
  readonly slope: { readonly perEpoch: number; readonly epochs: number } | null;
  /** Warnings, a sentence each. */
  readonly warnings: readonly string[];
}

const mostDiagnosed = 24;
/** The teacher's choice has more than this at the loss's temperature: its answers are all but hard labels. */
const oneHot = 0.99;
/** Validation accuracy that still grows by more than this each epoch was not done. */
const stillImproving = 0.005;
const leastEpochs = 4;

function taughtOf({ complete }: Variant, { predictions }: Results): ReadonlyMap<number, TaughtPredictions> {
  return new Map(
    complete.flatMap((trial) => {
      const read = predictions.of(trial);
      return read?.teacher == null ? [] : [[trial.spec.seed, { ...read, teacher: read.teacher }] as const];
    }),
  );
}

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean([...values]);
}

/** 1 where the greatest logit is the label's. */
function rightness(labels: readonly number[], logits: Float32Array): number[] {
  const classes = logits.length / labels.length;
  return labels.map((label, image) => (chosen(rowOf(logits, classes, image)) === label ? 1 : 0));
}

function agreementOf({ labels, student, teacher }: TaughtPredictions): number {
  const classes = student.length / labels.length;
  const same = labels.filter(
    (_, image) => chosen(rowOf(student, classes, image)) === chosen(rowOf(teacher, classes, image)),
  );
  return same.length / labels.length;
}

function splitGain(
  taught: ReadonlyMap<number, TaughtPredictions>,
  baseline: Variant,
  results: Results,
): SplitGain | null {
  const parts = baseline.complete.flatMap((trial) => {
    const own = taught.get(trial.spec.seed);
    const other: Predictions | null = own === undefined ? null : results.predictions.of(trial);
    if (own === undefined || other?.images !== own.images) return [];
    const teacher = rightness(own.labels, own.teacher);
    const others = rightness(own.labels, other.student);
    const gains = rightness(own.labels, own.student).map((value, image) => value - (others[image] ?? 0));
    const onImages = (wanted: number): number | null => average(gains.filter((_, image) => teacher[image] === wanted));
    return [{ teacherRight: mean(teacher), onRight: onImages(1), onWrong: onImages(0) }];
  });
  const [first] = parts;
  if (first === undefined) return null;
  const of = (side: "onRight" | "onWrong"): number | null => average(parts.flatMap((part) => part[side] ?? []));
  return {
    teacherRight: mean(parts.map(({ teacherRight }) => teacherRight)),
    onRight: of("onRight"),
    onWrong: of("onWrong"),
  };
}

function surenessOf(loss: Variant["settings"]["loss"], { labels, teacher }: TaughtPredictions): Diagnosis["sureness"] {
  const { temperature } = loss;
  if (typeof temperature !== "number") return null;
  const classes = teacher.length / labels.length;
  const greatest = labels.map((_, image) => Math.max(...softmax(rowOf(teacher, classes, image), temperature)));
  return { temperature, probability: mean(greatest) };
}

function slopeOf({ complete }: Variant): Diagnosis["slope"] {
  const metric: MetricName = "val_accuracy";
  const points = curveOf(
    complete.map(({ epochs }) => epochs),
    metric,
  );
  if (points.length < leastEpochs) return null;
  const last = points.slice(-Math.max(3, Math.round(points.length / 3)));
  const { m } = linearRegression(last.map(({ epoch, mean: value }) => [epoch, value]));
  return { perEpoch: m, epochs: last.length };
}

function meanGradients(loss: Variant["settings"]["loss"], all: readonly TaughtPredictions[]): Gradients | null {
  const found = all.flatMap((each) => gradients(loss, each) ?? []);
  if (found.length === 0) return null;
  return { soft: mean(found.map(({ soft }) => soft)), hard: mean(found.map(({ hard }) => hard)) };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function warningsOf(diagnosis: Omit<Diagnosis, "warnings">): string[] {
  const { accuracy, teacherAccuracy, teacher, sureness, gradients: norms, slope } = diagnosis;
  const warnings: string[] = [];
  if (teacherAccuracy <= accuracy) {
    warnings.push(
      `the teacher ${teacher} (${percent(teacherAccuracy)}) is no better than the student (${percent(accuracy)})`,
    );
  }
  if (sureness !== null && sureness.probability > oneHot) {
    warnings.push(
      `at τ=${sureness.temperature} the teacher's answers are nearly one-hot: its choice has ${percent(sureness.probability)} on average, so they say little more than labels; a higher τ would soften them`,
    );
  }
  if (norms !== null && norms.hard > norms.soft) {
    const times = norms.soft === 0 ? "" : ` ${(norms.hard / norms.soft).toFixed(1)} times`;
    warnings.push(
      `the labels' gradient outweighs the teacher's${times} at the end of training (mean norms over validation images)`,
    );
  }
  if (slope !== null && slope.perEpoch > stillImproving) {
    warnings.push(
      `training was still improving at its end: +${(100 * slope.perEpoch).toFixed(1)} points of validation accuracy per epoch over the last ${slope.epochs}`,
    );
  }
  return warnings;
}

function diagnose(variant: Variant, results: Results): Diagnosis[] {
  const taught = taughtOf(variant, results);
  const all = [...taught.values()];
  const [first] = all;
  const accuracy = summaryOf(variant, "val_accuracy")?.mean;
  if (first === undefined || accuracy === undefined) return [];
  const { baseline } = results;
  const { loss } = variant.settings;
  const found = {
    label: variant.label,
    accuracy,
    teacher: teacherLabel(results.teachers, variant.settings),
    teacherAccuracy: mean(all.map(({ labels, teacher: logits }) => mean(rightness(labels, logits)))),
    agreement: mean(all.map(agreementOf)),
    gain: baseline === null || baseline === variant ? null : splitGain(taught, baseline, results),
    sureness: surenessOf(loss, first),
    gradients: meanGradients(loss, all),
    slope: slopeOf(variant),
  };
  return [{ ...found, warnings: warningsOf(found) }];
}

/**
 * How the distillation went in the best configurations that have a teacher, best first; empty where no logits are kept.
 * Everything is measured on the validation images, after the last epoch.
 */
export function diagnoseAll(results: Results): Diagnosis[] {
  const { shown } = bestOf(
    results.variants.filter(({ settings }) => settings.teacher !== null),
    mostDiagnosed,
  );
  return shown.flatMap((variant) => diagnose(variant, results));
}

/** What the diagnosis comes to, a sentence each: agreement and split gain of the best, then the warnings. */
export function diagnosisInWords(all: readonly Diagnosis[]): { readonly lines: string[]; readonly warnings: string[] } {
  const [best] = all;
  if (best === undefined) return { lines: [], warnings: [] };
  const lines = [
    `${best.label} agrees with its teacher, ${best.teacher}, on ${percent(best.agreement)} of the validation images.`,
  ];
  const { gain } = best;
  if (gain !== null) {
    const part = (value: number | null, where: string): string[] =>
      value === null ? [] : [`${points(value)} on ${where}`];
    const parts = [
      ...part(gain.onRight, `images that the teacher has right (${percent(gain.teacherRight)} of all)`),
      ...part(gain.onWrong, "those that it has wrong"),
    ];
    lines.push(`Its gain over the baseline is ${parts.join(" and ")}.`);
  }
  const byText = new Map<string, string[]>();
  for (const { label, warnings } of all) {
    for (const warning of warnings) byText.set(warning, [...(byText.get(warning) ?? []), label]);
  }
  return { lines, warnings: [...byText].map(([warning, labels]) => `${labels.join("; ")}: ${warning}.`) };
}

/** "+3.4 points", of a difference of shares. */
export function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return `${difference > 0 && Number(text) !== 0 ? "+" : ""}${Number(text) === 0 ? "0.0" : text} points`;
}
