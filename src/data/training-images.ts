import { z } from "zod";
import type { Settings } from "../trial/value.js";
import type { ImageArrayInfo } from "./images.js";
import { labelUse } from "./settings.js";

const settingsOfUse = z.object(labelUse);

/** Which images a training visits, and which of their labels it may read. */
export interface TrainingImages {
  /** Of the array, ascending: the images of an epoch, before they are shuffled. */
  readonly images: Uint32Array;
  /** `[trainCount]`: 1 where the label may be used, 0 where only the teacher's outputs may. */
  readonly labelled: Uint8Array;
}

/**
 * Chooses the training images. Of each class the first share (`labelledFraction`) in the array's order keeps its labels,
 * at least one image; a training on labels alone visits those and no others. One that reads a teacher's outputs visits
 * the others too, those without any label included: where the teacher gives its choice a probability of at least
 * `unlabelledFilter`, and, with `unlabelledBalance`, as many of each chosen class as of the scarcest, the surest first
 * (after Xie et al. 2020, who repeat images of scarce classes up to a given count; here no image comes twice in an epoch,
 * and abundant classes are cut instead). Classes that the teacher never chooses do not count as the scarcest.
 *
 * @param settings of the data set; those that are missing are at their defaults
 * @param teacherLogits of the plain images, `[count, classes]`, row-major; null where nothing is filtered or balanced
 * @param needs what the loss reads
 * @throws Error where the filter or the balance lacks the teacher's logits, or they do not fit
 */
export function trainingImages(
  info: ImageArrayInfo,
  settings: Partial<Settings["dataset"]>,
  teacherLogits: Float32Array | null,
  needs: "labels" | "teacher" | "both",
): TrainingImages {
  const { labelledFraction, unlabelledBalance, unlabelledFilter } = settingsOfUse.parse(settings);
  const labelled = labelledImages(info, labelledFraction);
  const all = Uint32Array.from({ length: info.trainCount }, (_, image) => image);
  if (needs === "labels") return { images: all.filter((image) => labelled[image] === 1), labelled };
  const others = all.filter((image) => labelled[image] === 0);
  if (others.length === 0 || (unlabelledFilter === 0 && !unlabelledBalance)) return { images: all, labelled };
  const choices = choicesOf(info, others, teacherLogits).filter(({ confidence }) => confidence >= unlabelledFilter);
  const kept = new Set((unlabelledBalance ? balanced(choices) : choices).map(({ image }) => image));
  return { images: all.filter((image) => labelled[image] === 1 || kept.has(image)), labelled };
}

function labelledImages({ classNames, labels, trainCount }: ImageArrayInfo, fraction: number): Uint8Array {
  const labelled = new Uint8Array(trainCount);
  for (const label of classNames.keys()) {
    const images = [...labels.slice(0, trainCount).entries()].filter(([, other]) => other === label);
    const kept = Math.max(1, Math.round(fraction * images.length));
    for (const [image] of images.slice(0, kept)) labelled[image] = 1;
  }
  return labelled;
}

/** What a teacher says of an image. */
interface Choice {
  readonly image: number;
  /** The class of the greatest logit, the first of equals. */
  readonly label: number;
  /** Its probability at temperature 1. */
  readonly confidence: number;
}

function choicesOf(info: ImageArrayInfo, images: Uint32Array, logits: Float32Array | null): Choice[] {
  const classes = info.classNames.length;
  if (logits?.length !== info.count * classes) {
    throw new Error(
      `unlabelledFilter and unlabelledBalance: expected the teacher's logits of ${info.count} images of ${classes} ` +
        `classes, found ${logits === null ? "none" : `${logits.length} numbers`}`,
    );
  }
  return Array.from(images, (image) => {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const most = row.reduce((greatest, logit) => Math.max(greatest, logit), -Infinity);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - most), 0);
    return { image, label: row.indexOf(most), confidence: 1 / sum };
  });
}

function balanced(choices: readonly Choice[]): Choice[] {
  const perClass = new Map<number, Choice[]>();
  for (const choice of choices) perClass.set(choice.label, [...(perClass.get(choice.label) ?? []), choice]);
  const scarcest = Math.min(...[...perClass.values()].map(({ length }) => length));
  return [...perClass.values()].flatMap((same) =>
    same.sort((a, b) => b.confidence - a.confidence || a.image - b.image).slice(0, scarcest),
  );
}
