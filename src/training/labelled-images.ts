import type { TeacherSpec } from "../artifacts/artifact.js";
import type { ImageArrayInfo } from "../data/images.js";
import { trainingImages, type TrainingImages } from "../data/training-images.js";

/** What a teacher trains on: the images that have a label, of them the share that the spec leaves their labels. */
export function labelledImages(info: ImageArrayInfo, { labelledFraction = 1 }: TeacherSpec): TrainingImages {
  return trainingImages(info, { labelledFraction }, null, "labels");
}
