import { z } from "zod";
import type { Tree } from "./document.js";
import type { Findings } from "./findings.js";
import { showTree } from "./tree.js";

/** Three: below that there is no interval. */
export const defaultSeeds: readonly number[] = [1, 2, 3];

const most = 1000;
const largest = 2 ** 31 - 1;

export const seedsKey = z
  .union([z.int().min(1).max(most), z.array(z.int().min(1).max(largest)).min(1)])
  .describe(
    "Replicates of each configuration: a number n for the seeds 1 to n, or the seeds themselves; by default 3.",
  );

/** Replicates of each configuration: a number n for 1 to n, or the seeds themselves. */
export function readSeeds(tree: Tree, findings: Findings): readonly number[] | undefined {
  if (tree.kind === "list") return readSeedList(tree.items, tree, findings);
  const count = tree.kind === "scalar" ? tree.value : undefined;
  if (isWhole(count, most)) return Array.from({ length: count }, (_, index) => index + 1);
  findings.add(tree.place, "seeds", `a whole number from 1 to ${most} or a list of seeds`, showTree(tree));
  return undefined;
}

function readSeedList(items: readonly Tree[], list: Tree, findings: Findings): readonly number[] | undefined {
  if (items.length === 0) {
    findings.add(list.place, "seeds", "at least one seed", "an empty list");
    return undefined;
  }
  const seeds = new Set<number>();
  items.forEach((item, index) => {
    const seed = item.kind === "scalar" ? item.value : undefined;
    const path = `seeds[${index}]`;
    if (!isWhole(seed, largest)) {
      findings.add(item.place, path, `a whole number from 1 to ${largest}`, showTree(item));
    } else if (seeds.has(seed)) {
      findings.add(item.place, path, "each seed once", `${seed} a second time`);
    } else {
      seeds.add(seed);
    }
  });
  return [...seeds];
}

function isWhole(value: unknown, limit: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= limit;
}
