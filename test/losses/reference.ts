/*
 * The losses in double precision, as written-out arithmetic on one sample: what the golden values come from. Nothing
 * here shares code or a formulation (logsumexp, log1p) with the losses under test.
 */

/** exp(z_c/τ) / Σ exp(z_k/τ). */
export function softmax(logits: readonly number[], temperature = 1): number[] {
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - top) / temperature));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** -Σ p log q; a term of p = 0 counts 0. */
export function crossEntropy(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, pc, c) => (pc === 0 ? sum : sum - pc * Math.log(q[c]!)), 0);
}

export function kd(student: readonly number[], teacher: readonly number[], temperature: number): number {
  return crossEntropy(softmax(teacher, temperature), softmax(student, temperature));
}

export function ce(student: readonly number[], label: number): number {
  return -Math.log(softmax(student)[label]!);
}

export function mse(student: readonly number[], teacher: readonly number[]): number {
  return student.reduce((sum, z, c) => sum + (z - teacher[c]!) ** 2, 0) / student.length;
}

/** Gradient of `kd` with respect to the student's logits: (p_s^τ - p_t^τ)/τ. */
export function kdGradient(student: readonly number[], teacher: readonly number[], temperature: number): number[] {
  const target = softmax(teacher, temperature);
  return softmax(student, temperature).map((p, c) => (p - target[c]!) / temperature);
}

/** Gradient of `ce`: p_s - y. */
export function ceGradient(student: readonly number[], label: number): number[] {
  return softmax(student).map((p, c) => p - (c === label ? 1 : 0));
}

export function mseGradient(student: readonly number[], teacher: readonly number[]): number[] {
  return student.map((z, c) => (2 * (z - teacher[c]!)) / student.length);
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
