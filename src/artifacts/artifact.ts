import type { Backend } from "../trial/environment.js";
import type { ComponentSettings, Settings } from "../trial/value.js";
import type { EpochMetrics } from "../trial/metrics.js";

/**
 * Results that trials and studies share, made once. A spec is plain data that names everything which affects the bytes;
 * its key is the hash of it. Specs nest: logits hold their teacher's, a teacher its images'.
 */
export type ArtifactSpec = ImagesSpec | TeacherSpec | LogitsSpec;

export interface ImagesSpec {
  readonly kind: "images";
  /** The settings that decide what is in the array. */
  readonly dataset: Settings["dataset"];
  /** Of the data set's content. */
  readonly fingerprint: string;
}

export interface TeacherSpec {
  readonly kind: "teacher";
  readonly images: ImagesSpec;
  readonly teacher: NonNullable<Settings["teacher"]>;
  /** Content of the files that it starts from or consists of, a sha256; null where it is trained from scratch. */
  readonly weights: string | null;
  /** The share of labels (per class, `dataset.labelledFraction`) it is trained on; absent for all. */
  readonly labelledFraction?: number;
}

export interface LogitsSpec {
  readonly kind: "logits";
  readonly teacher: TeacherSpec;
  /**
   * null: of every image as it is, `[count, classes]`. Else of the training images' augmented views,
   * `[epochs, trainCount, classes]`, the views being a function of these and the image.
   */
  readonly views: {
    readonly augmentation: ComponentSettings;
    /** α; absent for none. */
    readonly mixup?: number;
    readonly seed: number;
    readonly epochs: number;
  } | null;
}

/** What the study keeps of an artifact it used; the bytes stay in the cache. */
export interface ArtifactRecord {
  readonly key: string;
  readonly kind: ArtifactSpec["kind"];
  /** sha256 of its bytes. */
  readonly checksum: string;
  /** Seconds it took to make, by whoever made it. */
  readonly seconds: number;
  /** True where it was in the cache already. */
  readonly reused: boolean;
  readonly details: ImagesDetails | TeacherDetails | LogitsDetails;
}

export interface ImagesDetails {
  readonly kind: "images";
  readonly dataset: Settings["dataset"];
  readonly classNames: readonly string[];
  /** Those without label included. */
  readonly trainCount: number;
  readonly validationCount: number;
  /** Absent for none. */
  readonly testCount?: number;
  /** Training images that never had a label; absent for none. */
  readonly unlabelledCount?: number;
  /** Images per class; `test` is absent where the data set has no test split. */
  readonly classCounts: readonly { readonly train: number; readonly validation: number; readonly test?: number }[];
  readonly validationLabels: readonly number[];
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}

export interface TeacherDetails {
  readonly kind: "teacher";
  readonly imagesKey: string;
  readonly teacher: NonNullable<Settings["teacher"]>;
  /** The share of labels it was trained on; absent for all. */
  readonly labelledFraction?: number;
  readonly parameters: number;
  /** None of a teacher that was not trained here. */
  readonly epochs: readonly EpochMetrics[];
  /** What such a teacher reaches on the validation split. */
  readonly validation?: ValidationMetrics;
  /** What a user should know of it though nothing is wrong. */
  readonly notes?: readonly string[];
}

/** The metrics that mean the same for every model. */
export type ValidationMetrics = Pick<EpochMetrics, "val_accuracy" | "val_cross_entropy" | "val_ece">;

export interface LogitsDetails {
  readonly kind: "logits";
  readonly teacherKey: string;
  /** Validation logits `[validation images, classes]` of the plain images, row-major; null for views. */
  readonly validationLogits: Float32Array | null;
  /** Absent for views, for a table, and where an older kd-sweep made them. */
  readonly timing?: PredictionTiming;
}

/** An artifact's content: a small JSON part and one block of bytes. */
export interface ArtifactContent<I = unknown> {
  readonly info: I;
  readonly data: Uint8Array;
}

/** A trained network's parameters: `data` holds the tensors' float32 values one after the other. */
export interface WeightsInfo {
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

export interface TeacherInfo extends WeightsInfo {
  readonly parameters: number;
  /** None of a teacher that was not trained here. */
  readonly epochs: readonly EpochMetrics[];
  /** What such a teacher reaches on the validation split. */
  readonly validation?: ValidationMetrics;
  /** What a user should know of it though nothing is wrong. */
  readonly notes?: readonly string[];
}

/** What a teacher took to predict, in batches of 64; otherwise measured as a student's `predictionSeconds`. */
export interface PredictionTiming {
  /** For an image. */
  readonly seconds: number;
  readonly backend: Backend;
}

/** `data` is float32, row-major. */
export interface LogitsInfo {
  readonly shape: readonly number[];
  /** sha256 of the weights that gave them; absent where an older kd-sweep made them. */
  readonly teacherChecksum?: string;
  readonly timing?: PredictionTiming;
}
