/*
 * A thread of its own that reads one Keras weight file, so that a hostile file costs that thread at most: HDF5 runs in
 * WebAssembly on a copy of the bytes, sees no other file, and its memory has a limit.
 */
import { parentPort, workerData } from "node:worker_threads";

import type { Attribute, Dataset, Entity, Group } from "h5wasm";

/** One tensor that is expected: `layer/weight` without the file's `:0`. */
export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface H5Request {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly expected: readonly ExpectedTensor[];
  /** In bytes. */
  readonly memoryLimit: number;
}

/** `found` is a shape or a few words on what stands there; null for nothing. */
export interface H5Problem {
  readonly name: string;
  readonly expected: string | null;
  readonly found: string | null;
}

export type H5Reply =
  /** The expected tensors' values, one after the other, and the names of all layers, also of those without tensors. */
  | { readonly kind: "values"; readonly values: Float32Array<ArrayBuffer>; readonly layers: readonly string[] }
  | { readonly kind: "problems"; readonly problems: readonly H5Problem[] }
  /** `reason` completes "expected a Keras weight file, found ...". */
  | { readonly kind: "unreadable"; readonly reason: string };

class Unreadable extends Error {}

/** Names take a few kilobytes. */
const attributeLimit = 1024 * 1024;
const layerLimit = 10_000;

/** What of WebAssembly's memories is used here; Node's types lack them. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A file of lengths invented by someone could otherwise ask for four gigabytes. */
function limitMemory(limit: number): void {
  const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on each memory below
  const grow = Memory.prototype.grow;
  Memory.prototype.grow = function (this: Memory, pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > limit) throw new RangeError("memory limit reached");
    return grow.call(this, pages);
  };
}

interface ReadingLibrary {
  get_dataset_data(...values: unknown[]): number;
}

/** The library passes over HDF5's status: where values could not be read, it would give whatever lay in its memory. */
function heedFailedReads(library: ReadingLibrary): void {
  const original = library.get_dataset_data.bind(library);
  library.get_dataset_data = (...values) => {
    const status = original(...values);
    if (status < 0) throw new Unreadable("values that HDF5 cannot read: damaged, or in another file");
    return status;
  };
}

/** Texts of an attribute; null where there is none of that name. */
function texts(group: Group, name: string): string[] | null {
  const attribute: Attribute | undefined = group.attrs[name];
  if (attribute === undefined) return null;
  const { metadata } = attribute;
  const count = metadata.total_size;
  if (count === 0) return [];
  if (count > layerLimit || count * metadata.size > attributeLimit) throw new Unreadable(`${count} names in ${name}`);
  const value: unknown = attribute.value;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((text) => typeof text === "string")) throw new Unreadable(`${name} without text in it`);
  return list;
}

/**
 * Keras numbers the layers that it names itself: `normalization_3` is the third of a session. Keras 3 calls a depthwise
 * layer's kernel plainly `kernel`, which `readFile` takes for the same.
 */
function tensorName(layer: string, weight: string): string {
  const weightName = weight.slice(weight.lastIndexOf("/") + 1).replace(/:\d+$/, "");
  return `${layer.replace(/^normalization_\d+$/, "normalization")}/${weightName}`;
}

function isGroup(entity: Entity | null): entity is Group {
  return entity !== null && "type" in entity && (entity.type as string) === "Group";
}

function isDataset(entity: Entity | null): entity is Dataset {
  return entity !== null && "type" in entity && (entity.type as string) === "Dataset";
}

interface Content {
  readonly layers: readonly string[];
  /** By tensor name. */
  readonly datasets: Map<string, Entity | null>;
}

