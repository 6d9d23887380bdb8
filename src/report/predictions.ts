import type { StudySnapshot } from "../store/store.js";
import type { MetricName } from "../trial/metrics.js";
import type { Settings } from "../trial/value.js";
import { canonical } from "./values.js";
import type { CompleteTrial } from "./variants.js";

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
}

/** A teacher's logits on the validation images. */
export interface TeacherPredictions {
  readonly classNames: readonly string[];
  readonly labels: readonly number[];
  readonly logits: Float32Array;
}

/** Reads predictions from what a study keeps. */
export interface PredictionReader {
  /** null where logits or labels are missing or do not fit. Reads from the store: before it is closed. */
  of(trial: CompleteTrial): Predictions | null;
  /** null where the study does not hold them. */
  ofTeacher(teacher: NonNullable<Settings["teacher"]>, dataset?: Settings["dataset"]): TeacherPredictions | null;
}

interface Validation {
  readonly key: string;
  readonly identity: string;
  readonly classNames: readonly string[];
  readonly labels: readonly number[];
}

/**
 * The same data set's images at another size are the same images. What else its settings say of training images does not
 * matter, the labels in their order do.
 */
function identityOf(dataset: Settings["dataset"], labels: readonly number[]): string {
  return canonical([dataset.name, dataset.seed ?? null, labels]);
}

function teacherKey(teacher: NonNullable<Settings["teacher"]>, imagesKey: string): string {
  return `${imagesKey} ${canonical(teacher)}`;
}

/** @param snapshot whose artifacts hold labels and teachers' logits */
export function predictionReader(snapshot: Pick<StudySnapshot, "artifacts" | "validationLogits">): PredictionReader {
  const validations = new Map<string, Validation>();
  const teachers = new Map<string, string>();
  const logits = new Map<string, Float32Array>();
  for (const { key, details } of snapshot.artifacts) {
    if (details.kind === "images") {
      const { dataset, classNames, validationLabels: labels } = details;
      validations.set(canonical(dataset), { key, identity: identityOf(dataset, labels), classNames, labels });
    } else if (details.kind === "teacher") {
      teachers.set(teacherKey(details.teacher, details.imagesKey), key);
    } else if (details.validationLogits !== null) {
      logits.set(details.teacherKey, details.validationLogits);
    }
  }
  const teacherLogits = (
    teacher: Settings["teacher"],
    { key, labels, classNames }: Validation,
  ): Float32Array | null => {
    const found = teacher === null ? undefined : logits.get(teachers.get(teacherKey(teacher, key)) ?? "");
    return found?.length === labels.length * classNames.length ? found : null;
  };
  return {
    of: ({ spec, result }) => {
      const validation = validations.get(canonical(spec.settings.dataset));
      const student = validation === undefined ? undefined : snapshot.validationLogits(spec.id);
      if (validation === undefined || student === undefined) return null;
      const { labels, classNames, identity } = validation;
      if (labels.length === 0 || student.length !== labels.length * result.classes) return null;
      const teacher = result.classes === classNames.length ? teacherLogits(spec.settings.teacher, validation) : null;
      return { classNames, labels, student, teacher, images: identity };
    },
    ofTeacher: (teacher, dataset) => {
      for (const [name, validation] of validations) {
        if (dataset !== undefined && name !== canonical(dataset)) continue;
        const found = teacherLogits(teacher, validation);
        if (found !== null) return { classNames: validation.classNames, labels: validation.labels, logits: found };
      }
      return null;
    },
  };
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
