import { mean, median } from "simple-statistics";
import { bestOf } from "../figures/shown.js";
import { chosen, rowOf, softmax, type TaughtPredictions } from "../predictions.js";
import { percent, points, quantities, signed } from "../quantities.js";
import type { Results } from "../results.js";
import { pairBySeed, valuesBySeed, type Seeds } from "../statistics/paired.js";
import { commonSlope } from "../statistics/trend.js";
import { teacherLabel } from "../teachers.js";
import { inSeries } from "../values.js";
import { seedsOf, summaryOf, type Variant } from "../variants.js";
import { gradients, type Gradients } from "./gradients.js";

/** How a difference of accuracies falls on images that the teacher has right, and on those it has wrong. */
export interface SplitGain {
  /** Share of the images that the teacher has right. */
  readonly teacherRight: number;
  /** Difference of accuracy on these; null where there are none. */
  readonly onRight: number | null;
  readonly onWrong: number | null;
}

/** How the training and the distillation of one configuration went. Means over its finished seeds. */
export interface Diagnosis {
  readonly label: string;
  /** Validation accuracy. */
  readonly accuracy: number;
  /** null without a teacher, and where no logits are kept. So is all else that it takes them to know. */
  readonly teacher: string | null;
  /** `teacher` names more than one: those of several seeds. */
  readonly severalTeachers: boolean;
  readonly teacherAccuracy: number | null;
  /** Share of images on which student and teacher choose the same class. */
  readonly agreement: number | null;
  /** Against the baseline, over what both have; null without a baseline. */
  readonly gain: SplitGain | null;
  /** The teacher's choice at the loss's temperature: mean and median of its probability; null where the loss does not take it. */
  readonly sureness: { readonly temperature: number; readonly probability: number; readonly median: number } | null;
  readonly gradients: Gradients | null;
  readonly slope: Slope | null;
  readonly warnings: readonly Warning[];
}

/** How validation accuracy moved over the last epochs of each run. */
export interface Slope {
  readonly perEpoch: number;
  /** Lower end of its 95 % interval. */
  readonly low: number;
  readonly epochs: number;
}

export interface Warning {
  /** Equal for configurations that it is said of in one sentence. */
  readonly text: string;
  /** What differs between those: "+1.2". */
  readonly amount?: string;
}

const mostDiagnosed = 24;
/** For half of the images the teacher's choice has more than this at the loss's temperature: all but hard labels. */
const oneHot = 0.99;
/** The least that a table shows as growth: a tenth of a point of validation accuracy per epoch. */
const leastGrowth = 0.001;
const leastEpochs = 5;

/** What a finished run and its teacher say of the images. */
type TaughtRun = TaughtPredictions & Seeds;

function taughtRuns({ complete }: Variant, { predictions }: Results): TaughtRun[] {
  return complete.flatMap((trial) => {
    const read = predictions.of(trial);
    return read?.teacher == null ? [] : [{ ...read, teacher: read.teacher, ...seedsOf(trial) }];
  });
}

