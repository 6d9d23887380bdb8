import { didYouMean } from "../settings/nearest.js";
import { show } from "../settings/wording.js";
import type { Value } from "../trial/value.js";
import { readTree, type Entry, type MapTree, type Tree } from "./document.js";
import type { Findings, Place } from "./findings.js";
import type { Layer } from "./implied.js";
import type { Reading } from "./located.js";
import { findSettings } from "./located.js";
import { readValues } from "./conditions.js";
import type { DraftParameter } from "./parameters.js";
import { valueOf } from "./tree.js";

const place: Place = { origin: "--set", line: null };

/** Keys that say of settings what `--set` says of them one by one, with what to do instead. */
const perFile = new Map([
  ["parameters", "settings one by one, as in loss.temperature=[1,4]"],
  ["zip", "settings one by one, uncoupled"],
]);

/** What a file says beside a key that is overridden, and what would contradict another value of it. */
const impliedKeys = new Map([["metric.name", "goal"]]);

/** One `--set KEY=YAML`, or a key that an including file lays over those that it includes. */
export interface Override {
  readonly key: string;
  /** Without a line for one of the command line. */
  readonly place: Place;
  readonly value: Tree;
}

/** Reads `--set` arguments; of several for one key the last counts. */
export function readOverrides(texts: readonly string[], findings: Findings): readonly Override[] {
  const overrides = new Map<string, Override>();
  for (const text of texts) {
    const equals = text.indexOf("=");
    const key = text.slice(0, Math.max(0, equals)).trim();
    if (key === "") {
      findings.add(place, "", "KEY=VALUE, as in loss.temperature=4", show(text));
      continue;
    }
    const value = readTree(text.slice(equals + 1), `--set ${key}`, findings, false);
    overrides.delete(key);
    if (value !== undefined) overrides.set(key, { key, place, value: placed(value) });
  }
  return [...overrides.values()];
}

/** What the overrides lay over the file, for the record. */
export function overrideValues(overrides: readonly Override[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(overrides.map(({ key, value }) => [key, valueOf(value)]));
}

/** An `extends` among the overrides takes the place of the file's own; the last counts. */
export function layExtends(file: MapTree, overrides: readonly Override[]): MapTree {
  const override = overrides.findLast(({ key }) => key === "extends");
  if (override === undefined) return file;
  const entries = file.entries.filter(({ key }) => key !== "extends");
  return { ...file, entries: [...entries, override] };
}

/** Lays the overrides of the file's own keys (`seeds`, `metric.name`) over them and returns those of settings. */
export function overrideKeys(
  own: readonly Entry[],
  overrides: readonly Override[],
  keys: readonly string[],
  reading: Reading,
): { readonly entries: readonly Entry[]; readonly settings: readonly Override[] } {
  const settings: Override[] = [];
  let entries = own;
  for (const override of overrides) {
    const [top = "", ...rest] = override.key.split(".");
    if (reading.catalogue.get(override.key) !== undefined || reading.catalogue.isBlock(override.key)) {
      settings.push(override);
    } else if (keys.includes(top) && !perFile.has(top) && rest.length <= 1) {
      const old = entries.find(({ key }) => key === top)?.value;
      const [inner] = rest;
      const value =
        inner === undefined ? override.value : withKey(old, inner, override.value, impliedKeys.get(override.key));
      entries = [...entries.filter(({ key }) => key !== top), { key: top, place: override.place, value }];
    } else if (perFile.has(top)) {
      const expected = perFile.get(top) ?? "";
      reading.findings.add(override.place, override.key, expected, `${top}, which only a sweep file has`);
    } else {
      const hint = didYouMean(override.key, [...keys, ...reading.catalogue.keys()]);
      reading.findings.add(override.place, override.key, "a known key", "an unknown one", hint);
    }
  }
  return { entries, settings };
}

/** The overrides in the order in which they are laid over a file: those of other files, then the command line's. */
export function overrideLayers(overrides: readonly Override[]): readonly (readonly Override[])[] {
  const isFromFile = (override: Override): boolean => override.place.line !== null;
  return [overrides.filter(isFromFile), overrides.filter((override) => !isFromFile(override))];
}

/**
 * What overrides of one origin fix and sweep: a list of the command line sweeps, anything else fixes.
 * @param swept before, whose `when` still says where a parameter applies
 */
export function overrideSettings(
  entries: readonly Override[],
  swept: ReadonlyMap<string, DraftParameter>,
  reading: Reading,
): Layer {
  const layer: Layer = { fixed: new Map(), swept: new Map() };
  const settings = findSettings({ kind: "map", place, entries }, "", reading);
  for (const [key, { known, place, path, tree }] of settings) {
    if (tree.kind === "list" && place.line === null) {
      const values = readValues(known, tree, path, reading);
      const when = swept.get(key)?.when ?? new Map<never, never>();
      layer.swept.set(key, { known, place, path, values, when, zip: null, range: null });
    } else {
      layer.fixed.set(key, { value: reading.absolute(known, valueOf(tree), place), place, path });
    }
  }
  return layer;
}

function withKey(old: Tree | undefined, key: string, value: Tree, without: string | undefined): MapTree {
  const isKept = (entry: Entry): boolean => entry.key !== key && (entry.key !== without || entry.place.line === null);
  const kept = old?.kind === "map" ? old.entries.filter(isKept) : [];
  return { kind: "map", place, entries: [...kept, { key, place, value }] };
}

/** The same tree, its messages naming `--set` and the key in place of a line. */
function placed(tree: Tree): Tree {
  switch (tree.kind) {
    case "scalar":
      return { ...tree, place };
    case "list":
      return { ...tree, place, items: tree.items.map(placed) };
    case "map":
      return {
        ...tree,
        place,
        entries: tree.entries.map((entry) => ({ ...entry, place, value: placed(entry.value) })),
      };
  }
}
