import type { MapTree, Tree } from "./document.js";
import type { Findings } from "./findings.js";
import { showTree } from "./tree.js";

/** A block of a list, and the path under which messages name it. */
export interface ListedBlock {
  readonly block: MapTree;
  readonly path: string;
}

/** The blocks of a list, none of them empty. @param example of one block */
export function readBlocks(tree: Tree, key: string, example: string, findings: Findings): readonly ListedBlock[] {
  if (tree.kind !== "list" || tree.items.length === 0) {
    findings.add(tree.place, key, `a list of blocks, like [${example}]`, showTree(tree));
    return [];
  }
  return tree.items.flatMap((item, index) => {
    const path = `${key}[${index}]`;
    if (item.kind === "map" && item.entries.length > 0) return [{ block: item, path }];
    findings.add(item.place, path, `a block like ${example}`, showTree(item));
    return [];
  });
}
