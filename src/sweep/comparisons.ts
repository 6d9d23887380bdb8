import { didYouMean } from "../settings/nearest.js";
import type { Value } from "../trial/value.js";
import { readFixed } from "./fixed.js";
import { readBlocks } from "./blocks.js";
import { plainConditions, readConditions, type DraftCondition } from "./conditions.js";
import type { Entry, Tree } from "./document.js";
import type { Findings } from "./findings.js";
import { findSettings, type Located, type Reading } from "./located.js";
import type { Comparison } from "../trial/comparison.js";
import { showTree } from "./tree.js";

/** A comparison as it stands in the file. */
export interface DraftComparison {
  readonly by: Pick<Located, "place" | "path"> & { readonly key: string };
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
    const by = inner("by");
    if (by?.value.kind !== "scalar" || typeof by.value.value !== "string") {
      const found = by === undefined ? "nothing" : showTree(by.value);
      findings.add(by?.place ?? block.place, `${path}.by`, "the dotted name of a parameter, like loss.type", found);
      return [];
    }
    const where = inner("where");
    const baseline = inner("baseline");
    return [
      {
        by: { key: by.value.value, place: by.value.place, path: `${path}.by` },
        where: where === undefined ? new Map<never, never>() : readConditions(where.value, `${path}.where`, reading),
        baseline: baseline === undefined ? null : readSettings(baseline.value, `${path}.baseline`, reading),
        name: readTitle(inner("name")?.value, `${path}.name`, findings),
      },
    ];
  });
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
    by: by.key,
    where: plainConditions(where),
    baseline: baseline === null ? null : plainSettings(baseline),
  }));
}

/** Located values as plain ones. */
export function plainSettings(located: ReadonlyMap<string, Located>): Readonly<Record<string, Value>> {
  return Object.fromEntries([...located].map(([key, { value }]) => [key, value]));
}
