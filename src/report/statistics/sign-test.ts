import { gammaln } from "simple-statistics";

/**
 * The exact two-sided p-value of `a` against `b` where both sides are equally likely: McNemar's test on the discordant
 * pairs in its exact form, the sign test. Twice the smaller tail of the binomial distribution, at most 1; 1 for no pair
 * at all. Exact at every size, so that no chi-square approximation is needed.
 * @param a pairs of one kind, a whole number from 0
 * @param b pairs of the other
 */
export function signTest(a: number, b: number): number {
  const n = a + b;
  const least = Math.min(a, b);
  let tail = 0;
  for (let k = least; k >= 0; k--) {
    const term = Math.exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) - n * Math.LN2);
    tail += term;
    if (term < tail * 1e-17) break;
  }
  return Math.min(1, 2 * tail);
}
