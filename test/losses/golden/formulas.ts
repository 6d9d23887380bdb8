/**
 * The losses' formulas in double precision, written out with plain arithmetic for one batch of rows, independent of the
 * project's own code: the origin of `values.json`, and what the tests differentiate numerically. Straight from the papers
 * and the authors' code, with no thought of float32.
 */
export type Rows = readonly (readonly number[])[];

export interface Batch {
  readonly student: Rows;
  readonly teacher: Rows;
  /** Probabilities. */
  readonly labels: Rows;
  /** From 1. */
  readonly epoch: number;
}

export interface Terms {
  readonly teacher?: readonly number[];
  readonly labels?: readonly number[];
}

type Numbers = Readonly<Record<string, number>>;
export type Formula = (batch: Batch, settings: Numbers) => Terms;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const dot = (one: readonly number[], other: readonly number[]): number => sum(one.map((a, i) => a * other[i]!));
const length = (values: readonly number[]): number => Math.sqrt(dot(values, values));
const firstGreatest = (row: readonly number[]): number => row.indexOf(Math.max(...row));
const columns = (rows: Rows): number[][] => rows[0]!.map((_, c) => rows.map((row) => row[c]!));

/** Unbiased. */
export function deviation(row: readonly number[]): number {
  return Math.sqrt(sum(row.map((z) => (z - mean(row)) ** 2)) / (row.length - 1));
}

export function softmax(row: readonly number[], temperature = 1): number[] {
  const powers = row.map((z) => Math.exp((z - Math.max(...row)) / temperature));
  return powers.map((power) => power / sum(powers));
}

function logSoftmax(row: readonly number[], temperature = 1): number[] {
  const shifted = row.map((z) => (z - Math.max(...row)) / temperature);
  const log = Math.log(sum(shifted.map(Math.exp)));
  return shifted.map((z) => z - log);
}

/** KL(softmax(p/τ) || softmax(q/τ)) of logits. */
function kl(p: readonly number[], q: readonly number[], temperature = 1): number {
  const [logP, logQ] = [logSoftmax(p, temperature), logSoftmax(q, temperature)];
  return sum(logP.map((log, c) => Math.exp(log) * (log - logQ[c]!)));
}

/** KL([p, 1 - p] || [q, 1 - q]) */
const binaryKl = (p: number, q: number): number => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));

const crossEntropies = ({ student, labels }: Batch): number[] =>
  student.map((row, i) => -dot(labels[i]!, logSoftmax(row)));

/** The batch's rows with the label's class (of the greatest probability). */
const rowsOf = ({ student, teacher, labels }: Batch) =>
  student.map((s, i) => ({ s, t: teacher[i]!, y: firstGreatest(labels[i]!) }));

/** Pearson's correlation, with 1e-8 in its denominator. */
function correlation(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [one, other].map((row) => row.map((value) => value - mean(row))) as [number[], number[]];
  return dot(a, b) / (length(a) * length(b) + 1e-8);
}

const scale = (temperature: number): number => temperature * temperature;
const softCrossEntropy = (s: readonly number[], t: readonly number[], temperature: number): number =>
  -dot(softmax(t, temperature), logSoftmax(s, temperature));
const squares = (s: readonly number[], t: readonly number[]): number => sum(s.map((z, c) => (z - t[c]!) ** 2));

