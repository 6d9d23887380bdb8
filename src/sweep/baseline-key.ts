import type { Tree } from "./document.js";
import { readFixed } from "./fixed.js";
import { findSettings, type Located, type Reading } from "./located.js";
import { showTree } from "./tree.js";

/** `baseline`: settings that name one configuration; null where there is none. */
export function readBaseline(tree: Tree, reading: Reading): ReadonlyMap<string, Located> | null {
  if (tree.kind === "scalar" && tree.value === null) return null;
  if (tree.kind !== "map" || tree.entries.length === 0) {
    const expected = "settings of one configuration, like { loss.type: hard }";
    reading.findings.add(tree.place, "baseline", expected, showTree(tree));
    return null;
  }
  return readFixed(findSettings(tree, "baseline", reading), reading);
}
