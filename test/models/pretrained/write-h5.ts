import type { Group } from "h5wasm";

import type { PretrainedTensor } from "../../../src/models/pretrained/architecture.js";
import { formulaValues, noise } from "./formula.js";

/** A tensor in a weight file; without `values` they are noise. */
export interface Written {
  /** As the file spells it: layer, then weight. */
  readonly layer: string;
  readonly weight: string;
  readonly shape: readonly number[];
  readonly values?: Float32Array | number[];
  readonly dtype?: string;
}

/** What is written of a tensor. */
export function valuesOf({ weight, shape, values }: Written): Float32Array | number[] {
  const count = shape.reduce((product, side) => product * side, 1);
  return values ?? Float32Array.from(noise(weight, count));
}

/**
 * A weight file as Keras writes it, from HDF5's own library.
 * @param empty layers without tensors
 */
export async function h5(tensors: readonly Written[], nested = false, empty = ["input_1"]): Promise<Uint8Array> {
  const { File, ready } = await import("h5wasm");
  const { FS } = await ready;
  const file = new File("/written.h5", "w");
  const root: Group = nested ? file.create_group("model_weights") : file;
  const layers = [...new Set([...empty, ...tensors.map(({ layer }) => layer)])];
  root.create_attribute("layer_names", layers);
  for (const layer of layers) {
    const group = root.create_group(layer);
    const own = tensors.filter((tensor) => tensor.layer === layer);
    group.create_attribute("weight_names", own.length === 0 ? new Float64Array() : own.map(({ weight }) => weight));
    for (const tensor of own) {
      const parts = tensor.weight.split("/");
      const name = parts.pop()!;
      let parent = group;
      for (const part of parts) parent = (parent.get(part) as Group | null) ?? parent.create_group(part);
      const data = valuesOf(tensor);
      parent.create_dataset({
        name,
        data: tensor.shape.length === 0 ? data[0]! : data,
        shape: [...tensor.shape],
        dtype: tensor.dtype ?? "<f",
      });
    }
  }
  file.close();
  return FS.readFile("/written.h5", { encoding: "binary" }).slice();
}

/** A backbone's weight file with the formula's values. */
export function formulaFile(tensors: readonly PretrainedTensor[], empty?: string[]): Promise<Uint8Array> {
  return h5(
    tensors.map((tensor) => {
      const { name, shape } = tensor;
      const layer = name.slice(0, name.lastIndexOf("/"));
      return { layer, weight: `${name}:0`, shape, values: formulaValues(tensor) };
    }),
    false,
    empty,
  );
}
