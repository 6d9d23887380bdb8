import { createHash } from "node:crypto";
import type { Backend } from "../trial/environment.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { KeptEpoch, ProgressState } from "./progress.js";

/** A training after an epoch, from which it goes on to the bits it would have had. */
export interface Checkpoint {
  readonly progress: ProgressState;
  readonly optimizer: {
    readonly slots: Readonly<Record<string, Float32Array>>;
    readonly numbers: Readonly<Record<string, number>>;
  };
}

/** What a checkpoint belongs to; one of anything else is foreign. */
export interface CheckpointOwner {
  /** What is trained, such as "trial 0123456789abcdef". */
  readonly work: string;
  /** sha256 of the teacher's weights; null without a teacher. */
  readonly teacher: string | null;
  /** What its epochs are computed with: no training goes on from another backend's. */
  readonly backend: Backend;
  /** What computes, in words; a training goes on from another's, and says so. Absent where an older kd-sweep trained. */
  readonly on?: string;
}

/** Raised by whoever changes what is in a checkpoint. */
const format = 3;
const checksumBytes = 32;
const lengthBytes = 4;

interface Header {
  readonly format: number;
  readonly owner: CheckpointOwner;
  readonly epochs: readonly EpochMetrics[];
  readonly kept: readonly (number | null)[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly slots: readonly string[];
  /** Of the float32 arrays that follow, one after the other. */
  readonly lengths: readonly number[];
}

/** One block of bytes: the sha256 of the rest, the header's length, the header as JSON, and the arrays. */
export function encodeCheckpoint(owner: CheckpointOwner, { progress, optimizer }: Checkpoint): Uint8Array {
  const { last, best, monitored } = progress;
  const keptEpochs = distinct([last, best, monitored]);
  const arrays = [
    ...keptEpochs.flatMap(({ parameters, validationLogits }) => [parameters, validationLogits]),
    ...Object.values(optimizer.slots),
  ];
  const header: Header = {
    format,
    owner,
    epochs: progress.epochs,
    kept: [last.epoch, best.epoch, monitored?.epoch ?? null],
    numbers: optimizer.numbers,
    slots: Object.keys(optimizer.slots),
    lengths: arrays.map(({ length }) => length),
  };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(json.length);
  const content = [
    length,
    json,
    ...arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)),
  ];
  const hash = createHash("sha256");
  for (const part of content) hash.update(part);
  return Buffer.concat([hash.digest(), ...content]);
}

export type Decoded =
  | {
      readonly ok: true;
      readonly checkpoint: Checkpoint;
      /** What computed it, as its owner then said. */
      readonly on: string | undefined;
    }
  /** `reason` goes on from "the checkpoint". */
  | { readonly ok: false; readonly reason: string };

/** The checkpoint in a file's bytes, if it is this owner's, whole, and of this version's format. */
export function decodeCheckpoint(owner: CheckpointOwner, bytes: Uint8Array): Decoded {
  const content = bytes.subarray(checksumBytes);
  const checksum = createHash("sha256").update(content).digest();
  if (bytes.length < checksumBytes + lengthBytes || !checksum.equals(bytes.subarray(0, checksumBytes))) {
    return { ok: false, reason: "is damaged" };
  }
  const end = lengthBytes + Buffer.from(content.subarray(0, lengthBytes)).readUInt32LE();
  const header = JSON.parse(Buffer.from(content.subarray(lengthBytes, end)).toString()) as Header;
  if (header.format !== format) return { ok: false, reason: `has format ${header.format}, not ${format}` };
  if (header.owner.work !== owner.work) return { ok: false, reason: `is of ${header.owner.work}` };
  if (header.owner.teacher !== owner.teacher)
    return { ok: false, reason: "was made with other weights of the teacher" };
  if (header.owner.backend !== owner.backend)
    return { ok: false, reason: `was made on the ${header.owner.backend} backend` };
  return { ok: true, checkpoint: restored(header, new Uint8Array(content.subarray(end))), on: header.owner.on };
}

/** @param data at the start of its buffer */
function restored({ epochs, kept, numbers, slots, lengths }: Header, data: Uint8Array): Checkpoint {
  const floats = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  let offset = 0;
  const arrays = lengths.map((length) => floats.slice(offset, (offset += length)));
  const take = (): Float32Array => arrays.shift() ?? new Float32Array();
  const byEpoch = new Map<number, KeptEpoch>();
  for (const epoch of new Set(kept.filter((one) => one !== null))) {
    byEpoch.set(epoch, { epoch, parameters: take(), validationLogits: take() });
  }
  const [last, best, monitored] = kept.map((epoch) => byEpoch.get(epoch ?? 0));
  if (last === undefined || best === undefined) throw new Error("a checkpoint without its epochs");
  return {
    progress: { epochs, last, best, monitored: monitored ?? null },
    optimizer: { numbers, slots: Object.fromEntries(slots.map((name) => [name, take()])) },
  };
}

/** Each epoch once, in the order of their first places. */
function distinct(kept: readonly (KeptEpoch | null)[]): KeptEpoch[] {
  return [...new Map(kept.filter((one) => one !== null).map((one) => [one.epoch, one])).values()];
}
