import type { Value } from "../trial/value.js";

/**
 * JSON that is the same text for the same data: keys sorted, numbers by value (1 and 1.0, 0 and -0) and rounded to 12
 * significant digits, so that 0.1 + 0.2 is 0.3; whole numbers are exact. Keys whose value is undefined are left out.
 * @throws Error for a number that is not finite, which JSON cannot write
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number") return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`);
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(value);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} has no place in an identity`);
  if (Number.isSafeInteger(value)) return String(value + 0);
  return String(Number(value.toPrecision(12)) + 0);
}

/** Whether two values mean the same setting: 1 and 1.0, 0.3 and 0.1 + 0.2. */
export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  // Far beyond what rounding could bring together: the common case needs no text.
  if (typeof one === "number" && typeof other === "number" && Math.abs(one - other) > 1e-9 * Math.abs(one))
    return false;
  return canonicalJson(one) === canonicalJson(other);
}
