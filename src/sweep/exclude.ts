import { readBlocks } from "./blocks.js";
import { readConditions, type DraftCondition } from "./conditions.js";
import type { Tree } from "./document.js";
import type { Reading } from "./located.js";

/** `exclude`: each a block of conditions; a configuration that fulfils all of one is left out. */
export function readExcluded(tree: Tree, reading: Reading): readonly ReadonlyMap<string, DraftCondition>[] {
  const example = "{ loss.type: mse, optimizer.learningRate: 0.01 }";
  const blocks = readBlocks(tree, "exclude", example, reading.findings);
  return blocks.map(({ block, path }) => readConditions(block, path, reading));
}
