import type { KnownSetting } from "../settings/catalogue.js";
import { didYouMean } from "../settings/nearest.js";
import { describeSchema } from "../settings/wording.js";
import type { Entry, MapTree, Tree } from "./document.js";
import type { Draft } from "./draft.js";
import type { Findings } from "./findings.js";
import type { Located } from "./located.js";
import { distributions, type Distribution, type Range } from "./range.js";
import { showTree } from "./tree.js";

/** A range as it stands in the file. */
export interface DraftRange {
  readonly range: Range;
  /** Its bounds, which must be values of the setting. */
  readonly bounds: readonly Located[];
}

/** Keys of a parameter that is drawn from a range. */
export const rangeKeys = ["min", "max", "distribution", "q"];

/** W&B's names for what means something else here, or nothing. */
const others: Readonly<Record<string, string>> = {
  log_uniform: "log_uniform_values takes the bounds themselves, not their logarithms",
  q_log_uniform: "q_log_uniform_values takes the bounds themselves, not their logarithms",
  inv_log_uniform: "log_uniform_values favours small values; large ones can be listed",
  inv_log_uniform_values: "log_uniform_values favours small values; large ones can be listed",
  normal: "uniform serves between bounds",
  q_normal: "q_uniform serves between bounds",
  log_normal: "log_uniform_values serves between bounds",
  q_log_normal: "q_log_uniform_values serves between bounds",
};

/** `min`, `max`, `distribution` and `q` of a parameter. @returns undefined where something is wrong; `findings` says what */
export function readRange(
  known: KnownSetting,
  block: MapTree,
  path: string,
  findings: Findings,
): DraftRange | undefined {
  const before = findings.count;
  const inner = (name: string): Entry | undefined => block.entries.find(({ key }) => key === name);
  const number = (name: string): number => {
    const tree = inner(name)?.value;
    if (tree?.kind === "scalar" && typeof tree.value === "number") return tree.value;
    const found = tree === undefined ? "nothing" : showTree(tree);
    findings.add(tree?.place ?? block.place, `${path}.${name}`, "a number", found);
    return 0;
  };
  const distribution = readDistribution(inner("distribution")?.value, known, `${path}.distribution`, findings);
  // Another distribution may have other keys.
  if (distribution === undefined) return undefined;
  const [min, max] = [number("min"), number("max")];
  const hasStep = inner("q") !== undefined;
  const q = hasStep ? number("q") : undefined;
  if (findings.count > before) return undefined;
  const refuse = (name: string, expected: string, found: string): void => {
    findings.add(inner(name)?.value.place ?? block.place, `${path}.${name}`, expected, found);
  };
  if (max <= min) refuse("max", `more than min, ${min}`, String(max));
  if (distribution.includes("log") && min <= 0) refuse("min", `more than 0 for ${distribution}`, String(min));
  if (distribution === "int_uniform") {
    for (const [name, bound] of [["min", min] as const, ["max", max] as const]) {
      if (!Number.isSafeInteger(bound)) refuse(name, "a whole number for int_uniform", String(bound));
    }
    if (max - min >= 2 ** 32) refuse("max", `less than min + ${2 ** 32}`, String(max));
  }
  if (distribution.startsWith("q_") !== hasStep) {
    if (hasStep) refuse("q", `no step for ${distribution}`, String(q));
    else refuse("q", `a step for ${distribution}`, "nothing");
  } else if (q !== undefined && !(q > 0)) refuse("q", "a number > 0", String(q));
  if (findings.count > before) return undefined;
  const bounds = [["min", min] as const, ["max", max] as const].map(([name, value]) => ({
    value,
    place: inner(name)?.value.place ?? block.place,
    path: `${path}.${name}`,
  }));
  return { range: { distribution, min, max, ...(q === undefined ? {} : { q }) }, bounds };
}

/** By default whole numbers for a setting that takes no others, else any. */
function readDistribution(
  tree: Tree | undefined,
  known: KnownSetting,
  path: string,
  findings: Findings,
): Distribution | undefined {
  const isWhole = known.variants.every(({ schema }) => describeSchema(schema).expected.startsWith("a whole number"));
  if (tree === undefined) return isWhole ? "int_uniform" : "uniform";
  const value = tree.kind === "scalar" && typeof tree.value === "string" ? tree.value : "";
  const found = distributions.find((one) => one === value);
  const allowed = isWhole
    ? distributions.filter((one) => one === "int_uniform" || one.startsWith("q_"))
    : distributions;
  if (found !== undefined && allowed.includes(found)) return found;
  const hint = found === undefined ? (others[value] ?? didYouMean(value, allowed)) : `${known.key} takes whole numbers`;
  findings.add(tree.place, path, `one of ${allowed.join(", ")}`, showTree(tree), hint);
  return undefined;
}

/** A grid takes every combination, which ranges do not have. */
export function refuseRanges(draft: Draft, findings: Findings): void {
  for (const { range, place, path } of draft.swept.values()) {
    if (range === null) continue;
    findings.add(
      place,
      path,
      "{ values: [...] } or { value: ... } for method grid",
      "a range",
      "method: { name: random, count: 20 } draws from it",
    );
  }
}
