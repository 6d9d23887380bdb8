import {
  chosen,
  firstTaught,
  mostShownClasses,
  rowOf,
  softmax,
  usualTemperatures,
  type TaughtPredictions,
} from "./predictions.js";
import type { Results } from "./results.js";
import { teacherLabel } from "./teachers.js";

/** What teacher and student say of a validation image. */
export interface Photo {
  /** Why this one is shown: "only the teacher is right". */
  readonly reason: string;
  /** Place among the validation images, from 0. */
  readonly image: number;
  readonly className: string;
  /** Of each class; per temperature. */
  readonly teacher: readonly Float64Array[];
  readonly student: readonly Float64Array[];
}

/** A few validation images, chosen by what one student and its teacher say of them. */
export interface Photos {
  /** Key of the image array that holds them. */
  readonly imagesKey: string;
  readonly student: string;
  readonly teacher: string;
  readonly classNames: readonly string[];
  readonly temperatures: readonly number[];
  readonly photos: readonly Photo[];
}

/** Reads validation images' pixels: RGB `[side, side, 3]` of each, or null where they are not at hand. */
export type PixelReader = (imagesKey: string, images: readonly number[]) => Promise<readonly Uint8Array[] | null>;

interface Judged {
  readonly image: number;
  readonly teacherRight: boolean;
  readonly studentRight: boolean;
  /** The teacher's probability of the label at temperature 1. */
  readonly sure: number;
}

const reasons: readonly { readonly reason: string; readonly fits: (judged: Judged) => boolean }[] = [
  { reason: "both are right", fits: ({ studentRight, teacherRight }) => teacherRight && studentRight },
  { reason: "only the teacher is right", fits: ({ studentRight, teacherRight }) => teacherRight && !studentRight },
  { reason: "only the student is right", fits: ({ studentRight, teacherRight }) => !teacherRight && studentRight },
  { reason: "both are wrong", fits: ({ studentRight, teacherRight }) => !teacherRight && !studentRight },
];

/**
 * Of the best variant that learned from a teacher, its first trial: for each way in which the two can be right or wrong
 * the image in the middle by the teacher's probability of the label; and the image of which the teacher is the least sure
 * though right. null where no finished trial has its teacher's logits, or there are too many classes to show.
 */
export function photosOf(results: Results): Photos | null {
  const taught = firstTaught(results.variants, results.predictions);
  if (taught === null || taught.predictions.classNames.length > mostShownClasses) return null;
  const { variant, predictions, settings } = taught;
  const { temperature } = variant.settings.loss;
  const temperatures = typeof temperature === "number" && temperature !== 1 ? [1, temperature] : usualTemperatures;
  const judged = judge(predictions);
  const picked = reasons.flatMap(({ reason, fits }) => {
    const fitting = judged.filter(fits);
    const middle = fitting[Math.floor(fitting.length / 2)];
    return middle === undefined ? [] : [{ reason, image: middle.image }];
  });
  const unsure = judged.find(({ teacherRight }) => teacherRight);
  if (unsure !== undefined && !picked.some(({ image }) => image === unsure.image)) {
    picked.push({ reason: "the teacher is right and the least sure", image: unsure.image });
  }
  const { classNames, labels, student, teacher } = predictions;
  const softened = (logits: Float32Array, image: number): Float64Array[] =>
    temperatures.map((one) => softmax(rowOf(logits, classNames.length, image), one));
  return {
    imagesKey: predictions.imagesKey,
    student: variant.label,
    teacher: teacherLabel(results.teachers, settings),
    classNames,
    temperatures,
    photos: picked.map(({ image, reason }) => ({
      reason,
      image,
      className: classNames[labels[image] ?? -1] ?? "",
      teacher: softened(teacher, image),
      student: softened(student, image),
    })),
  };
}

/** The least sure first. */
function judge({ classNames, labels, student, teacher }: TaughtPredictions): Judged[] {
  const classes = classNames.length;
  return labels
    .map((label, image): Judged => {
      const row = rowOf(teacher, classes, image);
      return {
        image,
        teacherRight: chosen(row) === label,
        studentRight: chosen(rowOf(student, classes, image)) === label,
        sure: softmax(row)[label] ?? 0,
      };
    })
    .sort((a, b) => a.sure - b.sure || a.image - b.image);
}
