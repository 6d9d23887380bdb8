import { z } from "zod";

/** Side of the square images in pixels. */
export function imageSize(byDefault: number): z.ZodDefault<z.ZodInt> {
  return z
    .int()
    .min(8)
    .max(1024)
    .default(byDefault)
    .describe("side in pixels that every image is brought to; 8 to 1024");
}

/** The article trains on the first 85 %. */
export const trainFraction = z
  .number()
  .gt(0)
  .lt(1)
  .default(0.85)
  .describe("share of the images that train, the rest validates; between 0 and 1");

/** The article has no test split. */
export const testFraction = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe("share of the images that neither train nor validate but test; 0 up to 1");

export const stratified = z
  .boolean()
  .default(false)
  .describe("whether each class is split in the same shares, rather than all images together");

/** What decides which labels and which images without one the training uses; the image array is the same for all. */
export const labelUse = {
  labelledFraction: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("share of each class's training images that keep their label; above 0, up to 1"),
  unlabelledFilter: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("least probability of the teacher's choice at which an image without label trains; 0 to 1"),
  unlabelledBalance: z
    .boolean()
    .default(false)
    .describe(
      "whether images without label are cut to equal counts per class of the teacher's choice, the surest kept",
    ),
};

export const unlabelled = z
  .string()
  .min(1)
  .nullable()
  .default(null)
  .describe("folder of images (JPEG, PNG, WebP, at any depth) that never had a label and train by the teacher alone");

/** Settings of all data sets that came after the first keys were out: at these defaults they count for none. */
export const addedSettings = ["testFraction", "stratified", "unlabelled", ...Object.keys(labelUse)];

/** Settings that say how the training uses the image array, and nothing of what is in it. */
export const trainingSettings: readonly string[] = Object.keys(labelUse);

/** For `refine`: some images are left to validate. */
export const leavesValidation = {
  check: (settings: { readonly trainFraction: number; readonly testFraction: number }): boolean =>
    settings.trainFraction + settings.testFraction < 1,
  params: { path: ["testFraction"], error: "less than 1 - trainFraction, so that images are left to validate" },
};

/** Filter and balance choose among images without label; where there are none, they mean nothing. */
export function canonicalLabelUse(settings: object): Readonly<Record<string, unknown>> {
  const { labelledFraction = 1, unlabelled: folder = null } = settings as {
    readonly labelledFraction?: number;
    readonly unlabelled?: string | null;
  };
  if (labelledFraction < 1 || folder !== null) return { ...settings };
  return { ...settings, unlabelledFilter: 0, unlabelledBalance: false };
}
