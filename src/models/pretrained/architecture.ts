import type { MobileActivation } from "../../tensorflow/native-mobile.js";

/** A convolution without bias, "same" padding, with batch norm (ε = 0.001) and an activation behind it. */
export interface Unit {
  /** Keras's name of the convolution's layer. */
  readonly convolution: string;
  /** Keras's name of the batch norm's layer. */
  readonly normalization: string;
  readonly depthwise: boolean;
  /** Side of the filter. */
  readonly size: number;
  readonly stride: 1 | 2;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: MobileActivation;
}

/** Squeeze-and-excitation: each channel's mean, through two dense layers (swish, sigmoid), weighs the channel. */
export interface Squeeze {
  /** Keras's name of the layer down to `reduced` channels. */
  readonly reduce: string;
  /** Keras's name of the layer back up to `channels`. */
  readonly expand: string;
  readonly channels: number;
  readonly reduced: number;
}

export type Part =
  | { readonly kind: "unit"; readonly unit: Unit }
  /** Units one after the other, the last of them the projection, with `squeeze` before it; `residual` adds the input. */
  | {
      readonly kind: "block";
      readonly units: readonly Unit[];
      readonly squeeze: Squeeze | null;
      readonly projection: Unit;
      readonly residual: boolean;
    };

/** A convolutional backbone up to its last feature map, as data. */
export interface Architecture {
  /** Whether a layer `normalization` (mean and variance per colour) comes first. */
  readonly normalizes: boolean;
  readonly parts: readonly Part[];
  /** Channels of the last feature map. */
  readonly features: number;
}

/** A tensor of a backbone. */
export interface PretrainedTensor {
  /** Keras's layer and weight: `Conv1/kernel`, `bn_Conv1/gamma`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** False for statistics, which Keras counts as non-trainable. */
  readonly trainable: boolean;
}

/** A width multiplied, to a multiple of 8 that is no more than a tenth below it: the rule of both families. */
export function roundChannels(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

function unitTensors({ convolution, normalization, depthwise, size, inputs, outputs }: Unit): PretrainedTensor[] {
  const kernel: PretrainedTensor = depthwise
    ? { name: `${convolution}/depthwise_kernel`, shape: [size, size, inputs, 1], trainable: true }
    : { name: `${convolution}/kernel`, shape: [size, size, inputs, outputs], trainable: true };
  const perChannel = (weight: string, trainable: boolean): PretrainedTensor => ({
    name: `${normalization}/${weight}`,
    shape: [outputs],
    trainable,
  });
  return [
    kernel,
    perChannel("gamma", true),
    perChannel("beta", true),
    perChannel("moving_mean", false),
    perChannel("moving_variance", false),
  ];
}

function squeezeTensors({ reduce, expand, channels, reduced }: Squeeze): PretrainedTensor[] {
  return [
    { name: `${reduce}/kernel`, shape: [1, 1, channels, reduced], trainable: true },
    { name: `${reduce}/bias`, shape: [reduced], trainable: true },
    { name: `${expand}/kernel`, shape: [1, 1, reduced, channels], trainable: true },
    { name: `${expand}/bias`, shape: [channels], trainable: true },
  ];
}

/** Every tensor of a backbone without its head, in the order in which Keras lists them. */
export function backboneTensors({ normalizes, parts }: Architecture): PretrainedTensor[] {
  const first: PretrainedTensor[] = normalizes
    ? [
        { name: "normalization/mean", shape: [3], trainable: false },
        { name: "normalization/variance", shape: [3], trainable: false },
        { name: "normalization/count", shape: [], trainable: false },
      ]
    : [];
  return first.concat(
    parts.flatMap((part) => {
      if (part.kind === "unit") return unitTensors(part.unit);
      const { units, squeeze, projection } = part;
      return [
        ...units.flatMap(unitTensors),
        ...(squeeze === null ? [] : squeezeTensors(squeeze)),
        ...unitTensors(projection),
      ];
    }),
  );
}

/** The head's tensors: a dense layer from the pooled features to the logits, under Keras's name for it. */
export function headTensors(features: number, classes: number): PretrainedTensor[] {
  return [
    { name: "predictions/kernel", shape: [features, classes], trainable: true },
    { name: "predictions/bias", shape: [classes], trainable: true },
  ];
}

/** How many numbers the tensors hold. */
export function countElements(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + elements(shape), 0);
}

/** How many numbers a tensor of this shape holds. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
