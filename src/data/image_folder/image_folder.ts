import { z } from "zod";
import type { Dataset } from "../dataset.js";
import { leavesValidation } from "../settings.js";
import { fingerprintImages, makeImages } from "./make.js";
import { folderNames } from "./names.js";
import { photoIdentity, photoSettings } from "./photos.js";

const settings = z
  .object({
    ...photoSettings,
    path: z.string().min(1).describe("folder that holds one folder of images (JPEG, PNG, WebP) per class"),
  })
  .refine(leavesValidation.check, leavesValidation.params);
type ImageFolderSettings = z.output<typeof settings>;

/**
 * A folder of images, one folder per class. Each image is decoded and resized once; images are split in the order of
 * their files' sha256, so that a split does not depend on names, machines or the order of a listing. What cannot be used
 * is left out and named with its reason.
 */
export const imageFolder: Dataset<ImageFolderSettings> = {
  name: "image_folder",
  summary: "A folder with one folder of images per class: JPEG, PNG, WebP.",
  revision: 1,
  settings,
  ...photoIdentity,
  fingerprint: fingerprintImages,
  names: folderNames,
  make: makeImages,
};
