import { canonicalJson } from "../settings/canonical.js";
import type { KnownSetting } from "../settings/catalogue.js";
import { show } from "../settings/wording.js";
import type { ListTree, Tree } from "./document.js";
import type { Place } from "./findings.js";
import { findSettings, type Located, type Reading } from "./located.js";
import { showTree, valueOf } from "./tree.js";

/** A setting and the values that are meant of it. */
export interface DraftCondition {
  readonly known: KnownSetting;
  readonly place: Place;
  readonly path: string;
  readonly values: readonly Located[];
}

/** A block of settings, each with a value or a list of values any of which will do. At least one. */
export function readConditions(tree: Tree, path: string, reading: Reading): ReadonlyMap<string, DraftCondition> {
  const conditions = new Map<string, DraftCondition>();
  if (tree.kind !== "map" || tree.entries.length === 0) {
    reading.findings.add(tree.place, path, "conditions, like { loss.type: [kd, kd_ce] }", showTree(tree));
    return conditions;
  }
  for (const [key, { known, place, path: own, tree: allowed }] of findSettings(tree, path, reading)) {
    const values =
      allowed.kind === "list" ? readValues(known, allowed, own, reading) : [locate(known, allowed, own, reading)];
    conditions.set(key, { known, place, path: own, values });
  }
  return conditions;
}

/** The plain values of conditions, by setting. */
export function plainConditions(
  conditions: ReadonlyMap<string, DraftCondition>,
): Readonly<Record<string, readonly Located["value"][]>> {
  return Object.fromEntries([...conditions].map(([key, { values }]) => [key, values.map(({ value }) => value)]));
}

/** The values of a list, each once. An empty list is reported. */
export function readValues(known: KnownSetting, list: ListTree, path: string, reading: Reading): readonly Located[] {
  const located = readList(known, list, path, reading);
  const firsts = new Map<string, string>();
  for (const { value, place, path: own } of located) {
    const same = canonicalJson(value);
    const first = firsts.get(same);
    if (first === undefined) firsts.set(same, own);
    else reading.findings.add(place, own, "each value once", `${show(value)} a second time`, `the first is ${first}`);
  }
  return located;
}

/** The values of a list, which may stand in it several times. An empty list is reported. */
export function readList(known: KnownSetting, list: ListTree, path: string, reading: Reading): readonly Located[] {
  if (list.items.length === 0) {
    reading.findings.add(list.place, path, "at least one value", "an empty list");
  }
  return list.items.map((item, index) => locate(known, item, `${path}[${index}]`, reading));
}

/** A value with its place; what names a file or folder is made absolute. */
export function locate(known: KnownSetting, tree: Tree, path: string, reading: Reading): Located {
  return { value: reading.absolute(known, valueOf(tree), tree.place), place: tree.place, path };
}
