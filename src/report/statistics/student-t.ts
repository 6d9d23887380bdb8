const halfPi = Math.PI / 2;

/**
 * P(|T| <= sqrt(df)·tan(angle)) of Student's t with a whole number of degrees of freedom: the finite series of
 * Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.3 (df odd) and 26.7.4 (df even).
 */
function centralProbability(angle: number, df: number): number {
  const cosine = Math.cos(angle);
  const squared = cosine * cosine;
  const odd = df % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = df === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < df; k += 2) {
    term *= ((k - 1) / k) * squared;
    sum += term;
  }
  const series = Math.sin(angle) * sum;
  return odd ? (angle + series) / halfPi : series;
}

/**
 * The t with P(|T| <= t) = `confidence` for Student's t.
 * @param df degrees of freedom, a whole number from 1
 * @param confidence between 0 and 1, both excluded; 0.95 gives the 97.5 % point of the usual tables
 */
export function tQuantile(df: number, confidence: number): number {
  if (!Number.isInteger(df) || df < 1)
    throw new RangeError(`degrees of freedom must be a whole number >= 1, got ${df}`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`confidence must lie in (0, 1), got ${confidence}`);
  let low = 0;
  let high = halfPi;
  for (let middle = halfPi / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (centralProbability(middle, df) < confidence) low = middle;
    else high = middle;
  }
  return Math.sqrt(df) * Math.tan(low);
}

/**
 * P(|T| >= |t|): the two-sided p-value of Student's t with a whole number of degrees of freedom. 0 for an infinite `t`.
 * @param df degrees of freedom, a whole number from 1
 */
export function tTwoSided(t: number, df: number): number {
  return Math.max(0, 1 - centralProbability(Math.atan(Math.abs(t) / Math.sqrt(df)), df));
}
