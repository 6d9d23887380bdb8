import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { PretrainedTensor } from "../../../src/models/pretrained/architecture.js";

/** The nearest folder above this file with a package.json. */
function repositoryRoot(): string {
  let folder = new URL(".", import.meta.url);
  while (!existsSync(new URL("package.json", folder))) folder = new URL("..", folder);
  return fileURLToPath(folder);
}

/** A file that stands beside the tests' sources. */
export function besideTests(name: string): string {
  return join(repositoryRoot(), "test", "models", "pretrained", name);
}

/** Real weights, photos and Keras's outputs on them, which are not part of the project. */
export const testData = process.env.KD_SWEEP_TEST_DATA ?? join(repositoryRoot(), "..", "shared", "data");

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** `count` values in [-0.5, 0.5); the same as in golden.py. */
export function noise(key: string, count: number): Float64Array {
  let seed = 0;
  for (const character of key) seed = (Math.imul(seed, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return Float64Array.from({ length: count }, (_, i) => {
    let h = (Math.imul(i, 2654435761) + seed) >>> 0;
    h ^= h >>> 15;
    h = Math.imul(h, 0x85ebca6b) >>> 0;
    h = (h ^ (h >>> 13)) >>> 0;
    return h / 4294967296 - 0.5;
  });
}

/** A tensor's values by the formula of golden.py. */
export function formulaValues({ name, shape }: PretrainedTensor): Float32Array {
  const u = noise(
    name,
    shape.reduce((product, side) => product * side, 1),
  );
  const weight = name.slice(name.lastIndexOf("/") + 1);
  const [a = 1, b = 1, c = 1] = shape;
  const formula = (value: number): number => {
    if (weight === "count") return 0;
    if (name === "normalization/mean") return 0.5 + 0.2 * value;
    if (name === "normalization/variance") return 0.06 + 0.02 * value;
    if (weight === "gamma") return 1 + 0.4 * value;
    if (weight === "moving_variance") return 1 + 0.5 * value;
    if (weight === "depthwise_kernel") return 2 * value * Math.sqrt(6 / (a * b));
    if (weight === "kernel") return 2 * value * Math.sqrt(6 / (a * b * c));
    return 0.4 * value;
  };
  return Float32Array.from(u, formula);
}

/** A model's weights by the formula, as an artifact holds them. */
export function formulaWeights(tensors: readonly PretrainedTensor[]): {
  info: { tensors: { name: string; shape: readonly number[] }[] };
  data: Uint8Array;
} {
  const parts = tensors.map(formulaValues);
  const data = Buffer.concat(parts.map((part) => Buffer.from(part.buffer)));
  return { info: { tensors: tensors.map(({ name, shape }) => ({ name, shape })) }, data };
}
