import type { ImagesSpec, LogitsSpec, TeacherSpec } from "../../src/artifacts/artifact.js";
import type { Settings } from "../../src/trial/value.js";

export const dataset: Settings["dataset"] = {
  name: "image_folder",
  imageSize: 64,
  trainFraction: 0.85,
  path: "/somewhere/flowers",
};
export const images: ImagesSpec = { kind: "images", dataset, fingerprint: "f1" };
export const teacher: TeacherSpec = {
  kind: "teacher",
  images,
  teacher: { backbone: "convnet_s", seed: 1, epochs: 12, learningRate: 0.002, batchSize: 32 },
  weights: null,
};
/** Settings of a teacher that starts from a weight file. */
export const fineTuned: TeacherSpec["teacher"] = {
  backbone: "mobilenet_v2_0.35",
  weights: null,
  trainable: "all",
  seed: 1,
  epochs: 5,
  learningRate: 1e-5,
  batchSize: 64,
  labelSmoothing: 0,
  preprocessing: "keras",
};
export const logits: LogitsSpec = { kind: "logits", teacher, views: null };
export const views: LogitsSpec = {
  kind: "logits",
  teacher,
  views: { augmentation: { type: "flip_crop", padding: 3 }, seed: 1, epochs: 10 },
};
