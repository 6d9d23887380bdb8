import { didYouMean } from "../settings/nearest.js";
import type { Tree } from "./document.js";
import type { Findings } from "./findings.js";
import { showTree } from "./tree.js";

const methods = ["grid"] as const;
export type Method = (typeof methods)[number];

/** How the search space is walked: `grid` takes every combination. */
export function readMethod(tree: Tree, findings: Findings): Method | undefined {
  const value = tree.kind === "scalar" ? tree.value : undefined;
  const method = methods.find((known) => known === value);
  if (method === undefined) {
    const hint = typeof value === "string" ? didYouMean(value, methods) : undefined;
    findings.add(tree.place, "method", methods.join(" or "), showTree(tree), hint);
  }
  return method;
}
