import type { Component } from "../../trial/component.js";
import type { Ops } from "../../tensorflow/ops.js";
import type { PretrainedTensor } from "./architecture.js";
import type { PretrainedModel } from "./model.js";
import type { FineTuning } from "./settings.js";
import type { OfficialWeights } from "./weight-files.js";

/** Trained weights as an artifact holds them: `data` is float32, the tensors one after the other as `info` lists them. */
export interface Weights {
  readonly info: { readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[] };
  readonly data: Uint8Array;
}

export interface LoadOptions<S extends FineTuning> {
  /** The Keras weight file; `findWeights` looks it up. */
  readonly weights: string;
  /** sha256 that the file had when the work was planned; null for whatever it holds. */
  readonly sha256: string | null;
  /** Side of the images in pixels. */
  readonly imageSize: number;
  readonly classes: number;
  /** The head's initial weights derive from it. */
  readonly seed: number;
  readonly settings: S;
}

/** A teacher backbone that starts from ImageNet weights. Its parameters bear Keras's names. */
export interface PretrainedBackbone<S extends FineTuning = FineTuning> extends Component<S> {
  readonly kind: "pretrained";
  minimumImageSize(): number;
  /** The official files, best first, for images of that side. */
  officialWeights(imageSize: number): readonly OfficialWeights[];
  /** Every tensor, the head's two last. */
  tensors(classes: number): readonly PretrainedTensor[];
  /**
   * The model with a Keras file's weights and a new head.
   * @throws UserError where the image is too small, the file is another by now or does not fit, naming each tensor
   */
  load(tf: Ops, options: LoadOptions<S>): Promise<PretrainedModel>;
  /**
   * The model as `PretrainedModel.weights` wrote it.
   * @throws Error where the weights are another model's
   */
  restore(tf: Ops, weights: Weights, options: { readonly classes: number; readonly settings: S }): PretrainedModel;
}
