import type { LogitsInfo, LogitsSpec, TeacherInfo, TeacherSpec } from "../artifacts/artifact.js";
import { augmentations } from "../data/augmentation/registry.js";
import type { ImageArray } from "../data/images.js";
import { losses } from "../losses/registry.js";
import type { Layer } from "../models/model.js";
import { countParameters, forward, initialParameters, parameterTensors } from "../models/network.js";
import { backbones } from "../models/registry.js";
import type { Ops, Tensor1D } from "../tensorflow/ops.js";
import { deriveSeed } from "../trial/random.js";
import { BatchMaker } from "./batch.js";
import { trapezoidRate } from "./learning-rate.js";
import { trainNetwork, type TrainingOptions } from "./loop.js";
import { objectiveOf } from "./objective.js";
import { optimizers } from "./optimizers/registry.js";
import { predictLogits } from "./predict.js";

/**
 * Trains a teacher from scratch on hard labels, as its backbone's settings say, on flipped and cropped views; the
 * learning rate rises over the first twentieth of the steps and falls to 0 over the rest.
 *
 * @returns its parameters, one float32 tensor after the other
 * @throws NonFiniteError where the training diverges
 * @throws the signal's reason where it is aborted
 */
export async function trainTeacher(
  tf: Ops,
  spec: TeacherSpec,
  images: ImageArray,
  options: TrainingOptions,
): Promise<{ info: TeacherInfo; data: Uint8Array }> {
  const backbone = backbones.get(spec.teacher.backbone);
  const settings = backbone.settings.parse(spec.teacher);
  const layers = backbone.layers(images.info.classNames.length, settings);
  const tensors = parameterTensors(layers);
  const seed = deriveSeed(settings.seed, "teacher");
  const adam = optimizers.get("adam");
  const flipCrop = augmentations.get("flip_crop");
  const trained = await trainNetwork(
    tf,
    {
      recipe: {
        model: (parameters, x) => forward(tf, layers, parameters, x),
        objective: objectiveOf(losses.get("hard"), {}),
        optimizer: adam,
        optimizerSettings: adam.settings.parse({ learningRate: settings.learningRate }),
        learningRate: trapezoidRate(settings.learningRate, 0.05),
      },
      parameters: initialParameters(tensors, seed),
      images,
      seed,
      epochs: settings.epochs,
      batchSize: settings.batchSize,
      augmentation: { augmentation: flipCrop, settings: flipCrop.settings.parse({}) },
      teacher: null,
    },
    options,
  );
  return {
    info: {
      parameters: countParameters(tensors),
      epochs: trained.epochs,
      tensors: tensors.map(({ name, shape }) => ({ name, shape })),
    },
    data: bytes(trained.parameters),
  };
}

/** Images per forward pass; the logits' bits do not depend on the trials' batch sizes. */
const logitsBatchSize = 64;

/**
 * A teacher's logits of every image as it is, `[count, classes]`, or of the training images' views,
 * `[epochs, trainCount, classes]`.
 *
 * @throws the signal's reason where it is aborted
 */
export async function teacherLogits(
  tf: Ops,
  spec: LogitsSpec,
  images: ImageArray,
  weights: { readonly info: TeacherInfo; readonly data: Uint8Array },
  signal: AbortSignal,
): Promise<{ info: LogitsInfo; data: Uint8Array }> {
  signal.throwIfAborted();
  const { count, trainCount, classNames } = images.info;
  const classes = classNames.length;
  const backbone = backbones.get(spec.teacher.teacher.backbone);
  const layers = backbone.layers(classes, backbone.settings.parse(spec.teacher.teacher));
  const parameters = parameterVector(tf, layers, weights.data);
  const batches = new BatchMaker(images, logitsBatchSize);
  const predict = (end: number, views: Parameters<typeof predictLogits>[4]["views"]): Promise<Float32Array> =>
    predictLogits(
      tf,
      (x) => forward(tf, layers, parameters, x),
      batches,
      { start: 0, end },
      { batchSize: logitsBatchSize, classes, views, signal },
    );
  try {
    if (spec.views === null) {
      return { info: { shape: [count, classes] }, data: bytes(await predict(count, null)) };
    }
    const { seed, epochs } = spec.views;
    const augmentation = augmentations.get(spec.views.augmentation.type as string);
    const settings = augmentation.settings.parse(spec.views.augmentation);
    const rows = new Float32Array(epochs * trainCount * classes);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      rows.set(await predict(trainCount, { augmentation, settings, seed, epoch }), (epoch - 1) * trainCount * classes);
    }
    return { info: { shape: [epochs, trainCount, classes] }, data: bytes(rows) };
  } finally {
    parameters.dispose();
  }
}

/** @throws Error where the bytes are not this network's parameters */
function parameterVector(tf: Ops, layers: readonly Layer[], data: Uint8Array): Tensor1D {
  const expected = countParameters(parameterTensors(layers)) * 4;
  if (data.byteLength !== expected) {
    throw new Error(`the teacher's weights: expected ${expected} bytes, found ${data.byteLength}`);
  }
  // A copy, since the bytes may start anywhere in their buffer, and floats may not.
  return tf.tensor1d(new Float32Array(data.slice().buffer));
}

function bytes(floats: Float32Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}
