import type { ArtifactRecord } from "../../src/artifacts/artifact.js";
import type { FinishedTrial, StoredPlan } from "../../src/store/store.js";
import type { Environment } from "../../src/trial/environment.js";
import type { EpochMetrics } from "../../src/trial/metrics.js";
import type { Outcome, TrialResult } from "../../src/trial/outcome.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import type { Settings } from "../../src/trial/value.js";

export function settings(temperature: number): Settings {
  return {
    dataset: { name: "petals", imageSize: 64, trainFraction: 0.85 },
    teacher: { backbone: "convnet", seed: 1, learningRate: 0.001 },
    student: { type: "shallow" },
    loss: { type: "kd", temperature, temperatureScaling: "soft" },
    optimizer: { type: "adam", learningRate: 0.001 },
    schedule: { type: "constant" },
    augmentation: { type: "none" },
    training: { epochs: 3, batchSize: 64 },
  };
}

/** The trial of a number: three seeds per temperature, ids in no order. */
export function trial(number: number): TrialSpec {
  const temperature = Math.floor(number / 3) / 3;
  const id = (Math.imul(number + 1, 2654435761) >>> 0).toString(16).padStart(16, "0");
  return {
    id,
    configuration: `c${String(Math.floor(number / 3)).padStart(15, "0")}`,
    settings: settings(temperature),
    seed: (number % 3) + 1,
    parameters: { "loss.temperature": temperature, "loss.type": "kd", "dataset.flags": [true, null, { a: "ü" }] },
  };
}

export function plan(numbers: readonly number[], more: Partial<StoredPlan> = {}): StoredPlan {
  return {
    name: "sample",
    sweepText: "name: sample # überall\n",
    overrides: { "training.epochs": 3, "loss.temperature": [0.1, 5e-324] },
    metric: { name: "val_accuracy", goal: "maximize" },
    parameters: ["loss.temperature", "loss.type", "dataset.flags"],
    baseline: "c000000000000000",
    trials: numbers.map(trial),
    comparisons: [
      {
        sweep: "sample",
        name: "Überall",
        by: "loss.temperature",
        where: { "loss.type": ["kd"] },
        baseline: { "loss.temperature": 1 / 3 },
        configurations: ["c000000000000000", "c000000000000001"],
      },
      {
        sweep: "sample",
        name: null,
        by: ["loss.temperature", "loss.type"],
        where: {},
        baseline: null,
        configurations: ["c000000000000000"],
      },
    ],
    ...more,
  };
}

export function metrics(epoch: number, more: Partial<EpochMetrics> = {}): EpochMetrics {
  return {
    epoch,
    train_loss: 1 / (3 * epoch),
    train_accuracy: 1 - 1 / (epoch + 1),
    val_loss: 2 / (7 * epoch),
    val_accuracy: 0.1 + 0.2,
    val_cross_entropy: Math.PI / epoch,
    val_kl: 1e-17,
    val_agreement: 0,
    val_ece: 2 ** -60 * 1.1,
    val_top_k: 1 / 3,
    seconds: 1,
    ...more,
  };
}

export const environment: Environment = {
  backend: "native",
  tensorflow: "2.9.1",
  tfjs: "4.22.0",
  node: "20.19.0",
  kdSweep: "0.1.0",
  threadsPerWorker: 1,
  processor: "A processor",
  cores: 2,
  memoryBytes: 2 ** 35,
  platform: "linux-x64",
};

export function result(more: Partial<TrialResult> = {}): TrialResult {
  return {
    final: metrics(2),
    best: metrics(1),
    validationLogits: Float32Array.of(0.1, -1e-40, 3.4e38, -0, 7, Infinity),
    test: { images: 7, accuracy: 3 / 7, cross_entropy: 1e-300, kl: null, agreement: 0.1 + 0.2, ece: 0 },
    classes: 3,
    parameters: 144261,
    seconds: 12.5,
    predictionSeconds: 1e-17,
    teacherChecksum: "ab".repeat(32),
    ...more,
  };
}

export const complete = (more: Partial<TrialResult> = {}): Outcome => ({ state: "complete", result: result(more) });

/** A trial as another study finished it. */
export const finished = (of: number): FinishedTrial => ({
  trial: trial(of).id,
  copiedFrom: "other",
  startedAt: "2026-01-02T03:04:05.678Z",
  endedAt: "2026-01-02T03:05:06.789Z",
  environment: { ...environment, processor: "The other's" },
  epochs: [metrics(1), metrics(2)],
  result: result(),
});

/** What a failed attempt leaves to be read. */
export const failureLog = "Error: a worker ran out of memory\n    at somewhere";

export const failed = (message = "a worker ran out of memory"): Outcome => ({
  state: "failed",
  reason: "out-of-memory",
  message,
  stack: failureLog,
});

export const artifacts: readonly ArtifactRecord[] = [
  {
    key: "images-1",
    kind: "images",
    checksum: "cd".repeat(32),
    seconds: 0.25,
    reused: false,
    details: {
      kind: "images",
      dataset: { name: "image_folder", path: "photos", imageSize: 64, trainFraction: 0.85 },
      classNames: ["daisy", "tulip"],
      trainCount: 17,
      validationCount: 3,
      classCounts: [
        { train: 9, validation: 1 },
        { train: 8, validation: 2 },
      ],
      validationLabels: [0, 1, 1],
      skipped: [{ source: "photos/daisy/broken.jpg", reason: "ends too early" }],
    },
  },
  {
    key: "teacher-1",
    kind: "teacher",
    checksum: "ef".repeat(32),
    seconds: 1e-20,
    reused: true,
    details: {
      kind: "teacher",
      imagesKey: "images-1",
      teacher: { backbone: "convnet", seed: 1 },
      parameters: 12345,
      epochs: [metrics(1, { val_kl: null, val_agreement: null }), metrics(2, { train_loss: Infinity })],
    },
  },
  {
    key: "logits-1",
    kind: "logits",
    checksum: "01".repeat(32),
    seconds: 3,
    reused: false,
    details: {
      kind: "logits",
      teacherKey: "teacher-1",
      validationLogits: Float32Array.of(1.5, -2.25, 1e-45),
      timing: { seconds: 1e-17, backend: "portable" },
    },
  },
  {
    key: "views-1",
    kind: "logits",
    checksum: "23".repeat(32),
    seconds: 4,
    reused: false,
    details: { kind: "logits", teacherKey: "teacher-1", validationLogits: null },
  },
];
