import type { Settings } from "../../trial/value.js";
import { rowOf, softmax, type TaughtPredictions } from "../predictions.js";

/** Mean norms of both terms' gradients with respect to the student's logits. */
export interface Gradients {
  readonly soft: number;
  readonly hard: number;
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** What each term's gradient is multiplied by, and the temperature of the soft one (null: it is on logits). */
function weights(loss: Settings["loss"]): { soft: number; hard: number; temperature: number | null } | null {
  const alpha = number(loss.alpha);
  if (alpha === null || loss.standardize === true) return null;
  if (loss.type === "ce_mse") return { soft: 1 - alpha, hard: alpha, temperature: null };
  const [beta, temperature] = [number(loss.beta), number(loss.temperature)];
  if (loss.type !== "kd_ce" || beta === null || temperature === null) return null;
  const share = alpha / (alpha + beta);
  const squared = temperature * temperature;
  const scaling = loss.temperatureScaling;
  return {
    soft: share * (scaling === "none" ? 1 : squared),
    hard: (1 - share) * (scaling === "whole" ? squared : 1),
    temperature,
  };
}

/**
 * Norms of the gradients of the teacher's and the labels' term at the final logits, mean over the validation images, in
 * closed form: of kd_ce w·(softmax(z_s/τ) - softmax(z_t/τ))/τ and w·(softmax(z_s) - y), of ce_mse 2w·(z_s - z_t) and the
 * same, with the terms' weights w as the loss has them. null for every other loss, and where logits are standardized.
 */
export function gradients(loss: Settings["loss"], { labels, student, teacher }: TaughtPredictions): Gradients | null {
  const weight = weights(loss);
  if (weight === null) return null;
  const classes = student.length / labels.length;
  const smoothing = number(loss.labelSmoothing) ?? 0;
  const { temperature } = weight;
  let soft = 0;
  let hard = 0;
  labels.forEach((label, image) => {
    const own = rowOf(student, classes, image);
    const other = rowOf(teacher, classes, image);
    const target = temperature === null ? Float64Array.from(other) : softmax(other, temperature);
    const given = temperature === null ? Float64Array.from(own) : softmax(own, temperature);
    const factor = temperature === null ? 2 : 1 / temperature;
    soft += factor * norm(given.map((value, index) => value - (target[index] ?? 0)));
    const share = (index: number): number => (index === label ? 1 - smoothing : 0) + smoothing / classes;
    hard += norm(softmax(own).map((value, index) => value - share(index)));
  });
  return { soft: (weight.soft * soft) / labels.length, hard: (weight.hard * hard) / labels.length };
}
