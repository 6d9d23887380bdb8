import { datasets } from "../data/registry.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import type { TrialSpec } from "../trial/spec.js";
import type { Settings } from "../trial/value.js";
import type { ArtifactSpec, ImagesSpec, LogitsSpec, TeacherSpec } from "./artifact.js";

/** The artifacts a trial reads; they are made before the trial is sent. */
export interface TrialNeeds {
  readonly images: ImagesSpec;
  readonly teacher: TeacherSpec | null;
  /** Teacher's logits of the plain images; null without a teacher. */
  readonly logits: LogitsSpec | null;
  /** Teacher's logits of the augmented or mixed views; null without a teacher, or where the images stay as they are. */
  readonly views: LogitsSpec | null;
}

/** What must be there before a trial can be trained. */
export function needs(trial: TrialSpec, fingerprints: Fingerprints): TrialNeeds {
  const { augmentation, dataset, teacher, training } = trial.settings;
  const images: ImagesSpec = {
    kind: "images",
    dataset: arraySettings(dataset),
    fingerprint: fingerprints.dataset(dataset),
  };
  if (teacher === null) return { images, teacher: null, logits: null, views: null };
  const weights = fingerprints.weights(teacher, dataset);
  const { labelledFraction = 1 } = dataset;
  const labelled = typeof labelledFraction === "number" && labelledFraction !== 1 ? { labelledFraction } : {};
  const taught: TeacherSpec = { kind: "teacher", images, teacher, weights, ...labelled };
  const { epochs, mixup = 0 } = training;
  const mixed = typeof mixup === "number" && mixup > 0 ? { mixup } : {};
  const plain = augmentation.type === "none" && mixed.mixup === undefined;
  const views = plain ? null : { augmentation, ...mixed, seed: trial.seed, epochs };
  return {
    images,
    teacher: taught,
    logits: { kind: "logits", teacher: taught, views: null },
    views: views === null ? null : { kind: "logits", teacher: taught, views },
  };
}

/** A data set's settings without those that only say how the training uses its images. */
function arraySettings(dataset: Settings["dataset"]): Settings["dataset"] {
  const { trainingSettings } = datasets.get(dataset.name);
  const entries = Object.entries(dataset).filter(([key]) => !trainingSettings.includes(key));
  return Object.fromEntries(entries) as Settings["dataset"];
}

/** A trial's artifacts, each after those that its making reads. */
export function artifactsOf(needed: TrialNeeds): readonly ArtifactSpec[] {
  return [needed.images, needed.teacher, needed.logits, needed.views].filter((spec) => spec !== null);
}
