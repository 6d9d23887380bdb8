import type { MetricName } from "../trial/metrics.js";
import { halfWidth, type Summary } from "./statistics/summary.js";
import { plural } from "./values.js";

/** How a metric is named and written. */
export interface Quantity {
  /** "validation accuracy". */
  readonly title: string;
  /** What its numbers are multiplied by to be shown: 100 for shares. */
  readonly factor: 1 | 100;
  /** "%" for shares, "nats" for what is measured in them, "" for an objective, whose unit depends on the loss. */
  readonly unit: "%" | "nats" | "";
  /** Unit of a difference: "points" for shares. */
  readonly differenceUnit: string;
}

/**
 * Accuracy on the last batch of the validation split alone, which is what the article's evaluation reports: an extra to be
 * asked for, to be held against its published numbers and nothing else.
 */
export const lastBatchMetric = "val_accuracy_last_batch";

/** Accuracy on the test split, where the data set has one. */
export const testMetric = "test_accuracy";

/** What a finished trial has once, beside its epochs' metrics. */
export type FinalMetric = typeof lastBatchMetric | typeof testMetric;
export const finalMetrics: readonly FinalMetric[] = [testMetric, lastBatchMetric];

/** What can be compared. */
export type ComparedMetric = MetricName | FinalMetric;

/** Whether a metric is the objective itself, whose scale is the loss's. */
export function isObjective(metric: ComparedMetric): boolean {
  return metric === "train_loss" || metric === "val_loss";
}

/** Stands by objectives of several losses. */
export const ownObjectives =
  "Each configuration's own objective: levels compare only where the loss and its settings are the same";

/** What a table shows where there is no number. */
export const blank = "–";

function share(title: string): Quantity {
  return { title, factor: 100, unit: "%", differenceUnit: "points" };
}

function plain(title: string, unit: "nats" | ""): Quantity {
  return { title, factor: 1, unit, differenceUnit: unit };
}

export const quantities: Readonly<Record<ComparedMetric, Quantity>> = {
  train_loss: plain("training loss", ""),
  train_accuracy: share("training accuracy"),
  val_loss: plain("validation loss", ""),
  val_accuracy: share("validation accuracy"),
  val_accuracy_last_batch: share("validation accuracy on the last batch alone"),
  test_accuracy: share("test accuracy"),
  val_cross_entropy: plain("validation cross-entropy", "nats"),
  val_kl: plain("KL from teacher to student", "nats"),
  val_agreement: share("agreement with the teacher"),
  val_ece: share("calibration error (ECE)"),
  val_top_k: share("label among the top 5"),
};

/** A quantity's title and unit for an axis: "validation accuracy (%)". */
export function axisTitle(quantity: Quantity): string {
  return quantity.unit === "" ? quantity.title : `${quantity.title} (${quantity.unit})`;
}

/** A number with the digits that mean something: one decimal for shares in percent, else about four digits. */
export function digits(value: number, quantity: Quantity): string {
  const scaled = value * quantity.factor;
  const text = quantity.factor === 100 ? scaled.toFixed(1) : decimals(scaled);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

function decimals(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 1e-3)) return value.toExponential(2);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

/** "74.5 %", "0.812 nats". */
export function withUnit(value: number, quantity: Quantity): string {
  return quantity.unit === "" ? digits(value, quantity) : `${digits(value, quantity)} ${quantity.unit}`;
}

/** With its sign: "+3.4". */
export function signed(value: number, quantity: Quantity): string {
  const text = digits(value, quantity);
  return text.startsWith("-") || Number(text) === 0 ? text : `+${text}`;
}

/** "74.5 ±1.2" (interval), "74.5 (sd 0.8)" (two seeds) or "74.5". */
export function meanAndSpread(summary: Summary, quantity: Quantity): string {
  const half = halfWidth(summary);
  if (half !== null) return `${digits(summary.mean, quantity)} ±${digits(half, quantity)}`;
  const sd = summary.standardDeviation;
  return sd === null
    ? digits(summary.mean, quantity)
    : `${digits(summary.mean, quantity)} (sd ${digits(sd, quantity)})`;
}

/** A share: "74.5 %". */
export function percent(share: number): string {
  return withUnit(share, quantities.val_accuracy);
}

/** A difference of shares: "+3.4 points". */
export function points(difference: number): string {
  const { val_accuracy: quantity } = quantities;
  return `${signed(difference, quantity)} ${quantity.differenceUnit}`;
}

/** "+3.4 ±2.1", or without an interval "+3.4". */
export function difference(summary: Summary, quantity: Quantity): string {
  const half = halfWidth(summary);
  const mean = signed(summary.mean, quantity);
  return half === null ? mean : `${mean} ±${digits(half, quantity)}`;
}

/** "+3.4 ±2.1", and on how many pairs it rests where what it is of has more seeds: "+3.4 (1 pair)". */
export function pairedInWords(gain: Summary, own: Summary | null, quantity: Quantity): string {
  const pairs = gain.n < (own?.n ?? 0) ? ` (${plural(gain.n, "pair")})` : "";
  return `${difference(gain, quantity)}${pairs}`;
}

/** "+3.4 points (95 % interval +1.3 to +5.5)". */
export function differenceInWords(summary: Summary, quantity: Quantity): string {
  const unit = quantity.differenceUnit === "" ? "" : ` ${quantity.differenceUnit}`;
  const { interval, mean } = summary;
  const range =
    interval === null ? "" : ` (95 % interval ${signed(interval.low, quantity)} to ${signed(interval.high, quantity)})`;
  return `${signed(mean, quantity)}${unit}${range}`;
}
