import type { Component } from "../trial/component.js";

/** A layer of a network that ends in logits. Shapes are `[batch, height, width, channels]`; convolutions are "valid", stride 1, unless said. */
export type Layer =
  /** x·scale + offset: the range a network takes its images in, which come from 0 to 1. */
  | { readonly kind: "rescale"; readonly scale: number; readonly offset: number }
  | {
      readonly kind: "conv";
      readonly filters: number;
      readonly kernel: number;
      readonly padding: "valid" | "same";
      readonly activation: "relu" | "none";
    }
  /** Max pooling, window and stride `size`, "valid". */
  | { readonly kind: "maxPool"; readonly size: number }
  | { readonly kind: "globalAveragePool" }
  /** While training, a share `rate` of the features is 0 and the rest divided by 1 - rate; else nothing happens. */
  | { readonly kind: "dropout"; readonly rate: number }
  | { readonly kind: "dense"; readonly units: number; readonly activation: "relu" | "none" };

/** A network given as a plain list of layers: students and the small teachers. */
export interface SequentialNetwork<S extends object = object> extends Component<S> {
  /** The least image side for which every layer still has an output. */
  minimumImageSize(settings: S): number;
  layers(classes: number, settings: S): readonly Layer[];
}
