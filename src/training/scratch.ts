import type { TeacherInfo, TeacherSpec } from "../artifacts/artifact.js";
import { augmentations } from "../data/augmentation/registry.js";
import type { ImageArray } from "../data/images.js";
import { losses } from "../losses/registry.js";
import type { ScratchBackbone } from "../models/backbone.js";
import { countParameters, forward, initialParameters, parameterTensors } from "../models/network.js";
import type { Ops } from "../tensorflow/ops.js";
import { deriveSeed } from "../trial/random.js";
import { bytes } from "./bytes.js";
import { trapezoidRate } from "./learning-rate.js";
import { trainNetwork, type TrainingOptions } from "./loop.js";
import { objectiveOf } from "./objective.js";
import { optimizers } from "./optimizers/registry.js";
import { labelledImages } from "./labelled-images.js";
import type { TaughtNetwork } from "./taught.js";

/**
 * Trains a teacher from scratch on hard labels, as its backbone's settings say, on flipped and cropped views; the
 * learning rate rises over the first twentieth of the steps and falls to 0 over the rest.
 *
 * @returns its parameters, one float32 tensor after the other
 * @throws NonFiniteError where the training diverges
 * @throws the signal's reason where it is aborted
 */
export async function trainFromScratch(
  tf: Ops,
  backbone: ScratchBackbone,
  spec: TeacherSpec,
  images: ImageArray,
  options: TrainingOptions,
): Promise<{ info: TeacherInfo; data: Uint8Array }> {
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
      trained: labelledImages(images.info, spec),
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

/** @throws Error where the bytes are not this network's parameters */
export function scratchNetwork(
  tf: Ops,
  backbone: ScratchBackbone,
  teacher: TeacherSpec["teacher"],
  classes: number,
  data: Uint8Array,
): TaughtNetwork {
  const layers = backbone.layers(classes, backbone.settings.parse(teacher));
  const expected = countParameters(parameterTensors(layers)) * 4;
  if (data.byteLength !== expected) {
    throw new Error(`the teacher's weights: expected ${expected} bytes, found ${data.byteLength}`);
  }
  // A copy, since the bytes may start anywhere in their buffer, and floats may not.
  const parameters = tf.tensor1d(new Float32Array(data.slice().buffer));
  return {
    logits: (x) => forward(tf, layers, parameters, x),
    dispose: () => {
      parameters.dispose();
    },
  };
}
