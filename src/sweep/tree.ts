import type { Value } from "../trial/value.js";
import { show } from "../settings/wording.js";
import type { Tree } from "./document.js";

/** The plain value that a tree stands for. */
export function valueOf(tree: Tree): Value {
  switch (tree.kind) {
    case "scalar":
      return tree.value;
    case "list":
      return tree.items.map(valueOf);
    case "map":
      return Object.fromEntries(tree.entries.map(({ key, value }) => [key, valueOf(value)]));
  }
}

/** A tree as messages show it. */
export function showTree(tree: Tree): string {
  if (tree.kind === "scalar") return tree.value === null ? "nothing" : show(tree.value);
  if (tree.kind === "list") return tree.items.length === 0 ? "an empty list" : `the list ${show(valueOf(tree))}`;
  return tree.entries.length === 0 ? "an empty block" : `the block ${show(valueOf(tree))}`;
}
