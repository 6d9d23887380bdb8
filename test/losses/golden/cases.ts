import type { Batch, Rows } from "./formulas.js";

/** A loss and its settings, all but `temperatureScaling` (`soft`). */
export interface Case {
  readonly loss: string;
  readonly settings: Readonly<Record<string, number>>;
  readonly standardize?: true;
  readonly epoch?: number;
}

const temperatures = [1, 5, 0.5] as const;

/** Every loss at its defaults, and with each of its settings at another value. */
export const cases: readonly Case[] = [
  { loss: "hard", settings: {} },
  ...temperatures.map((temperature) => ({ loss: "kd", settings: { temperature } })),
  { loss: "kd", settings: { temperature: 2 }, standardize: true },
  { loss: "kd_ce", settings: { temperature: 5, alpha: 0.9, beta: 0.1 } },
  { loss: "kd_ce", settings: { temperature: 2, alpha: 9, beta: 0.1 }, standardize: true },
  { loss: "mse", settings: {} },
  { loss: "kd_mse", settings: { temperature: 5, alpha: 0.3 } },
  { loss: "ce_mse", settings: { alpha: 0.3 } },
  { loss: "dkd", settings: { temperature: 4, alpha: 1, beta: 8, warmup: 1 } },
  { loss: "dkd", settings: { temperature: 1, alpha: 1, beta: 0.5, warmup: 1 } },
  { loss: "dkd", settings: { temperature: 4, alpha: 1, beta: 8, warmup: 20 }, epoch: 3 },
  { loss: "dkd", settings: { temperature: 2, alpha: 9, beta: 72, warmup: 1 }, standardize: true },
  { loss: "nkd", settings: { temperature: 3, gamma: 3.5 } },
  { loss: "nkd", settings: { temperature: 1, gamma: 1.5 } },
  { loss: "nkd", settings: { temperature: 2, gamma: 1.5 }, standardize: true },
  { loss: "dist", settings: { temperature: 4, beta: 1, gamma: 1 } },
  { loss: "dist", settings: { temperature: 1, beta: 2, gamma: 0.5 } },
  { loss: "dist", settings: { temperature: 2, beta: 1, gamma: 1 }, standardize: true },
  { loss: "rld", settings: { temperature: 4, targetTemperature: 1, alpha: 1, beta: 8, warmup: 1 } },
  { loss: "rld", settings: { temperature: 2, targetTemperature: 3, alpha: 2, beta: 0.5, warmup: 20 }, epoch: 7 },
  { loss: "rld", settings: { temperature: 2, targetTemperature: 1, alpha: 1, beta: 8, warmup: 1 }, standardize: true },
  { loss: "wttm", settings: { gamma: 0.1, beta: 45 } },
  { loss: "wttm", settings: { gamma: 0.7, beta: 2 } },
  { loss: "wttm", settings: { gamma: 0.5, beta: 2 }, standardize: true },
  { loss: "norm_kd", settings: { temperatureFactor: 2, alpha: 0.9 } },
  { loss: "norm_kd", settings: { temperatureFactor: 1, alpha: 0.5 } },
  ...temperatures.map((temperature) => ({ loss: "reverse_kl", settings: { temperature } })),
  { loss: "reverse_kl", settings: { temperature: 2 }, standardize: true },
  { loss: "jsd", settings: { temperature: 5, beta: 0.5 } },
  { loss: "jsd", settings: { temperature: 1, beta: 0.1 } },
  { loss: "jsd", settings: { temperature: 0.5, beta: 0.9 } },
  { loss: "jsd", settings: { temperature: 2, beta: 0 } },
  { loss: "jsd", settings: { temperature: 2, beta: 1 } },
  { loss: "jsd", settings: { temperature: 2, beta: 0.3 }, standardize: true },
];

const oneHot = (...classes: number[]): number[][] =>
  classes.map((y) => Array.from({ length: 5 }, (_, c) => (c === y ? 1 : 0)));

/**
 * Batches of five classes, |z| <= 20; every number has few enough binary digits to be the same in float32. The teacher is
 * right in some images, wrong in others and least sure of the label in one.
 */
export const batches: Readonly<Record<string, Omit<Batch, "epoch">>> = {
  ordinary: {
    student: [
      [1.5, -0.25, 0.75, 2.125, -3],
      [-2, 4.5, 0.5, 0.25, 1],
      [0.125, 0.25, -0.375, 0.5, 0],
      [3, 1.75, -2.5, 0.625, 6.5],
    ],
    teacher: [
      [2.75, 0.5, -1.25, 4.5, -2],
      [-1.5, 2.25, 3.875, -4, 0.75],
      [-0.5, 1.5, 0.75, -1.25, 0.375],
      [-3.25, 0.5, 1.25, 2, 9.75],
    ],
    labels: oneHot(3, 1, 3, 4),
  },
  wide: {
    student: [
      [19.5, -20, 3.25, 12.75, -7.5],
      [-18.75, 6.5, 20, -11, 14.25],
      [8, 7.75, -16.5, 18.25, 17.5],
    ],
    teacher: [
      [14.25, -13.5, 20, -6.75, 1.5],
      [-20, 11.25, 17.5, -2.5, 15],
      [19.75, -9, -20, 16.25, 13],
    ],
    labels: oneHot(2, 4, 0),
  },
  near: {
    student: [
      [3.5, 1.25, 0.5, -2, 0.75],
      [-1, 2.25, 0.25, 0.5, -4.5],
    ],
    teacher: [
      [3.5625, 1.1875, 0.5, -2.125, 0.8125],
      [-1.0625, 2.3125, 0.375, 0.5, -4.375],
    ],
    labels: oneHot(0, 1),
  },
  softLabels: {
    student: [
      [1.5, -0.25, 0.75, 2.125, -3],
      [-2, 4.5, 0.5, 0.25, 1],
    ],
    teacher: [
      [2.75, 0.5, -1.25, 4.5, -2],
      [-1.5, 2.25, 3.875, -4, 0.75],
    ],
    labels: [
      [0.25, 0, 0, 0.75, 0],
      [0.0625, 0.5, 0.3125, 0.0625, 0.0625],
    ],
  },
};

/** What the tests and the golden values call a case. */
export function titleOf({ loss, settings, standardize, epoch }: Case): string {
  const written = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  const rest = [...(standardize === true ? ["standardize"] : []), ...(epoch === undefined ? [] : [`epoch ${epoch}`])];
  return [loss, ...written, ...rest].join(", ");
}

/** Student's logits scaled so that a division by τ does not change them: the bug of dividing the teacher's alone. */
export const timesTemperature = (rows: Rows, temperature: number): Rows =>
  rows.map((row) => row.map((z) => z * temperature));
