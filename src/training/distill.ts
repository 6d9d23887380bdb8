import { augmentations } from "../data/augmentation/registry.js";
import { trainingPart, type ImageArray } from "../data/images.js";
import { trainingImages } from "../data/training-images.js";
import type { Loss } from "../losses/loss.js";
import { chosenLoss } from "../losses/module.js";
import { countParameters, forward, initialParameters, parameterTensors } from "../models/network.js";
import { students } from "../models/registry.js";
import type { Ops } from "../tensorflow/ops.js";
import type { TrialResult, TrialWeights } from "../trial/outcome.js";
import type { TrialSpec } from "../trial/spec.js";
import { scheduledRate } from "./learning-rate.js";
import { trainNetwork, type TrainingOptions, type TrainingPlan } from "./loop.js";
import { objectiveOf } from "./objective.js";
import { optimizers } from "./optimizers/registry.js";
import { schedules } from "./schedules/registry.js";
import { training as trainingComponent } from "./settings.js";

/** What a trial trains on besides its settings. */
export interface TrialInputs {
  readonly images: ImageArray;
  /** null for a loss without a teacher. */
  readonly teacher: {
    /** sha256 of the teacher's weights. */
    readonly checksum: string;
    /** Of the plain images, `[count, classes]`, row-major; row `i` is image `i`. */
    readonly logits: Float32Array;
    /** Of the training images' augmented views, `[epochs, trainCount, classes]`; null without augmentation. */
    readonly views: Float32Array | null;
  } | null;
}

export interface TrainedTrial {
  readonly result: TrialResult;
  readonly weights: TrialWeights;
}

/**
 * Trains a trial's student: the same trial gives the same bits in any worker, alone or beside others.
 *
 * @throws NonFiniteError where the training diverges
 * @throws the signal's reason where it is aborted
 */
export async function trainTrial(
  tf: Ops,
  trial: TrialSpec,
  inputs: TrialInputs,
  options: TrainingOptions,
): Promise<TrainedTrial> {
  const started = performance.now();
  let earlierSeconds = 0;
  const { settings, seed } = trial;
  const classes = inputs.images.info.classNames.length;
  const loss = await chosenLoss(settings.loss);
  const student = students.get(settings.student.type);
  const layers = student.layers(classes, student.settings.parse(settings.student));
  const tensors = parameterTensors(layers);
  const optimizer = optimizers.get(settings.optimizer.type);
  const optimizerSettings = optimizer.settings.parse(settings.optimizer);
  const schedule = schedules.get(settings.schedule.type);
  const scheduleSettings = schedule.settings.parse(settings.schedule);
  const training = trainingComponent.settings.parse(settings.training);
  const augmentation = augmentations.get(settings.augmentation.type);
  const { info } = inputs.images;
  const trained = trainingImages(info, settings.dataset, inputs.teacher?.logits ?? null, loss.needs);
  // A teacher's logits of the mixed images are made for all trials that share them: any training image is a partner.
  const partners = loss.needs === "labels" ? trained.images : trainingPart(info);
  const mixup = training.mixup === 0 ? {} : { mixup: { alpha: training.mixup, partners } };
  const varied = augmentation.view !== null || training.mixup > 0;
  const done = await trainNetwork(
    tf,
    {
      recipe: {
        model: (parameters, x, dropoutSeed) => forward(tf, layers, parameters, x, dropoutSeed),
        objective: objectiveOf(loss, settings.loss),
        optimizer,
        optimizerSettings,
        learningRate: scheduledRate(optimizerSettings.learningRate, schedule, scheduleSettings, training.epochs),
        clipNorm: training.clipNorm,
      },
      parameters: initialParameters(tensors, seed),
      images: inputs.images,
      trained,
      seed,
      epochs: training.epochs,
      batchSize: training.batchSize,
      augmentation: varied
        ? { augmentation, settings: augmentation.settings.parse(settings.augmentation), ...mixup }
        : null,
      teacher: teacherOf(loss, trial, inputs, varied),
      stopping: training.patience === null ? null : { patience: training.patience, monitor: training.monitor },
      tests: true,
    },
    {
      ...options,
      onEpoch: (metrics, restored) => {
        if (restored) earlierSeconds += metrics.seconds;
        options.onEpoch(metrics, restored);
      },
    },
  );
  const { final, best } = done;
  const result = {
    final,
    best: best.metrics,
    validationLogits: done.validationLogits,
    ...(done.test !== null && { test: done.test }),
    classes,
    parameters: countParameters(tensors),
    seconds: earlierSeconds + (performance.now() - started) / 1000,
    ...(done.predictionSeconds !== null && { predictionSeconds: done.predictionSeconds }),
    teacherChecksum: inputs.teacher?.checksum ?? null,
  };
  const bestWeights = best.metrics.epoch === final.epoch ? null : best.parameters;
  return { result, weights: { final: done.parameters, best: bestWeights } };
}

/** @throws Error where the loss needs a teacher's logits that are missing, or they do not fit the images */
function teacherOf(
  loss: Loss,
  { settings: { training } }: TrialSpec,
  { images, teacher }: TrialInputs,
  augmented: boolean,
): TrainingPlan["teacher"] {
  if (loss.needs === "labels") return null;
  if (teacher === null) throw new Error(`the loss ${loss.name} needs a teacher's logits, and the trial has none`);
  const { count, trainCount, classNames } = images.info;
  const classes = classNames.length;
  const { logits, views } = teacher;
  checkLength("teacher's logits", logits, count * classes);
  if (!augmented) return { logits, ofEpoch: () => logits };
  if (views === null)
    throw new Error("the trial augments its images, and the teacher's logits of the views are missing");
  const perEpoch = trainCount * classes;
  checkLength("teacher's logits of the views", views, training.epochs * perEpoch);
  return { logits, ofEpoch: (epoch) => views.subarray((epoch - 1) * perEpoch, epoch * perEpoch) };
}

function checkLength(what: string, rows: Float32Array, expected: number): void {
  if (rows.length !== expected) throw new Error(`${what}: expected ${expected} numbers, found ${rows.length}`);
}
