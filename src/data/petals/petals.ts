import { z } from "zod";
import { UserError } from "../../trial/issue.js";
import type { Dataset } from "../dataset.js";
import { allocatePixels } from "../pixels.js";
import {
  addedSettings,
  canonicalLabelUse,
  imageSize,
  labelUse,
  leavesValidation,
  testFraction,
  trainFraction,
  trainingSettings,
} from "../settings.js";
import { kinds } from "./kinds.js";
import { Painter } from "./scene.js";

const settings = z
  .object({
    imageSize: imageSize(64),
    trainFraction,
    testFraction,
    ...labelUse,
    images: z
      .int()
      .min(10)
      .max(100_000)
      .default(1200)
      .describe("how many images are drawn, of all classes alike; 10 to 100000"),
    seed: z.int().positive().default(1).describe("another seed draws other images; > 0"),
  })
  .refine(leavesValidation.check, leavesValidation.params);
type PetalsSettings = z.output<typeof settings>;

/**
 * A synthetic data set that needs no file: five kinds of flowers that differ in the number and the shape of their
 * petals, drawn by a program. Image `i` is of class `i` modulo 5 and depends on the seed and `i` alone; every machine
 * draws the same bytes. The images are in the order of their numbers, so both splits hold the classes alike.
 */
export const petals: Dataset<PetalsSettings> = {
  name: "petals",
  summary: "Synthetic flowers of five kinds, drawn by a program: needs no file.",
  revision: 1,
  settings,
  addedSettings,
  trainingSettings,
  canonical: canonicalLabelUse,
  fingerprint: () => Promise.resolve("drawn"),
  // eslint-disable-next-line @typescript-eslint/require-await -- so that what it throws rejects
  make: async ({ images: count, imageSize: size, seed, trainFraction: share, testFraction: testShare }) => {
    const trainCount = Math.round(share * count);
    if (trainCount === 0 || trainCount === count) {
      throw new UserError(
        `dataset.trainFraction: expected images in both splits, found ${trainCount} of ${count} images in training`,
      );
    }
    const testCount = Math.round(testShare * count);
    const validationCount = count - trainCount - testCount;
    if (validationCount <= 0 || (testShare > 0 && testCount === 0)) {
      throw new UserError(
        `dataset.testFraction: expected images in every part of the split, found ${trainCount} to train, ` +
          `${Math.max(0, validationCount)} to validate and ${testCount} to test`,
      );
    }
    const pixels = allocatePixels(count, size);
    const painter = new Painter(size);
    const bytes = size * size * 3;
    const labels: number[] = [];
    while (labels.length < count) {
      for (const [label, kind] of [...kinds.entries()].slice(0, count - labels.length)) {
        const index = labels.length;
        painter.paint(pixels.subarray(index * bytes, (index + 1) * bytes), seed, index, kind);
        labels.push(label);
      }
    }
    return {
      pixels,
      info: {
        count,
        size,
        classNames: kinds.map(({ name }) => name),
        labels,
        sources: labels.map((_, index) => String(index)),
        trainCount,
        validationCount,
        skipped: [],
      },
    };
  },
};
