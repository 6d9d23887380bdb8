import type { ImagesDetails } from "../artifacts/artifact.js";
import type { StudySnapshot } from "../store/store.js";
import type { MetricName } from "../trial/metrics.js";
import type { Settings } from "../trial/value.js";
import { canonical } from "./values.js";
import type { CompleteTrial, Variant } from "./variants.js";

/** What a finished trial's student, and the teacher it learned from, say of the validation images. */
export interface Predictions {
  readonly classNames: readonly string[];
  /** Class of each image. */
  readonly labels: readonly number[];
  /** Student's logits `[images, classes]`, row-major. */
  readonly student: Float32Array;
  /** Teacher's, of the same images; null without a teacher or where the study does not hold them. */
  readonly teacher: Float32Array | null;
  /** Equal for trials that were validated on the same images in the same order. */
  readonly images: string;
  /** Key of the image array that holds them. */
  readonly imagesKey: string;
}

/** Predictions with the teacher's. */
export type TaughtPredictions = Predictions & { readonly teacher: Float32Array };

/** Figures that show an image's or a class's probabilities side by side have no room for more. */
export const mostShownClasses = 12;

/** Temperatures to show probabilities at where the losses have too few of their own. */
export const usualTemperatures: readonly number[] = [1, 5, 10];

/** Reads predictions from what a study keeps. */
export interface PredictionReader {
  /** null where logits or labels are missing or do not fit. Reads from the store: before it is closed. */
  of(trial: CompleteTrial): Predictions | null;
}

interface Validation {
  readonly key: string;
  readonly identity: string;
  readonly classNames: readonly string[];
  readonly labels: readonly number[];
}

/**
 * The same data set's images at another size are the same images. What else its settings say of training images does not
 * matter, the labels in their order do, and which part of the set is validated: generated images have the same labels over
 * and over.
 */
function identityOf(dataset: Settings["dataset"], labels: readonly number[]): string {
  const { images = null, name, seed = null, testFraction = 0, trainFraction } = dataset;
  return canonical([name, seed, images, trainFraction, testFraction, labels]);
}

/** Whether a data set's array was made with a trial's settings, which also say how training uses the images. */
export function fits(array: Settings["dataset"], dataset: Settings["dataset"]): boolean {
  return Object.entries(array).every(([name, value]) => canonical(value) === canonical(dataset[name] ?? null));
}

interface TaughtLogits {
  readonly imagesKey: string;
  readonly teacher: string;
  /** Of its weights. */
  readonly checksum: string;
  readonly logits: Float32Array;
}

function taughtLogits(artifacts: StudySnapshot["artifacts"]): TaughtLogits[] {
  const logits = new Map(
    artifacts.flatMap(({ details }) =>
      details.kind === "logits" && details.validationLogits !== null
        ? [[details.teacherKey, details.validationLogits] as const]
        : [],
    ),
  );
  return artifacts.flatMap(({ key, checksum, details }) => {
    const own = logits.get(key);
    if (details.kind !== "teacher" || own === undefined) return [];
    return [{ imagesKey: details.imagesKey, teacher: canonical(details.teacher), checksum, logits: own }];
  });
}

/** @param snapshot whose artifacts hold labels and teachers' logits */
export function predictionReader(snapshot: Pick<StudySnapshot, "artifacts" | "validationLogits">): PredictionReader {
  const arrays = snapshot.artifacts.flatMap(({ key, details }) =>
    details.kind === "images" ? [{ key, details }] : [],
  );
  const taught = taughtLogits(snapshot.artifacts);
  const known = new Map<string, Validation>();
  const validationOf = ({ key, details }: (typeof arrays)[number]): Validation => {
    const validation = known.get(key) ?? validationIn(key, details);
    known.set(key, validation);
    return validation;
  };
  return {
    of: ({ spec, result }) => {
      const fitting = arrays.filter(({ details }) => fits(details.dataset, spec.settings.dataset));
      const student = fitting.length === 0 ? undefined : snapshot.validationLogits(spec.id);
      if (student === undefined) return null;
      const sized = fitting
        .map(validationOf)
        .filter(({ labels }) => labels.length > 0 && student.length === labels.length * result.classes);
      // A data set whose photos have changed leaves several arrays of the same settings.
      const matching = sized.length === 1 ? sized : sized.filter(({ labels }) => isOf(labels, student, result));
      const { teacherChecksum } = result;
      const validation =
        matching.find(({ key }) =>
          taught.some(({ checksum, imagesKey }) => imagesKey === key && checksum === teacherChecksum),
        ) ?? matching.at(-1);
      if (validation === undefined) return null;
      const { key, labels, classNames, identity } = validation;
      const { teacher } = spec.settings;
      const own =
        teacher === null ? [] : taught.filter((each) => each.imagesKey === key && each.teacher === canonical(teacher));
      // Logits of another training of the same teacher would say what this student's never did.
      const by = own.find(({ checksum }) => checksum === result.teacherChecksum);
      const logits = by?.logits.length === student.length ? by.logits : null;
      return { classNames, labels, student, teacher: logits, images: identity, imagesKey: key };
    },
  };
}

