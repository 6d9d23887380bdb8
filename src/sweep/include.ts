import { resolve } from "node:path";
import type { MapTree, Tree } from "./document.js";
import type { Findings } from "./findings.js";
import { keyNames } from "./keys.js";
import { pathOf, readMap, type FileReading, type Layers, type Source } from "./layers.js";
import type { Override } from "./overrides.js";
import { showTree } from "./tree.js";

/** A sweep file that another includes. */
export interface IncludedFile extends Source {
  readonly map: MapTree;
}

const most = 100;

/** Keys that each included file has for itself. */
const perSweep = ["method", "parameters", "zip", "exclude", "trials", "comparisons"];

/** Keys of the including file that count in each included one. */
const shared = ["seeds", "extends"];

/**
 * Reports what has no place beside `include`, and an `include` in a base.
 * @param laid what is laid over the file, which may be its `include`
 * @returns whether all is well
 */
export function checkInclude({ files }: Layers, laid: readonly Override[], findings: Findings): boolean {
  const before = findings.count;
  const file = files.at(-1);
  for (const base of files.slice(0, -1)) {
    for (const { key, place } of base.entries) {
      if (key === "include") findings.add(place, key, "none in a file that others extend", "one");
    }
  }
  const given = [...(file?.entries ?? []), ...laid];
  const isIncluding = given.some(({ key }) => key === "include");
  for (const { key, place } of given) {
    if (!isIncluding || !perSweep.includes(key.split(".")[0] ?? "")) continue;
    findings.add(place, key, "none beside include", "one", "write it in a sweep file of its own, and include that");
  }
  return findings.count === before;
}

/** The files that `include` lists, each once. */
export function readIncluded(tree: Tree, reading: FileReading): readonly IncludedFile[] {
  const { findings, workingFolder } = reading;
  if (tree.kind !== "list" || tree.items.length === 0 || tree.items.length > most) {
    const expected = `a list of 1 to ${most} sweep files, like [losses.yaml, temperature.yaml]`;
    findings.add(tree.place, "include", expected, showTree(tree));
    return [];
  }
  const seen = new Set<string>();
  return tree.items.flatMap((item, index) => {
    const key = `include[${index}]`;
    const path = pathOf(item, key, reading);
    if (path === undefined) return [];
    if (seen.has(resolve(workingFolder, path))) {
      findings.add(item.place, key, "each file once", `${path} a second time`);
      return [];
    }
    seen.add(resolve(workingFolder, path));
    const read = readMap(path, item, key, reading);
    if (read === undefined) return [];
    const inner = read.map.entries.find((entry) => entry.key === "include");
    if (inner !== undefined) {
      findings.add(inner.place, "include", "none in a file that is included", "one");
      return [];
    }
    return [{ origin: path, ...read }];
  });
}

/** What an including file lays over each included one: its settings, its seeds and its base, then the command line's. */
export function overridesOf(file: MapTree, laid: readonly Override[]): readonly Override[] {
  const own = file.entries
    .filter(({ key }) => !keyNames.includes(key) || shared.includes(key))
    .map(({ key, place, value }): Override => ({ key, place, value }));
  const others = laid.filter(({ key }) => !keyNames.includes(key.split(".")[0] ?? "") || shared.includes(key));
  return [...own, ...others];
}
