import { readSettings } from "./comparisons.js";
import type { Tree } from "./document.js";
import type { Located, Reading } from "./located.js";

/** `baseline`: settings that name one configuration; null where there is none. */
export function readBaseline(tree: Tree, reading: Reading): ReadonlyMap<string, Located> | null {
  return tree.kind === "scalar" && tree.value === null ? null : readSettings(tree, "baseline", reading);
}
