import type { EpochMetrics } from "../trial/metrics.js";
import { metricColumns } from "./schema.js";

/** What a statement takes and gives. */
export type Cell = string | number | null | Uint8Array;

/**
 * A double as the two values of the SQL expression `? / ?`. The driver binds a number closer than 2^-52 above an integer
 * as that integer, so that 1e-17 would become 0; the quotient is exact for every double but -0, which SQLite keeps as 0.
 */
export function real(value: number | null): [Cell, Cell] {
  if (value !== null && value !== 0 && Math.abs(value) < 2 ** -52) return [value * 2 ** 1023, 2 ** 1023];
  return [value, 1];
}

/** Placeholders for `metricCells`. */
export const metricPlaceholders = metricColumns.map((column) => (column === "epoch" ? "?" : "? / ?")).join(", ");

/** @throws RangeError where a metric is NaN, which SQLite would keep as NULL */
export function metricCells(metrics: EpochMetrics): Cell[] {
  return metricColumns.flatMap((column) => {
    const value = metrics[column] ?? null;
    if (Number.isNaN(value)) throw new RangeError(`epoch ${metrics.epoch}: ${column} is NaN`);
    return column === "epoch" ? [value] : real(value);
  });
}

/** The metrics of a row whose cells from `offset` on are `metricColumns`. */
export function metricsOf(row: readonly Cell[], offset: number): EpochMetrics {
  const topK = row[offset + 10];
  return {
    epoch: row[offset] as number,
    train_loss: row[offset + 1] as number,
    train_accuracy: row[offset + 2] as number,
    val_loss: row[offset + 3] as number,
    val_accuracy: row[offset + 4] as number,
    val_cross_entropy: row[offset + 5] as number,
    val_kl: row[offset + 6] as number | null,
    val_agreement: row[offset + 7] as number | null,
    val_ece: row[offset + 8] as number,
    ...(typeof topK === "number" && { val_top_k: topK }),
    seconds: row[offset + 9] as number,
  };
}

/** Little-endian float32, as every processor stores them that TensorFlow.js has a native library for. */
export function logitsBytes(logits: Float32Array): Uint8Array {
  return Buffer.copyBytesFrom(logits);
}

export function logitsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** Text without the NUL characters that would end it early in the database. */
export function textCell(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}
