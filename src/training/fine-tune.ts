import type { TeacherInfo, TeacherSpec } from "../artifacts/artifact.js";
import { cacheFolder } from "../artifacts/cache-folder.js";
import type { ImageArray } from "../data/images.js";
import { losses } from "../losses/registry.js";
import { countElements } from "../models/pretrained/architecture.js";
import type { PretrainedBackbone, Weights } from "../models/pretrained/backbone.js";
import type { PretrainedModel } from "../models/pretrained/model.js";
import type { FineTuning } from "../models/pretrained/settings.js";
import { teacherWeights } from "../models/pretrained/weight-files.js";
import { backendOf } from "../tensorflow/load.js";
import type { Ops, Tensor1D, Tensor2D, Tensor4D } from "../tensorflow/ops.js";
import { UserError } from "../trial/issue.js";
import { deriveSeed } from "../trial/random.js";
import { BatchMaker } from "./batch.js";
import { constantRate } from "./learning-rate.js";
import { trainNetwork, type TrainingOptions } from "./loop.js";
import { objectiveOf } from "./objective.js";
import { optimizers } from "./optimizers/registry.js";
import { logitsBatchSize, predictLogits } from "./predict.js";
import { labelledImages } from "./labelled-images.js";
import type { TaughtNetwork } from "./taught.js";

/**
 * Fine-tunes a pretrained backbone under a new head, as the article does: Adam at a constant learning rate on the plain
 * images' labels, batch norm in inference mode. Where the head alone trains, the backbone's features are computed once.
 *
 * @throws UserError where the weight file is missing, another than planned, or does not fit, or the backend is the
 * portable one and more than the head trains
 * @throws NonFiniteError where the training diverges
 * @throws the signal's reason where it is aborted
 */
export async function fineTune(
  tf: Ops,
  backbone: PretrainedBackbone,
  spec: TeacherSpec,
  images: ImageArray,
  options: TrainingOptions,
): Promise<{ info: TeacherInfo; data: Uint8Array }> {
  const settings = backbone.settings.parse(spec.teacher);
  if (settings.trainable !== "head") refusePortable(tf, backbone.name);
  const imageSize = images.info.size;
  const weights = await teacherWeights(settings, backbone.officialWeights(imageSize), cacheFolder());
  const seed = deriveSeed(settings.seed, "teacher");
  const classes = images.info.classNames.length;
  const model = await backbone.load(tf, { weights, sha256: spec.weights, imageSize, classes, seed, settings });
  try {
    const trained = await trainModel(tf, model, settings, seed, spec, images, options);
    const { info, data } = weightsWith(tf, model, model.trainable(settings.trainable), trained.parameters);
    return { info: { ...info, parameters: countElements(model.tensors), epochs: trained.epochs }, data };
  } finally {
    model.dispose(tf);
  }
}

function refusePortable(tf: Ops, name: string): void {
  if (backendOf(tf) === "native") return;
  throw new UserError(
    `${name} cannot be fine-tuned on the portable backend, which has no gradients of its convolutions by channel; ` +
      "train on the native one (`kd-sweep doctor` says what it lacks here), only its head (`teacher.trainable: head`), " +
      "or take `teacher.backbone: convnet_s`",
  );
}

async function trainModel(
  tf: Ops,
  model: PretrainedModel,
  settings: FineTuning,
  seed: number,
  spec: TeacherSpec,
  images: ImageArray,
  options: TrainingOptions,
): ReturnType<typeof trainNetwork> {
  const { trainable, learningRate, epochs, batchSize, labelSmoothing } = settings;
  const names = model.trainable(trainable);
  const features = trainable === "head" ? await featuresOf(tf, model, images, options.signal) : null;
  const output = (parameters: Tensor1D, x: Tensor4D): Tensor2D => {
    const all = model.withVector(tf, names, parameters);
    if (features === null) return model.forward(tf, all, x);
    return model.head(tf, all, tf.reshape(x, [x.shape[0], x.shape[3]]));
  };
  const adam = optimizers.get("adam");
  return trainNetwork(
    tf,
    {
      recipe: {
        model: output,
        objective: objectiveOf(losses.get("hard"), { labelSmoothing }),
        optimizer: adam,
        optimizerSettings: adam.settings.parse({ learningRate }),
        learningRate: constantRate(learningRate),
      },
      parameters: model.vector(names),
      images,
      trained: labelledImages(images.info, spec),
      ...(features === null ? {} : { features }),
      seed,
      epochs,
      batchSize,
      augmentation: null,
      teacher: null,
    },
    options,
  );
}

/** A model's weights with those of a vector in the place of its own. */
function weightsWith(tf: Ops, model: PretrainedModel, names: readonly string[], vector: Float32Array): Weights {
  let weights: Weights | undefined;
  // Not as what tidy returns: it looks for tensors in all that it returns, each byte of it.
  tf.tidy(() => {
    weights = model.weights(model.withVector(tf, names, tf.tensor1d(vector)));
  });
  if (weights === undefined) throw new Error("the model gave no weights");
  return weights;
}

/** The pooled features of all images, `[count, features]`. */
async function featuresOf(
  tf: Ops,
  model: PretrainedModel,
  images: ImageArray,
  signal: AbortSignal,
): Promise<Float32Array> {
  const width = model.parameters["predictions/kernel"]?.shape[0];
  if (width === undefined) throw new Error("the model has no head");
  const { logits } = await predictLogits(
    tf,
    (x) => model.features(tf, model.parameters, x),
    new BatchMaker(images, logitsBatchSize),
    { start: 0, end: images.info.count },
    { batchSize: logitsBatchSize, classes: width, views: null, signal },
  );
  return logits;
}

/** @throws Error where the weights are another network's */
export function fineTunedNetwork(
  tf: Ops,
  backbone: PretrainedBackbone,
  teacher: TeacherSpec["teacher"],
  classes: number,
  weights: Weights,
): TaughtNetwork {
  const model = backbone.restore(tf, weights, { classes, settings: backbone.settings.parse(teacher) });
  return {
    logits: (x) => model.forward(tf, model.parameters, x),
    dispose: () => {
      model.dispose(tf);
    },
  };
}
