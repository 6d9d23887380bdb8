import type { Ops } from "../../tensorflow/ops.js";
import { UserError } from "../../trial/issue.js";
import { deriveSeed, Random } from "../../trial/random.js";
import {
  backboneTensors,
  countElements,
  headTensors,
  type Architecture,
  type PretrainedTensor,
} from "./architecture.js";
import type { LoadOptions, PretrainedBackbone, Weights } from "./backbone.js";
import { readKerasWeights, type KerasWeights } from "./keras-weights.js";
import { PretrainedModel } from "./model.js";
import type { Preprocess } from "./preprocessing.js";
import type { FineTuning } from "./settings.js";

/** The least image side that Keras takes for these models. */
const minimumImageSize = 32;

/** What distinguishes one pretrained backbone from another. */
export interface BackboneParts<S extends FineTuning> extends Pick<
  PretrainedBackbone<S>,
  "name" | "summary" | "revision" | "settings" | "officialWeights"
> {
  readonly architecture: Architecture;
  readonly preprocess: (settings: S) => Preprocess;
  /** Changes the values of a file's tensors where that file asks for it. */
  readonly adapt?: (file: KerasWeights, tensors: readonly PretrainedTensor[]) => void;
}

/** A backbone's descriptor. */
export function makeBackbone<S extends FineTuning>(parts: BackboneParts<S>): PretrainedBackbone<S> {
  const { architecture, preprocess, adapt, ...described } = parts;
  const withoutHead = backboneTensors(architecture);
  const tensors = (classes: number): readonly PretrainedTensor[] => [
    ...withoutHead,
    ...headTensors(architecture.features, classes),
  ];
  return {
    ...described,
    kind: "pretrained",
    minimumImageSize: () => minimumImageSize,
    contentSettings: ["weights"],
    tensors,
    load: async (tf: Ops, { weights, sha256, imageSize, classes, seed, settings }: LoadOptions<S>) => {
      checkImageSize(parts.name, imageSize);
      const file = await readKerasWeights(weights, withoutHead);
      if (sha256 !== null && file.sha256 !== sha256) throw changed(weights);
      const { values } = file;
      adapt?.(file, withoutHead);
      const all = new Float32Array(countElements(tensors(classes)));
      all.set(values);
      all.set(initialHead(architecture.features, classes, seed), values.length);
      return new PretrainedModel(tf, architecture, tensors(classes), all, preprocess(settings));
    },
    restore: (tf: Ops, weights: Weights, { classes, settings }) => {
      const values = checkedValues(parts.name, tensors(classes), weights);
      return new PretrainedModel(tf, architecture, tensors(classes), values, preprocess(settings));
    },
  };
}

function checkImageSize(name: string, imageSize: number): void {
  if (imageSize >= minimumImageSize) return;
  const issue = {
    path: "dataset.imageSize",
    expected: `at least ${minimumImageSize} for ${name}`,
    found: `${imageSize}`,
  };
  throw new UserError(`${name} takes images of ${minimumImageSize} pixels or more`, 1, [issue]);
}

function changed(path: string): UserError {
  const expected = "the weights that were there when the run began";
  const issue = { path: "teacher.weights", expected, found: `others in ${path}`, hint: "run the sweep again" };
  return new UserError("the teacher's weights have changed", 1, [issue]);
}

/** Keras's initial dense layer: the kernel within ±√(6/(features + classes)), the bias 0. */
function initialHead(features: number, classes: number, seed: number): Float32Array {
  const random = new Random(deriveSeed(seed, "initializer", "predictions/kernel"));
  const limit = Math.sqrt(6 / (features + classes));
  const values = new Float32Array((features + 1) * classes);
  for (let i = 0; i < features * classes; i++) values[i] = limit * (2 * random.float() - 1);
  return values;
}

/** @throws Error where the weights are another model's */
function checkedValues(name: string, tensors: readonly PretrainedTensor[], { info, data }: Weights): Float32Array {
  const same =
    info.tensors.length === tensors.length &&
    info.tensors.every((tensor, index) => {
      const expected = tensors[index];
      return tensor.name === expected?.name && tensor.shape.join() === expected.shape.join();
    });
  const bytes = 4 * countElements(tensors);
  if (!same || data.byteLength !== bytes) {
    throw new Error(`the stored weights are not ${name}'s: expected ${bytes} bytes, found ${data.byteLength}`);
  }
  // A copy, since the bytes may start anywhere in their buffer, and floats may not.
  return new Float32Array(data.slice().buffer);
}