/** Whether a student's logits reach on these labels what its trial recorded. */
function isOf(labels: readonly number[], student: Float32Array, { classes, final }: CompleteTrial["result"]): boolean {
  const right = labels.filter((label, image) => chosen(rowOf(student, classes, image)) === label).length;
  return Math.abs(right / labels.length - final.val_accuracy) < 0.5 / labels.length;
}

function validationIn(key: string, { dataset, classNames, validationLabels: labels }: ImagesDetails): Validation {
  return { key, identity: identityOf(dataset, labels), classNames, labels };
}

/** The logits of one image. */
export function rowOf(logits: Float32Array, classes: number, image: number): Float32Array {
  return logits.subarray(image * classes, (image + 1) * classes);
}

/** Index of the greatest value, the first of equals. */
export function chosen(row: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < row.length; index++) if ((row[index] ?? 0) > (row[best] ?? 0)) best = index;
  return best;
}

/** The natural logarithms of softmax(row/temperature), in double precision. */
export function logSoftmax(row: ArrayLike<number>, temperature = 1): Float64Array {
  const most = row[chosen(row)] ?? 0;
  const shifted = Float64Array.from(row, (logit) => (logit - most) / temperature);
  const logSum = Math.log(shifted.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return shifted.map((logit) => logit - logSum);
}

/** softmax(row/temperature), in double precision. */
export function softmax(row: ArrayLike<number>, temperature = 1): Float64Array {
  return logSoftmax(row, temperature).map(Math.exp);
}

/** What a metric that is a mean over images is on each of them; null for any other metric, and where it wants a teacher that is missing. */
export function valuesByImage(predictions: Predictions, metric: MetricName): Float64Array | null {
  const { labels, student, teacher } = predictions;
  const classes = student.length / labels.length;
  const each = (value: (own: Float32Array, label: number, image: number) => number): Float64Array =>
    Float64Array.from(labels, (label, image) => value(rowOf(student, classes, image), label, image));
  switch (metric) {
    case "val_accuracy":
      return each((own, label) => (chosen(own) === label ? 1 : 0));
    case "val_cross_entropy":
      return each((own, label) => -(logSoftmax(own)[label] ?? 0));
    case "val_agreement":
      if (teacher === null) return null;
      return each((own, _, image) => (chosen(own) === chosen(rowOf(teacher, classes, image)) ? 1 : 0));
    case "val_kl":
      if (teacher === null) return null;
      return each((own, _, image) => divergence(rowOf(teacher, classes, image), own));
    default:
      return null;
  }
}

/** KL(softmax(from) || softmax(to)) in nats. */
export function divergence(from: ArrayLike<number>, to: ArrayLike<number>): number {
  const own = logSoftmax(to);
  return logSoftmax(from).reduce((sum, log, index) => sum + Math.exp(log) * (log - (own[index] ?? 0)), 0);
}

/** A finished trial with what it and its teacher say. */
export interface Taught {
  readonly variant: Variant;
  /** The trial's own: with several teachers' seeds a variant's trials have several teachers. */
  readonly settings: Settings;
  readonly predictions: TaughtPredictions;
}

/** Of the first variant, in the order given, that has a finished trial with its teacher's logits. */
export function firstTaught(variants: readonly Variant[], reader: PredictionReader): Taught | null {
  for (const variant of variants) {
    const [trial] = variant.settings.teacher === null ? [] : variant.complete;
    const predictions = trial === undefined ? null : reader.of(trial);
    const teacher = predictions?.teacher;
    if (trial !== undefined && predictions != null && teacher != null)
      return { variant, settings: trial.spec.settings, predictions: { ...predictions, teacher } };
  }
  return null;
}
