import { z } from "zod";
import { studentSettings, withDropout } from "./dropout.js";
import type { Layer, SequentialNetwork } from "./model.js";

const most = { layers: 50, filters: 4096, kernel: 15, pool: 16, units: 65_536 };
const example = '"conv 32, max_pool 2, conv 64 5, dense 128"';

const settings = studentSettings.extend({
  layers: z
    .string()
    .superRefine((text, context) => {
      const layers = read(text);
      if (typeof layers === "string") context.addIssue({ code: "custom", message: layers });
    })
    .default("conv 32, max_pool 2, conv 64, max_pool 2, dense 128")
    .describe(
      `layers between image and logits, such as ${example}: conv FILTERS [KERNEL, 3] ["same"], max_pool SIZE, dense UNITS`,
    ),
});

/**
 * A student that the sweep file describes: convolutions (relu, "valid" unless "same" is said) and max pooling, then
 * global average pooling, then dense layers (relu), then the layer of the logits. Pooling and logits are not written.
 */
export const ownLayers: SequentialNetwork<z.output<typeof settings>> = {
  name: "layers",
  summary: "A student of your own: convolutions, max pooling and dense layers as student.layers lists them.",
  revision: 1,
  settings,
  impliedBy: "layers",
  canonical: ({ layers, ...others }) => ({ ...others, layers: parsed(layers).map(written).join(", ") }),
  minimumImageSize: ({ layers }) => leastSide(parsed(layers)),
  layers: (classes, chosen) => {
    const all = parsed(chosen.layers);
    const convolutional = all.filter(({ kind }) => kind !== "dense");
    const dense = all.filter(({ kind }) => kind === "dense");
    const network: Layer[] = [
      ...convolutional,
      { kind: "globalAveragePool" },
      ...dense,
      { kind: "dense", units: classes, activation: "none" },
    ];
    return withDropout(network, chosen);
  },
};

/** The least image side that leaves every layer an output of one pixel or more. */
function leastSide(layers: readonly Layer[]): number {
  return layers.reduceRight((side, layer) => {
    if (layer.kind === "maxPool") return side * layer.size;
    return layer.kind === "conv" && layer.padding === "valid" ? side + layer.kernel - 1 : side;
  }, 1);
}

/** The layers of a text that is right. */
function parsed(text: string): Layer[] {
  const layers = read(text);
  if (typeof layers === "string") throw new Error(`student.layers: ${layers}`);
  return layers;
}

/** The layers that a text lists, or what is expected in place of the first that is none. */
function read(text: string): Layer[] | string {
  const layers: Layer[] = [];
  for (const [index, one] of text.split(",").entries()) {
    const layer = layerOf(one.trim().split(/\s+/));
    if (typeof layer === "string") return `as layer ${index + 1} ${layer}`;
    if (index === 0 && layer.kind !== "conv") return "as layer 1 conv";
    if (layers.at(-1)?.kind === "dense" && layer.kind !== "dense")
      return `as layer ${index + 1} dense, after a dense layer`;
    layers.push(layer);
  }
  return layers.length > most.layers ? `at most ${most.layers} layers` : layers;
}

function layerOf([kind, ...parameters]: readonly string[]): Layer | string {
  const padding = kind === "conv" && parameters.at(-1) === "same" ? "same" : "valid";
  const numbers = parameters.slice(0, padding === "same" ? -1 : undefined);
  const [first = 0, kernel = 3, ...others] = numbers.map((text) => (/^[0-9]+$/.test(text) ? Number(text) : NaN));
  const within = (value: number, least: number, greatest: number): boolean => value >= least && value <= greatest;
  switch (kind) {
    case "conv":
      return within(first, 1, most.filters) && within(kernel, 1, most.kernel) && others.length === 0
        ? { kind, filters: first, kernel, padding, activation: "relu" }
        : `conv FILTERS [KERNEL] [same], FILTERS of 1 to ${most.filters}, KERNEL of 1 to ${most.kernel}`;
    case "max_pool":
      return within(first, 2, most.pool) && numbers.length === 1
        ? { kind: "maxPool", size: first }
        : `max_pool SIZE, SIZE of 2 to ${most.pool}`;
    case "dense":
      return within(first, 1, most.units) && numbers.length === 1
        ? { kind, units: first, activation: "relu" }
        : `dense UNITS, UNITS of 1 to ${most.units}`;
    default:
      return `conv, max_pool or dense, as in ${example}`;
  }
}

/** A layer in its one spelling. */
function written(layer: Layer): string {
  switch (layer.kind) {
    case "conv":
      return `conv ${layer.filters} ${layer.kernel} ${layer.padding}`;
    case "maxPool":
      return `max_pool ${layer.size}`;
    case "dense":
      return `dense ${layer.units}`;
    default:
      throw new Error(`no layer of student.layers: ${layer.kind}`);
  }
}
