import type { KnownSetting } from "../settings/catalogue.js";
import { didYouMean } from "../settings/nearest.js";
import { show } from "../settings/wording.js";
import { locate, readConditions, readValues, type DraftCondition } from "./conditions.js";
import type { Tree } from "./document.js";
import type { Place } from "./findings.js";
import { findSettings, type Located, type NamedSetting, type Reading } from "./located.js";
import { rangeKeys, readRange, type DraftRange } from "./range-key.js";
import { showTree, valueOf } from "./tree.js";
import { wandbHint } from "./wandb.js";
import type { Zip } from "./zip.js";

/** A swept parameter as it stands in the file. */
export interface DraftParameter {
  readonly known: KnownSetting;
  readonly place: Place;
  readonly path: string;
  readonly values: readonly Located[];
  readonly when: ReadonlyMap<string, DraftCondition>;
  /** Shared with the parameters that take their values together with this one's; null where it varies on its own. */
  readonly zip: Zip | null;
  /** What its values are drawn from in place of a list; null otherwise. */
  readonly range: DraftRange | null;
}

/** The block `parameters`: what it sweeps, and what it fixes (a `value` without `when`). */
export interface DraftParameters {
  readonly swept: Map<string, DraftParameter>;
  readonly fixed: Map<string, Located>;
}

const keys = ["values", "value", "when", ...rangeKeys];
const shape = "{ values: [...] } or { value: ... }";

/** What W&B's files may say of lists and single values; it adds nothing to them. */
const listDistributions: readonly unknown[] = ["categorical", "constant"];

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
    const hint = wandbHint(`${key}.${entry.key}`, false, () => undefined) ?? didYouMean(entry.key, keys);
    findings.add(entry.place, `${path}.${entry.key}`, `one of ${keys.join(", ")}`, "an unknown key", hint);
  }
  const inner = (name: string): Tree | undefined => tree.entries.find((entry) => entry.key === name)?.value;
  const [values, value, when] = [inner("values"), inner("value"), inner("when")];
  const conditions =
    when === undefined ? new Map<string, DraftCondition>() : readConditions(when, `${path}.when`, reading);
  if (values === undefined && value === undefined && tree.entries.some((entry) => rangeKeys.includes(entry.key))) {
    const range = readRange(known, tree, path, findings);
    if (range !== undefined) {
      draft.swept.set(key, { known, place, path, values: [], when: conditions, zip: null, range });
    }
    return;
  }
  for (const entry of tree.entries) {
    if (!rangeKeys.includes(entry.key)) continue;
    const isNoted = entry.value.kind === "scalar" && listDistributions.includes(entry.value.value);
    if (entry.key === "distribution" && isNoted) continue;
    findings.add(entry.place, `${path}.${entry.key}`, "either values or a range", "both");
  }
  if ((values === undefined) === (value === undefined)) {
    findings.add(place, path, `either ${shape}`, values === undefined ? "neither" : "both");
    return;
  }
  if (value !== undefined) {
    const located = locate(known, value, `${path}.value`, reading);
    if (when === undefined) draft.fixed.set(key, located);
    else draft.swept.set(key, { known, place, path, values: [located], when: conditions, zip: null, range: null });
  } else if (values?.kind !== "list") {
    findings.add(place, `${path}.values`, "a list of values", showTree(values ?? tree));
  } else {
    draft.swept.set(key, {
      known,
      place,
      path,
      values: readValues(known, values, `${path}.values`, reading),
      when: conditions,
      zip: null,
      range: null,
    });
  }
}