/** By the loss's name; `temperatureScaling` is `soft`, where the loss has it. */
export const formulas: Readonly<Record<string, Formula>> = {
  hard: (batch) => ({ labels: crossEntropies(batch) }),

  kd: (batch, { temperature: τ = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t }) => scale(τ) * softCrossEntropy(s, t, τ)),
  }),

  kd_ce: (batch, { temperature: τ = 0, alpha: α = 0, beta: β = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t }) => ((α * scale(τ)) / (α + β)) * softCrossEntropy(s, t, τ)),
    labels: crossEntropies(batch).map((ce) => (β / (α + β)) * ce),
  }),

  mse: (batch) => ({ teacher: rowsOf(batch).map(({ s, t }) => squares(s, t) / s.length) }),

  kd_mse: (batch, { temperature: τ = 0, alpha: α = 0 }) => ({
    teacher: rowsOf(batch).map(
      ({ s, t }) => α * scale(τ) * softCrossEntropy(s, t, τ) + (1 - α) * (squares(s, t) / s.length),
    ),
  }),

  ce_mse: (batch, { alpha: α = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t }) => (1 - α) * squares(s, t)),
    labels: crossEntropies(batch).map((ce) => α * ce),
  }),

  dkd: (batch, { temperature: τ = 0, alpha: α = 0, beta: β = 0, warmup = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t, y }) => {
      const others = (row: readonly number[]): number[] => row.filter((_, c) => c !== y);
      const target = binaryKl(softmax(t, τ)[y]!, softmax(s, τ)[y]!);
      return Math.min(batch.epoch / warmup, 1) * scale(τ) * (α * target + β * kl(others(t), others(s), τ));
    }),
    labels: crossEntropies(batch),
  }),

  nkd: (batch, { temperature: λ = 0, gamma: γ = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t, y }) => {
      const others = (row: readonly number[]): number[] => row.filter((_, c) => c !== y);
      return -softmax(t)[y]! * logSoftmax(s)[y]! + γ * scale(λ) * softCrossEntropy(others(s), others(t), λ);
    }),
    labels: crossEntropies(batch),
  }),

  dist: (batch, { temperature: τ = 0, beta: β = 0, gamma: γ = 0 }) => {
    const [ours, theirs] = [batch.student, batch.teacher].map((rows) => rows.map((row) => softmax(row, τ))) as [
      number[][],
      number[][],
    ];
    const [ourColumns, theirColumns] = [columns(ours), columns(theirs)];
    const ofColumns = 1 - mean(ourColumns.map((column, c) => correlation(column, theirColumns[c]!)));
    return {
      teacher: ours.map((row, i) => 2 * scale(τ) * (β * (1 - correlation(row, theirs[i]!)) + γ * ofColumns)),
      labels: crossEntropies(batch),
    };
  },

  rld: (batch, { temperature: τ = 0, targetTemperature: τa = 0, alpha: α = 0, beta: β = 0, warmup = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t, y }) => {
      const below = (row: readonly number[]): number[] => row.filter((_, c) => t[c]! < t[y]!);
      const trust = scale(τa) * binaryKl(Math.max(...softmax(t, τa)), softmax(s, τa)[y]!);
      const ranking = below(t).length === 0 ? 0 : scale(τ) * kl(below(t), below(s), τ);
      return Math.min(batch.epoch / warmup, 1) * (α * trust + β * ranking);
    }),
    labels: crossEntropies(batch),
  }),

  wttm: (batch, { gamma: γ = 0, beta: β = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t }) => {
      const powers = softmax(t).map((p) => p ** γ);
      const u = sum(powers);
      const logs = logSoftmax(s);
      return β * u * sum(powers.map((power, c) => (power / u) * (Math.log(power / u) - logs[c]!)));
    }),
    labels: crossEntropies(batch),
  }),

  norm_kd: (batch, { temperatureFactor: n = 0, alpha: α = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t }) => {
      const by = (row: readonly number[]): number[] => row.map((z) => z / (n * deviation(row)));
      return α * (n * deviation(t)) ** 2 * kl(by(t), by(s));
    }),
    labels: crossEntropies(batch).map((ce) => (1 - α) * ce),
  }),

  reverse_kl: (batch, { temperature: τ = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t }) => scale(τ) * kl(s, t, τ)),
  }),

  jsd: (batch, { temperature: τ = 0, beta: β = 0 }) => ({
    teacher: rowsOf(batch).map(({ s, t }) => {
      if (β === 0) return scale(τ) * kl(t, s, τ);
      if (β === 1) return scale(τ) * kl(s, t, τ);
      const [p, q] = [softmax(t, τ), softmax(s, τ)];
      const m = p.map((value, c) => β * value + (1 - β) * q[c]!);
      const toM = (row: number[]): number => sum(row.map((value, c) => value * Math.log(value / m[c]!)));
      return scale(τ) * (β * toM(p) + (1 - β) * toM(q));
    }),
  }),
};

/** The same with `standardize`: both models' logits of the teacher's term less their mean over 1e-7 + their deviation. */
export function standardizing(formula: Formula): Formula {
  const of = (rows: Rows): Rows => rows.map((row) => row.map((z) => (z - mean(row)) / (1e-7 + deviation(row))));
  return (batch, settings) => {
    const { teacher } = formula({ ...batch, student: of(batch.student), teacher: of(batch.teacher) }, settings);
    const { labels } = formula(batch, settings);
    return { ...(teacher && { teacher }), ...(labels && { labels }) };
  };
}

/** The objective: the mean over the batch of the terms' sum. */
export function objective({ teacher, labels }: Terms): number {
  return mean((teacher ?? labels ?? []).map((_, i) => (teacher?.[i] ?? 0) + (labels?.[i] ?? 0)));
}
