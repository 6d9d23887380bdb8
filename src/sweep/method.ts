import { z } from "zod";
import { didYouMean } from "../settings/nearest.js";
import { readChecked } from "./checked.js";
import type { Tree } from "./document.js";
import type { Findings } from "./findings.js";
import { showTree } from "./tree.js";

/** Draws configurations in place of taking every combination. */
export const randomMethod = z
  .strictObject({
    name: z.literal("random"),
    count: z.int().min(1).max(10_000).describe("Configurations to draw; each is trained with every seed."),
    seed: z.int().min(1).max(2147483647).optional().describe("Another seed draws others; default: 1."),
  })
  .describe("Draws `count` distinct configurations from the parameters' values and ranges.");

export const methodKey = z
  .union([z.literal("grid"), randomMethod])
  .describe("`grid` takes every combination of the parameters' values; `{ name: random, count: 20 }` draws some.");

/** How the search space is walked. */
export type Method = "grid" | { readonly name: "random"; readonly count: number; readonly seed: number };

/** What other tools' methods are answered with. */
const others: Readonly<Record<string, string>> = {
  random: "as in method: { name: random, count: 20 }",
  bayes: "method: { name: random, count: 20 } serves instead",
};

export function readMethod(tree: Tree, findings: Findings): Method | undefined {
  if (tree.kind === "map") {
    const read = readChecked(randomMethod, tree, "method", findings);
    return read === undefined ? undefined : { name: "random", count: read.count, seed: read.seed ?? 1 };
  }
  const value = tree.kind === "scalar" ? tree.value : undefined;
  if (value === "grid") return value;
  const hint = typeof value === "string" ? (others[value] ?? didYouMean(value, ["grid", "random"])) : undefined;
  findings.add(tree.place, "method", "grid or { name: random, count: ... }", showTree(tree), hint);
  return undefined;
}