/** `model.save` puts into a group what `model.save_weights` puts at the root. */
function contentOf(file: Group): Content {
  let root = file;
  let layers = texts(root, "layer_names");
  if (layers === null) {
    const nested = file.keys().includes("model_weights") ? file.get("model_weights") : null;
    if (isGroup(nested)) {
      root = nested;
      layers = texts(root, "layer_names");
    }
  }
  if (layers === null) {
    throw new Unreadable("an HDF5 file without layer_names, the list that keras.applications' weight files begin with");
  }
  const found = new Map<string, Entity | null>();
  for (const layer of layers) {
    const group = root.get(layer);
    if (!isGroup(group)) throw new Unreadable(`no group for the layer ${layer}, which its list names`);
    for (const weight of texts(group, "weight_names") ?? []) {
      const name = tensorName(layer, weight);
      if (found.has(name)) throw new Unreadable(`two tensors named ${name}`);
      found.set(name, group.get(weight));
    }
  }
  return { layers, datasets: found };
}

function describeShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Reads one tensor into `target`; returns what is wrong with it, or null. */
function read(entity: Entity | null, shape: readonly number[], target: Float32Array): string | null {
  if (!isDataset(entity)) return "a name without values";
  const { metadata } = entity;
  const foundShape = metadata.shape;
  if (foundShape === null) return "a name without values";
  if (foundShape.length !== shape.length || foundShape.some((side, axis) => side !== shape[axis])) {
    return describeShape(foundShape);
  }
  const { type, size, vlen, chunks } = metadata;
  // 0 and 1 are HDF5's classes of integers and floats.
  if (vlen || (type !== 0 && type !== 1) || size > 8) return "values that are no numbers";
  // A chunk may be larger than what is in it.
  const chunk = (chunks ?? []).reduce((product, side) => product * side, size);
  if (chunk > 4 * (target.byteLength + attributeLimit)) return `chunks of ${chunk} bytes`;
  const value: unknown = entity.value;
  const values = typeof value === "number" || typeof value === "bigint" ? [value] : (value as ArrayLike<unknown>);
  if (values.length !== target.length) return "values that cannot be read";
  for (let i = 0; i < target.length; i++) {
    const number = Number(values[i]);
    if (!Number.isFinite(number)) return `a value that is no finite number (${String(values[i])})`;
    target[i] = number;
  }
  return null;
}

async function readFile({ bytes, expected, memoryLimit }: H5Request): Promise<H5Reply> {
  limitMemory(memoryLimit);
  const { File, ready } = await import("h5wasm");
  const library = await ready;
  heedFailedReads(library);
  library.FS.writeFile("/weights.h5", bytes);
  let file: InstanceType<typeof File>;
  try {
    file = new File("/weights.h5", "r");
    file.keys();
  } catch {
    return { kind: "unreadable", reason: "a file that HDF5 cannot open: cut short, damaged, or of another kind" };
  }
  const { layers, datasets: found } = contentOf(file);
  const problems: H5Problem[] = [];
  const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
  const values = new Float32Array(expected.reduce((sum, { shape }) => sum + size(shape), 0));
  let offset = 0;
  for (const { name, shape } of expected) {
    const end = offset + size(shape);
    const plain = name.replace(/\/depthwise_kernel$/, "/kernel");
    const other = found.get(plain);
    if (other !== undefined && !found.has(name)) {
      found.delete(plain);
      found.set(name, other);
    }
    const entity = found.get(name);
    const problem = entity === undefined ? null : read(entity, shape, values.subarray(offset, end));
    if (entity === undefined || problem !== null) {
      problems.push({ name, expected: describeShape(shape), found: problem });
    }
    offset = end;
  }
  const names = new Set(expected.map(({ name }) => name));
  for (const [name, entity] of found) {
    if (names.has(name)) continue;
    const shape = isDataset(entity) ? entity.shape : null;
    problems.push({ name, expected: null, found: shape === null ? "something" : describeShape(shape) });
  }
  return problems.length > 0 ? { kind: "problems", problems } : { kind: "values", values, layers };
}

async function reply(): Promise<H5Reply> {
  try {
    return await readFile(workerData as H5Request);
  } catch (error) {
    if (error instanceof Unreadable) return { kind: "unreadable", reason: error.message };
    const reason = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
    return { kind: "unreadable", reason: `a file on which HDF5 fails (${reason})` };
  }
}

const message = await reply();
parentPort?.postMessage(message, message.kind === "values" ? [message.values.buffer] : []);
