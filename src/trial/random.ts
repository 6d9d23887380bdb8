import { createHash } from "node:crypto";

/**
 * A seed for one purpose, from a seed for many: different purposes give unrelated seeds.
 * It is the first non-zero 32-bit word (big-endian) of the sha256 of the JSON array `[seed, ...purpose]`,
 * so it is never 0, which TensorFlow.js takes for "no seed".
 *
 * @param seed a safe integer
 * @param purpose what the seed is for, from the general to the particular: `"order", epoch`
 * @returns 1 to 2^32 - 1
 * @throws RangeError where a number is not a safe integer
 */
export function deriveSeed(seed: number, ...purpose: readonly (string | number)[]): number {
  for (const part of [seed, ...purpose]) {
    if (typeof part === "number" && !Number.isSafeInteger(part)) {
      throw new RangeError(`deriveSeed: expected safe integers, found ${part}`);
    }
  }
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...purpose]))
    .digest();
  for (let offset = 0; offset < digest.length; offset += 4) {
    const word = digest.readUInt32BE(offset);
    if (word !== 0) return word;
  }
  return 1;
}

/**
 * Random numbers with the same bits on every machine: xoshiro128** (Blackman and Vigna, 2018), its state filled from
 * the seed by splitmix32. Nothing here uses a function whose last bit an engine may choose (sin, log, exp, pow).
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** @param seed an integer from 0 to 2^32 - 1. @throws RangeError where it is not */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(`Random: expected a seed from 0 to 4294967295, found ${seed}`);
    }
    let counter = seed | 0;
    const next = (): number => {
      counter = (counter + 0x9e3779b9) | 0;
      let z = counter;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return z ^ (z >>> 16);
    };
    this.a = next();
    this.b = next();
    this.c = next();
    this.d = next();
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** At least 0 and below 1, a multiple of 2^-53. */
  float(): number {
    const high = this.uint32() >>> 5;
    return (high * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000;
  }

  /**
   * An integer from 0 to n - 1, each equally likely.
   * @param n an integer from 1 to 2^32
   * @throws RangeError where it is not
   */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0x100000000) {
      throw new RangeError(`Random.integer: expected a count from 1 to 4294967296, found ${n}`);
    }
    const limit = 0x100000000 - (0x100000000 % n);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % n;
  }

  /** From the normal distribution of mean 0 and standard deviation 1 (Marsaglia's polar method, one of its two values). */
  normal(): number {
    for (;;) {
      const u = 2 * this.float() - 1;
      const v = 2 * this.float() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * logarithm(s)) / s);
    }
  }

  /** Puts the elements into a random order, in place, each order equally likely (Fisher and Yates). */
  shuffle<T>(array: { readonly length: number; [index: number]: T }): void {
    for (let last = array.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const moved = array[last] as T;
      array[last] = array[other] as T;
      array[other] = moved;
    }
  }
}

/** ln x for a normal x in (0, 1), by additions, multiplications and divisions alone; within 2e-16 of it, relatively. */
function logarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let sum = 0;
  for (let power = 23; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return exponent * Math.LN2 + 2 * z * sum;
}
