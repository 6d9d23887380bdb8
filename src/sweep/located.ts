import type { Catalogue, KnownSetting } from "../settings/catalogue.js";
import { didYouMean } from "../settings/nearest.js";
import type { Group, Value } from "../trial/value.js";
import { selectorKey } from "./draft.js";
import type { Entry, MapTree, Tree } from "./document.js";
import type { Findings, Place } from "./findings.js";
import { showTree } from "./tree.js";
import { wandbHint } from "./wandb.js";

/** What reading a sweep file needs at hand. */
export interface Reading {
  readonly catalogue: Catalogue;
  readonly findings: Findings;
  /** Makes what names a file or folder absolute. */
  readonly absolute: (known: KnownSetting, value: Value, place: Place) => Value;
}

/** A value and where it stands. */
export interface Located {
  readonly value: Value;
  readonly place: Place;
  /** Dotted, within the file: `parameters.loss.temperature.values[2]`. */
  readonly path: string;
}

/** A setting that a block names, not read further yet. */
export interface NamedSetting {
  readonly known: KnownSetting;
  readonly place: Place;
  readonly path: string;
  readonly tree: Tree;
}

/**
 * Finds the settings of a block, whether they are written dotted (`loss.type: kd`), nested (`loss: { type: kd }`) or mixed.
 * Reports names that no component knows and settings that stand twice.
 * @param path of the block, "" for the file itself
 * @param others names that the block may have besides, for hints
 */
export function findSettings(
  block: MapTree,
  path: string,
  reading: Reading,
  others: readonly string[] = [],
): ReadonlyMap<string, NamedSetting> {
  const settings = new Map<string, NamedSetting>();
  const add = (entry: Entry, prefix: string, entryPath: string): void => {
    const { catalogue, findings } = reading;
    const key = prefix === "" ? entry.key : `${prefix}.${entry.key}`;
    const known = catalogue.get(key);
    if (known !== undefined) {
      const first = settings.get(key);
      if (first === undefined) {
        settings.set(key, { known, place: entry.place, path: entryPath, tree: entry.value });
      } else {
        findings.add(entry.place, entryPath, "each setting once", "it a second time", firstOn(first.place));
      }
    } else if (!catalogue.isBlock(key)) {
      const candidates = prefix === "" ? [...others, ...catalogue.keys()] : catalogue.keys();
      const hint = wandbHint(key, path === "", (group) => selectorKey(group as Group)) ?? didYouMean(key, candidates);
      findings.add(entry.place, entryPath, "a known key", "an unknown one", hint);
    } else if (entry.value.kind === "map") {
      for (const inner of entry.value.entries) add(inner, key, `${entryPath}.${inner.key}`);
    } else {
      const example = catalogue.keys().find((one) => one.startsWith(`${key}.`)) ?? key;
      const hint = `as in ${key}: { ${example.slice(key.length + 1)}: ... }`;
      findings.add(entry.place, entryPath, "a block of settings", showTree(entry.value), hint);
    }
  };
  for (const entry of block.entries) add(entry, "", path === "" ? entry.key : `${path}.${entry.key}`);
  return settings;
}

function firstOn(place: Place): string | undefined {
  return place.line === null ? undefined : `the first is on line ${place.line}`;
}
