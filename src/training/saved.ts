import { readFile } from "node:fs/promises";
import type { TeacherInfo, TeacherSpec } from "../artifacts/artifact.js";
import { validationEnd, type ImageArray } from "../data/images.js";
import { checksum, combinedChecksum } from "../files/checksums.js";
import { describeModel, modelFiles, refusedModel } from "../models/saved/files.js";
import type { SavedModelBackbone, SavedModelSettings } from "../models/saved/model.js";
import type { Ops, Tensor, Tensor2D, Tensor4D } from "../tensorflow/ops.js";
import { loadSavedModel, type LoadedModel } from "../tensorflow/saved-model.js";
import { BatchMaker } from "./batch.js";
import { logitsBatchSize, predictLogits } from "./predict.js";
import { areProbabilities } from "./probabilities.js";
import { validationMetrics } from "./table.js";
import type { TaughtNetwork } from "./taught.js";

/** Least probability whose logarithm is taken: Keras's epsilon. */
const leastProbability = 1e-7;

/**
 * Reads a teacher that is a saved model, and checks it on the validation images.
 *
 * @returns its files' bytes in the place of parameters: the length of `model.json` as four bytes, `model.json`, the weights
 * @throws UserError where a file is gone, another than planned, or the model does not fit the images
 * @throws the signal's reason where it is aborted
 */
export async function savedTeacher(
  tf: Ops,
  backbone: SavedModelBackbone,
  spec: TeacherSpec,
  images: ImageArray,
  signal: AbortSignal,
): Promise<{ info: TeacherInfo; data: Uint8Array }> {
  const settings = backbone.settings.parse(spec.teacher);
  const contents = await Promise.all((await modelFiles(settings.model)).map((file) => readShard(settings.model, file)));
  if (spec.weights !== null && combinedChecksum(contents.map(checksum)) !== spec.weights) {
    throw refusedModel(settings.model, "the model that was there when the run began", "another; run the sweep again");
  }
  const [description = Buffer.alloc(0), ...shards] = contents;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(description.length);
  const data = Buffer.concat([length, description, ...shards]);
  const network = await savedNetwork(tf, backbone, spec.teacher, images, data);
  const { trainCount, classNames, labels } = images.info;
  const classes = classNames.length;
  try {
    const { logits } = await predictLogits(
      tf,
      (x) => network.logits(x),
      new BatchMaker(images, logitsBatchSize),
      { start: trainCount, end: validationEnd(images.info) },
      { batchSize: logitsBatchSize, classes, views: null, signal },
    );
    refuseNonFinite(settings.model, logits, images, trainCount);
    checkOutputs(settings, logits, classes);
    const validation = validationMetrics(logits, classes, labels.slice(trainCount, validationEnd(images.info)));
    return { info: { tensors: [], parameters: network.parameters, epochs: [], validation }, data };
  } finally {
    network.dispose();
  }
}

/**
 * @param data as `savedTeacher` gives it
 * @throws UserError where it does not load, or does not fit the images
 */
export async function savedNetwork(
  tf: Ops,
  backbone: SavedModelBackbone,
  teacher: TeacherSpec["teacher"],
  images: ImageArray,
  data: Uint8Array,
): Promise<TaughtNetwork & { readonly parameters: number }> {
  const settings = backbone.settings.parse(teacher);
  const { size, classNames } = images.info;
  const model = await load(tf, settings.model, data);
  const [shape = [], ...others] = model.inputShapes;
  const takes = others.length === 0 && shape.length === 4 && [null, 3].includes(shape[3] ?? null);
  if (!takes || ![shape[1], shape[2]].every((side) => side == null || side === size)) {
    model.dispose();
    const found = model.inputShapes.map((one) => `[${one.map((side) => side ?? "any").join(", ")}]`).join(" and ");
    throw refusedModel(
      settings.model,
      `one input [batch, ${size}, ${size}, 3], dataset.imageSize being ${size}`,
      found,
    );
  }
  return {
    parameters: model.parameters,
    logits: (x) => {
      const output = asLogits(tf, settings, run(settings.model, model, colours(tf, settings.input, x)));
      if (output.rank === 2 && output.shape[1] === classNames.length) return output as Tensor2D;
      throw refusedModel(settings.model, `outputs [batch, ${classNames.length}]`, `[${output.shape.join(", ")}]`);
    },
    dispose: () => {
      model.dispose();
    },
  };
}

/**
 * @param model the path of its `model.json`
 * @param logits of the images from `first` on, row-major
 * @throws UserError that names an image where one is infinite or not a number: no loss and no metric can be taken of it
 */
export function refuseNonFinite(
  model: string,
  logits: Float32Array,
  { info: { classNames, sources } }: ImageArray,
  first = 0,
): void {
  const place = logits.findIndex((value) => !Number.isFinite(value));
  if (place < 0) return;
  const image = sources[first + Math.floor(place / classNames.length)] ?? "";
  throw refusedModel(model, "finite outputs", `${String(logits[place])} for the image ${image}`);
}

/** Probabilities that are taken for logits, or the other way round, teach something else without any sign of it. */
function checkOutputs({ model, outputs }: SavedModelSettings, logits: Float32Array, classes: number): void {
  const probabilities = outputs === "probabilities" ? logits.map(Math.exp) : logits;
  if (areProbabilities(probabilities, classes) === (outputs === "probabilities")) return;
  const other = outputs === "logits" ? "probabilities" : "logits";
  const found = outputs === "logits" ? "probabilities, each image's sum being 1" : "outputs whose sum is not 1";
  throw refusedModel(model, `${outputs}, as teacher.outputs says`, `${found}; teacher.outputs: ${other} may be meant`);
}

async function load(tf: Ops, path: string, data: Uint8Array): Promise<LoadedModel> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const end = 4 + bytes.readUInt32LE(0);
  const { modelTopology, weightsManifest, format, ...rest } = describeModel(path, bytes.subarray(4, end));
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const weightData = new Uint8Array(bytes.subarray(end)).buffer;
  try {
    return await loadSavedModel(tf, {
      modelTopology,
      weightSpecs: weightSpecs as never,
      weightData,
      ...(format === undefined ? {} : { format }),
      ...("signature" in rest ? { signature: rest.signature as never } : {}),
    });
  } catch (error) {
    throw refusedModel(path, "a model that TensorFlow.js loads", oneLine(error));
  }
}

function run(path: string, model: LoadedModel, x: Tensor4D): Tensor {
  let output: Tensor | Tensor[];
  try {
    output = model.predict(x);
  } catch (error) {
    throw refusedModel(path, "a model that TensorFlow.js can run here", oneLine(error));
  }
  if (!Array.isArray(output)) return output;
  throw refusedModel(path, "one output", String(output.length));
}

function colours(tf: Ops, input: SavedModelSettings["input"], x: Tensor4D): Tensor4D {
  if (input === "zero_255") return tf.mul(x, 255);
  return input === "minus_one_one" ? tf.sub(tf.mul(x, 2), 1) : x;
}

function asLogits(tf: Ops, { outputs }: SavedModelSettings, output: Tensor): Tensor {
  return outputs === "logits" ? output : tf.log(tf.clipByValue(output, leastProbability, 1));
}

function readShard(path: string, file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw refusedModel(path, `its file ${file}`, `none that can be read (${oneLine(error)})`);
  });
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
