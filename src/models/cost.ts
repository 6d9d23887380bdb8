import type { Layer } from "./model.js";

/** Multiply-additions of one image's way through a network: the convolutions and dense layers, all else being small beside them. */
export function multiplyAdditions(layers: readonly Layer[], imageSize: number): number {
  let side = imageSize;
  let channels = 3;
  let sum = 0;
  for (const layer of layers) {
    switch (layer.kind) {
      case "conv":
        if (layer.padding === "valid") side -= layer.kernel - 1;
        sum += side * side * layer.kernel ** 2 * channels * layer.filters;
        channels = layer.filters;
        break;
      case "maxPool":
        side = Math.floor(side / layer.size);
        break;
      case "globalAveragePool":
        side = 1;
        break;
      case "dense":
        sum += channels * layer.units;
        channels = layer.units;
        break;
    }
  }
  return sum;
}
