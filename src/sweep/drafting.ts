import { groups } from "../trial/value.js";
import { readBaseline } from "./baseline-key.js";
import { readComparisons } from "./comparisons.js";
import type { Entry, MapTree, Tree } from "./document.js";
import type { Draft } from "./draft.js";
import { readExcluded } from "./exclude.js";
import { readFixed } from "./fixed.js";
import { implyComponents, type Layer } from "./implied.js";
import { keyNames } from "./keys.js";
import { findSettings, type Located, type Reading } from "./located.js";
import { overrideLayers, overrideSettings, type Override } from "./overrides.js";
import { readParameters, type DraftParameter } from "./parameters.js";
import { readTrials } from "./trials.js";
import { readZips, twice } from "./zip.js";

/**
 * Reads all that a sweep says of settings.
 * @param files from the last base to the file itself: a setting of one takes the place of what those before it say of it
 * @param keys what stands besides the settings, of all files together
 */
export function readDraft(
  files: readonly MapTree[],
  keys: readonly Entry[],
  overrides: readonly Override[],
  reading: Reading,
): Draft {
  const fixed = new Map<string, Located>();
  const swept = new Map<string, DraftParameter>();
  const overridden = new Set<string>();
  const lay = (layer: Layer): void => {
    implyComponents(layer, { fixed, swept }, reading.catalogue, reading.findings);
    for (const [key, located] of layer.fixed) {
      if (swept.delete(key)) overridden.add(key);
      fixed.set(key, located);
    }
    for (const [key, parameter] of layer.swept) {
      if (swept.has(key)) overridden.add(key);
      // What a base fixes is what a parameter falls back to where it does not apply.
      if (parameter.when.size === 0) fixed.delete(key);
      swept.set(key, parameter);
    }
  };
  for (const file of files) lay(readFile(file, reading));
  for (const layer of overrideLayers(overrides)) {
    const laid = overrideSettings(layer, swept, reading);
    for (const key of [...laid.fixed.keys(), ...laid.swept.keys()]) overridden.add(key);
    lay(laid);
  }
  const inner = <T>(key: string, none: T, read: (tree: Tree) => T): T => {
    const tree = keys.find((entry) => entry.key === key)?.value;
    return tree === undefined ? none : read(tree);
  };
  return {
    fixed,
    swept,
    overridden,
    baseline: inner<Draft["baseline"]>("baseline", null, (tree) => readBaseline(tree, reading)),
    excluded: inner<Draft["excluded"]>("exclude", [], (tree) => readExcluded(tree, reading)),
    trials: inner<Draft["trials"]>("trials", [], (tree) => readTrials(tree, fixed, reading)),
    comparisons: inner<Draft["comparisons"]>("comparisons", [], (tree) => readComparisons(tree, reading)),
  };
}

/** What one file fixes and sweeps. */
function readFile(file: MapTree, reading: Reading): Layer {
  const entries = file.entries.filter(({ key }) => !keyNames.includes(key));
  const fixed = readFixed(findSettings({ ...file, entries }, "", reading, [...keyNames, ...groups]), reading);
  const inner = (name: string): Tree | undefined => file.entries.find(({ key }) => key === name)?.value;
  const parametersTree = inner("parameters");
  const parameters = parametersTree === undefined ? undefined : readParameters(parametersTree, reading);
  for (const [key, located] of parameters?.fixed ?? []) {
    const first = fixed.get(key);
    if (first === undefined) fixed.set(key, located);
    else twice(located, first.path, reading);
  }
  const swept = new Map(parameters?.swept);
  const zipTree = inner("zip");
  for (const [key, parameter] of zipTree === undefined ? [] : readZips(zipTree, reading)) {
    const first = swept.get(key);
    if (first === undefined) swept.set(key, parameter);
    else twice(parameter, first.path, reading);
  }
  for (const [key, { place, path }] of swept) {
    const clash = fixed.get(key);
    if (clash === undefined) continue;
    const line = clash.place.line === null ? "" : ` on line ${clash.place.line}`;
    reading.findings.add(place, path, "a setting either fixed or swept", `it fixed too (${clash.path}${line})`);
  }
  return { fixed, swept };
}
