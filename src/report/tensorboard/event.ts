import type { EpochMetrics } from "../../trial/metrics.js";
import { record } from "./record.js";

/** TensorBoard's tag of each metric; what shares the part before the slash stands together. */
const tags = {
  train_loss: "loss/train",
  val_loss: "loss/validation",
  train_accuracy: "accuracy/train",
  val_accuracy: "accuracy/validation",
  val_top_k: "accuracy/validation_top_k",
  val_cross_entropy: "validation/cross_entropy",
  val_ece: "validation/calibration_error",
  val_kl: "teacher/kl",
  val_agreement: "teacher/agreement",
} as const satisfies Partial<Record<keyof EpochMetrics, string>>;

/** What an event file begins with. @param time in seconds since 1970 */
export function fileStart(time: number): Buffer {
  return record(Buffer.concat([double(1, time), text(3, "brain.Event:2")]));
}

/** An epoch's metrics as one event, the epoch being its step. @param time in seconds since 1970, when it ended */
export function epochEvent(time: number, metrics: EpochMetrics): Buffer {
  const values = Object.entries(tags).flatMap(([name, tag]) => {
    const value = metrics[name as keyof typeof tags];
    return value == null ? [] : [bytes(1, Buffer.concat([text(1, tag), float(2, value)]))];
  });
  return record(Buffer.concat([double(1, time), integer(2, metrics.epoch), bytes(5, Buffer.concat(values))]));
}

// Protocol buffers' wire format (https://protobuf.dev/programming-guides/encoding) of tensorflow/core/util/event.proto and
// tensorflow/core/framework/summary.proto: Event { wall_time = 1, step = 2, file_version = 3, summary = 5 },
// Summary { value = 1 }, Value { tag = 1, simple_value = 2 }.

function varint(value: number): Buffer {
  const parts: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    parts.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Buffer.from(parts);
  }
}

function key(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([key(field, 0), varint(value)]);
}

function double(field: number, value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleLE(value);
  return Buffer.concat([key(field, 1), buffer]);
}

function float(field: number, value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return Buffer.concat([key(field, 5), buffer]);
}

function bytes(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([key(field, 2), varint(value.length), value]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}
