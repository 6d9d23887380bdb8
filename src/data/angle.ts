/** A full turn in radians. */
export const turn = 6.283185307179586;

/**
 * Sine by additions and multiplications alone, so that every machine draws the same bits (an engine may choose the last
 * bit of Math.sin). Within 1e-9 of it for angles of a few turns.
 */
export function sine(angle: number): number {
  // Into a quarter turn on either side of 0, where the series converges fast.
  let x = angle - turn * Math.floor(angle / turn + 0.5);
  if (x > turn / 4) x = turn / 2 - x;
  else if (x < -turn / 4) x = -turn / 2 - x;
  const square = x * x;
  let series = 1;
  for (let n = 14; n >= 2; n -= 2) series = 1 - (series * square) / (n * (n + 1));
  return x * series;
}

/** Cosine, as `sine`. */
export function cosine(angle: number): number {
  return sine(angle + turn / 4);
}