/** Mean over seeds, of a seed over its runs; null without a run that has the value. */
function overSeeds<T extends Seeds>(runs: readonly T[], of: (run: T) => number | null): number | null {
  const values = runs.flatMap((run) => {
    const value = of(run);
    return value === null ? [] : [{ seed: run.seed, teacherSeed: run.teacherSeed, value }];
  });
  return values.length === 0 ? null : mean(valuesBySeed(values));
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

function splitGain(runs: readonly TaughtRun[], baseline: Variant, { predictions }: Results): SplitGain | null {
  const others = baseline.complete.flatMap((trial) => {
    const read = predictions.of(trial);
    return read === null ? [] : [{ ...read, ...seedsOf(trial) }];
  });
  const parts = [...pairBySeed(runs, others).values()].flat().flatMap(([own, other]) => {
    if (own.images !== other.images) return [];
    const teacher = rightness(own.labels, own.teacher);
    const reference = rightness(own.labels, other.student);
    const gains = rightness(own.labels, own.student).map((value, image) => value - (reference[image] ?? 0));
    const onImages = (wanted: number): number | null => {
      const found = gains.filter((_, image) => teacher[image] === wanted);
      return found.length === 0 ? null : mean(found);
    };
    const { seed, teacherSeed } = own;
    return [{ seed, teacherSeed, teacherRight: mean(teacher), onRight: onImages(1), onWrong: onImages(0) }];
  });
  const teacherRight = overSeeds(parts, (part) => part.teacherRight);
  if (teacherRight === null) return null;
  return {
    teacherRight,
    onRight: overSeeds(parts, ({ onRight }) => onRight),
    onWrong: overSeeds(parts, ({ onWrong }) => onWrong),
  };
}

/** Losses whose student learns from the teacher's softmax(z/τ) as a whole, τ being their `temperature`. */
const softening: ReadonlySet<string> = new Set(["kd", "kd_ce", "kd_mse", "reverse_kl", "jsd", "dist"]);

/**
 * The τ of the teacher's softmax(z/τ) that a loss takes; null where it takes another. `dkd` weighs the classes other than
 * the label's apart from how sure the teacher is, `nkd` and `rld` divide some classes' logits alone by their
 * `temperature`, `norm_kd` and `wttm` have none that is a setting, of a user's own loss nothing is known, and standardized
 * logits are divided in place of the teacher's own.
 */
export function softeningTemperature({ type, temperature, standardize }: Variant["settings"]["loss"]): number | null {
  return softening.has(type) && standardize !== true && typeof temperature === "number" ? temperature : null;
}

function surenessOf(loss: Variant["settings"]["loss"], runs: readonly TaughtRun[]): Diagnosis["sureness"] {
  const temperature = softeningTemperature(loss);
  if (temperature === null || runs.length === 0) return null;
  const byTeacher = new Map(runs.map((run) => [run.teacher, run.labels.length]));
  const greatest = [...byTeacher].flatMap(([teacher, images]) =>
    Array.from({ length: images }, (_, image) =>
      Math.max(...softmax(rowOf(teacher, teacher.length / images, image), temperature)),
    ),
  );
  return { temperature, probability: mean(greatest), median: median(greatest) };
}

/**
 * Over the last third of each run's epochs, at least 5: one slope for all runs, each with a level of its own. Runs of no
 * more than 5 epochs have none: theirs would be that of the whole training.
 */
function slopeOf({ complete }: Variant): Slope | null {
  const ends = complete.flatMap(({ epochs }) => {
    const last = epochs.slice(-Math.max(leastEpochs, Math.round(epochs.length / 3)));
    return epochs.length > leastEpochs ? [last.map(({ epoch, val_accuracy }) => ({ x: epoch, y: val_accuracy }))] : [];
  });
  const trend = commonSlope(ends);
  if (trend === null) return null;
  return { perEpoch: trend.slope, low: trend.interval.low, epochs: Math.max(...ends.map(({ length }) => length)) };
}

function gradientsOf(loss: Variant["settings"]["loss"], runs: readonly TaughtRun[]): Gradients | null {
  const found = runs.flatMap((run) => {
    const norms = gradients(loss, run);
    return norms === null ? [] : [{ ...norms, seed: run.seed, teacherSeed: run.teacherSeed }];
  });
  const soft = overSeeds(found, (norms) => norms.soft);
  const hard = overSeeds(found, (norms) => norms.hard);
  return soft === null || hard === null ? null : { soft, hard };
}

/** Whether validation accuracy was still growing: by more than nothing, as its interval says, and by a visible amount. */
function isImproving({ perEpoch, low }: Slope): boolean {
  return low > 0 && perEpoch >= leastGrowth;
}

function warningsOf(diagnosis: Omit<Diagnosis, "warnings">): Warning[] {
  const { accuracy, teacherAccuracy, teacher, sureness, gradients: norms, slope } = diagnosis;
  const warnings: Warning[] = [];
  if (teacher !== null && teacherAccuracy !== null && teacherAccuracy <= accuracy) {
    warnings.push({
      text: `the teacher ${teacher} (${percent(teacherAccuracy)}) is no better than the student (${percent(accuracy)})`,
    });
  }
  if (sureness !== null && sureness.median > oneHot) {
    warnings.push({
      text: `at τ=${sureness.temperature} the teacher's answers are nearly one-hot: for half of the images its choice has at least ${percent(sureness.median)}, so they say little more than labels; a higher τ would soften them`,
    });
  }
  if (norms !== null && norms.hard > norms.soft) {
    const found =
      norms.soft === 0
        ? "the teacher's gradient is 0"
        : `the labels' gradient is ${(norms.hard / norms.soft).toFixed(1)} times the teacher's`;
    warnings.push({ text: `${found} at the end of training (mean norms over validation images)` });
  }
  if (slope !== null && isImproving(slope)) {
    warnings.push({
      text: `training was still improving at its end (points of validation accuracy per epoch, over the last ${slope.epochs})`,
      amount: signed(slope.perEpoch, quantities.val_accuracy),
    });
  }
  return warnings;
}

/** Names of the teachers that a variant's finished trials learned from. */
function namesOf({ complete }: Variant, { teachers }: Results): string[] {
  return [...new Set(complete.map(({ spec }) => teacherLabel(teachers, spec.settings)))].sort();
}

function diagnose(variant: Variant, results: Results): Diagnosis[] {
  const accuracy = summaryOf(variant, "val_accuracy")?.mean;
  if (accuracy === undefined) return [];
  const { settings } = variant;
  const runs = settings.teacher === null ? [] : taughtRuns(variant, results);
  const { baseline } = results;
  const names = namesOf(variant, results);
  const found = {
    label: variant.label,
    accuracy,
    teacher: runs.length === 0 ? null : inSeries(names),
    severalTeachers: runs.length > 0 && names.length > 1,
    teacherAccuracy: overSeeds(runs, ({ labels, teacher }) => mean(rightness(labels, teacher))),
    agreement: overSeeds(runs, agreementOf),
    gain: baseline === null || baseline === variant ? null : splitGain(runs, baseline, results),
    sureness: surenessOf(settings.loss, runs),
    gradients: gradientsOf(settings.loss, runs),
    slope: slopeOf(variant),
  };
  return [{ ...found, warnings: warningsOf(found) }];
}

/**
 * How the training went in the best configurations, the baseline among them, and the distillation where they have a
 * teacher, best first; empty where none has its teacher's logits. Everything is measured on the validation images, after
 * the last epoch.
 */
export function diagnoseAll(results: Results): Diagnosis[] {
  const all = bestOf(results.variants, mostDiagnosed).shown.flatMap((variant) => diagnose(variant, results));
  return all.some(({ teacher }) => teacher !== null) ? all : [];
}

/** What the diagnosis comes to, a sentence each: agreement and split gain of the best with a teacher, then the warnings. */
export function diagnosisInWords(all: readonly Diagnosis[]): { readonly lines: string[]; readonly warnings: string[] } {
  const byText = new Map<string, string[]>();
  for (const { label, warnings } of all) {
    for (const { text, amount } of warnings) {
      const named = amount === undefined ? label : `${label} (${amount})`;
      byText.set(text, [...(byText.get(text) ?? []), named]);
    }
  }
  const best = all.find(({ agreement }) => agreement !== null);
  return {
    lines: best === undefined ? [] : distillationInWords(best),
    warnings: [...byText].map(([text, labels]) => `${labels.join("; ")}: ${text}.`),
  };
}

function distillationInWords({ label, teacher, severalTeachers, agreement, gain }: Diagnosis): string[] {
  if (teacher === null || agreement === null) return [];
  const lines = [
    `${label} agrees with its teacher${severalTeachers ? "s" : ""}, ${teacher}, on ${percent(agreement)} of the validation images.`,
  ];
  if (gain === null) return lines;
  const part = (value: number | null, where: string): string[] =>
    value === null ? [] : [`${points(value)} on ${where}`];
  const parts = [
    ...part(gain.onRight, `images that the teacher has right (${percent(gain.teacherRight)} of all)`),
    ...part(gain.onWrong, "those that it has wrong"),
  ];
  return [...lines, `Its difference to the baseline is ${parts.join(" and ")}.`];
}
