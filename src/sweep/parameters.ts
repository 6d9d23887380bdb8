import { canonicalJson } from "../settings/canonical.js";
import type { KnownSetting } from "../settings/catalogue.js";
import { didYouMean } from "../settings/nearest.js";
import { show } from "../settings/wording.js";
import type { ListTree, Tree } from "./document.js";
import type { Place } from "./findings.js";
import { findSettings, type Located, type NamedSetting, type Reading } from "./located.js";
import { showTree, valueOf } from "./tree.js";

/** A swept parameter as it stands in the file. */
export interface DraftParameter {
  readonly known: KnownSetting;
  readonly place: Place;
  readonly path: string;
  readonly values: readonly Located[];
  readonly when: ReadonlyMap<string, DraftCondition>;
}

/** One key of a `when`. */
export interface DraftCondition {
  readonly known: KnownSetting;
  readonly place: Place;
  readonly path: string;
  readonly values: readonly Located[];
}

/** The block `parameters`: what it sweeps, and what it fixes (a `value` without `when`). */
export interface DraftParameters {
  readonly swept: Map<string, DraftParameter>;
  readonly fixed: Map<string, Located>;
}

const keys = ["values", "value", "when"];
const shape = "{ values: [...] } or { value: ... }";

/** Reads the block `parameters`. */
export function readParameters(tree: Tree, reading: Reading): DraftParameters {
  const draft: DraftParameters = { swept: new Map(), fixed: new Map() };
  if (tree.kind !== "map") {
    reading.findings.add(tree.place, "parameters", `a block of settings, each ${shape}`, showTree(tree));
    return draft;
  }
  for (const [key, named] of findSettings(tree, "parameters", reading, ["seeds"])) {
    readParameter(key, named, draft, reading);
  }
  return draft;
}

function readParameter(key: string, named: NamedSetting, draft: DraftParameters, reading: Reading): void {
  const { findings } = reading;
  const { known, place, path, tree } = named;
  if (tree.kind !== "map") {
    const written = tree.kind === "list" ? `{ values: ${show(valueOf(tree))} }` : `{ value: ${show(valueOf(tree))} }`;
    findings.add(place, path, shape, showTree(tree), `as in ${key}: ${written}`);
    return;
  }
  for (const entry of tree.entries) {
    if (keys.includes(entry.key)) continue;
    const hint = didYouMean(entry.key, keys);
    findings.add(entry.place, `${path}.${entry.key}`, `one of ${keys.join(", ")}`, "an unknown key", hint);
  }
  const inner = (name: string): Tree | undefined => tree.entries.find((entry) => entry.key === name)?.value;
  const [values, value, when] = [inner("values"), inner("value"), inner("when")];
  if ((values === undefined) === (value === undefined)) {
    findings.add(place, path, `either ${shape}`, values === undefined ? "neither" : "both");
    return;
  }
  const conditions = when === undefined ? new Map<string, DraftCondition>() : readWhen(when, `${path}.when`, reading);
  if (value !== undefined) {
    const located = locate(known, value, `${path}.value`, reading);
    if (when === undefined) draft.fixed.set(key, located);
    else draft.swept.set(key, { known, place, path, values: [located], when: conditions });
  } else if (values?.kind !== "list") {
    findings.add(place, `${path}.values`, "a list of values", showTree(values ?? tree));
  } else {
    draft.swept.set(key, {
      known,
      place,
      path,
      values: readValues(known, values, `${path}.values`, reading),
      when: conditions,
    });
  }
}

/** The values of a list, each once. An empty list is reported. */
export function readValues(known: KnownSetting, list: ListTree, path: string, reading: Reading): readonly Located[] {
  if (list.items.length === 0) {
    reading.findings.add(list.place, path, "at least one value", "an empty list");
  }
  const located = list.items.map((item, index) => locate(known, item, `${path}[${index}]`, reading));
  const firsts = new Map<string, string>();
  for (const { value, place, path: own } of located) {
    const same = canonicalJson(value);
    const first = firsts.get(same);
    if (first === undefined) firsts.set(same, own);
    else reading.findings.add(place, own, "each value once", `${show(value)} a second time`, `the first is ${first}`);
  }
  return located;
}

function readWhen(tree: Tree, path: string, reading: Reading): ReadonlyMap<string, DraftCondition> {
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

function locate(known: KnownSetting, tree: Tree, path: string, reading: Reading): Located {
  return { value: reading.absolute(known, valueOf(tree), tree.place), place: tree.place, path };
}
