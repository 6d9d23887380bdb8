import { isRecord, withoutFolders } from "../trial/paths.js";
import type { Conditions } from "../trial/comparison.js";
import { printable } from "../trial/printable.js";
import type { Value } from "../trial/value.js";

export { printable, printableLines } from "../trial/printable.js";

/** The same text for equal values, whatever the order of their keys. */
export function canonical(value: Value): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

/** A setting's value as a person reads it: strings bare, lists and blocks as JSON. `key` is its dotted name. */
export function shown(key: string, value: Value): string {
  const short = withoutFolders(key, value);
  return printable(typeof short === "string" ? short : JSON.stringify(short));
}

/** A number that a chart names, without the digits that no reader needs: 0.833333333333 is 0.8333. */
export function shortNumber(value: number): string {
  return value >= 10_000 ? value.toLocaleString("en-GB") : String(Number(value.toPrecision(4)));
}

/** "a, b and c". */
export function inSeries(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** Conditions in words, one each: "loss.type kd or mse". */
export function conditionsInWords(where: Conditions): string[] {
  return Object.entries(where).map(([name, values]) => {
    return `${name} ${values.map((value) => shown(name, value)).join(" or ")}`;
  });
}

/** "a; b; and 3 more": the first `most` of them; all where one alone would be left. */
export function firstNamed(labels: readonly string[], most: number): string {
  if (labels.length <= most + 1) return labels.join("; ");
  return `${labels.slice(0, most).join("; ")}; and ${labels.length - most} more`;
}

/** "1 seed", "2 seeds". */
export function plural(number: number, singular: string): string {
  return `${number} ${singular}${number === 1 ? "" : "s"}`;
}
