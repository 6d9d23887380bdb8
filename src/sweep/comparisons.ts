import { didYouMean } from "../settings/nearest.js";
import type { Value } from "../trial/value.js";
import { readFixed } from "./fixed.js";
import { readBlocks } from "./blocks.js";
import { plainConditions, readConditions, type DraftCondition } from "./conditions.js";
import type { Entry, Tree } from "./document.js";
import type { Findings, Place } from "./findings.js";
import { findSettings, type Located, type Reading } from "./located.js";
import type { Comparison } from "../trial/comparison.js";
import { showTree } from "./tree.js";

/** A parameter's dotted name where it stands. */
export type DraftName = Pick<Located, "place" | "path"> & { readonly key: string };

/** A comparison as it stands in the file. */
export interface DraftComparison {
  /** At least one. */
  readonly by: readonly DraftName[];
  readonly where: ReadonlyMap<string, DraftCondition>;
  readonly baseline: ReadonlyMap<string, Located> | null;
  readonly name: string | null;
}

const keys = ["by", "where", "baseline", "name"];

/** `comparisons`: what the report compares. */
export function readComparisons(tree: Tree, reading: Reading): readonly DraftComparison[] {
  const { findings } = reading;
  const example = "{ by: loss.type, where: { student.type: shallow } }";
  return readBlocks(tree, "comparisons", example, findings).flatMap(({ block, path }) => {
    for (const { key, place } of block.entries) {
      if (keys.includes(key)) continue;
      findings.add(place, `${path}.${key}`, `one of ${keys.join(", ")}`, "an unknown key", didYouMean(key, keys));
    }
    const inner = (name: string): Entry | undefined => block.entries.find(({ key }) => key === name);
    const by = readNames(inner("by"), block.place, `${path}.by`, findings);
    if (by.length === 0) return [];
    const where = inner("where");
    const baseline = inner("baseline");
    return [
      {
        by,
        where: where === undefined ? new Map<never, never>() : readConditions(where.value, `${path}.where`, reading),
        baseline: baseline === undefined ? null : readSettings(baseline.value, `${path}.baseline`, reading),
        name: readTitle(inner("name")?.value, `${path}.name`, findings),
      },
    ];
  });
}

/** A name, or a list of different ones. @returns none where something is wrong with them */
function readNames(by: Entry | undefined, start: Place, path: string, findings: Findings): readonly DraftName[] {
  const expected = "the dotted name of a parameter, like loss.type, or a list of them";
  if (by === undefined || (by.value.kind === "list" && by.value.items.length === 0)) {
    findings.add(by?.place ?? start, path, expected, by === undefined ? "nothing" : showTree(by.value));
    return [];
  }
  const items = by.value.kind === "list" ? by.value.items : [by.value];
  const names = new Map<string, DraftName>();
  for (const [index, item] of items.entries()) {
    const own = by.value.kind === "list" ? `${path}[${index}]` : path;
    if (item.kind !== "scalar" || typeof item.value !== "string")
      findings.add(item.place, own, expected, showTree(item));
    else if (names.has(item.value)) findings.add(item.place, own, "each name once", `${item.value} a second time`);
    else names.set(item.value, { key: item.value, place: item.place, path: own });
  }
  return names.size === items.length ? [...names.values()] : [];
}

/** Settings of one configuration, at least one. */
export function readSettings(tree: Tree, path: string, reading: Reading): ReadonlyMap<string, Located> {
  if (tree.kind !== "map" || tree.entries.length === 0) {
    const expected = "settings of one configuration, like { loss.type: hard }";
    reading.findings.add(tree.place, path, expected, showTree(tree));
    return new Map();
  }
  return readFixed(findSettings(tree, path, reading), reading);
}

function readTitle(tree: Tree | undefined, path: string, findings: Findings): string | null {
  if (tree === undefined) return null;
  const title = tree.kind === "scalar" && typeof tree.value === "string" ? tree.value.trim() : "";
  if (title !== "" && title.length <= 200 && !/[\n\r]/.test(title)) return title;
  findings.add(tree.place, path, "one line of text", showTree(tree));
  return null;
}

/** What a sweep's comparisons say, as plain data. */
export function plainComparisons(drafts: readonly DraftComparison[]): readonly Comparison[] {
  return drafts.map(({ by, where, baseline, name }) => ({
    name,
    by: oneOrAll(by.map(({ key }) => key)),
    where: plainConditions(where),
    baseline: baseline === null ? null : plainSettings(baseline),
  }));
}

/** One name alone is no list, as ever in a study. */
export function oneOrAll(names: readonly string[]): Comparison["by"] {
  const [first = "", ...others] = names;
  return others.length === 0 ? first : names;
}

/** Located values as plain ones. */
export function plainSettings(located: ReadonlyMap<string, Located>): Readonly<Record<string, Value>> {
  return Object.fromEntries([...located].map(([key, { value }]) => [key, value]));
}
