import type { Registries } from "../settings/registries.js";
import { resolve } from "../settings/resolve.js";
import type { Value } from "../trial/value.js";
import { readBlocks } from "./blocks.js";
import type { Tree } from "./document.js";
import type { Findings, Place } from "./findings.js";
import { readFixed } from "./fixed.js";
import { implyComponents } from "./implied.js";
import { findSettings, type Located, type Reading } from "./located.js";

/** A trial that the file writes out. */
export interface DraftTrial {
  readonly place: Place;
  readonly path: string;
  readonly settings: ReadonlyMap<string, Located>;
}

/**
 * `trials`: settings of single configurations beside the grid.
 * @param fixed what they are laid over
 */
export function readTrials(tree: Tree, fixed: ReadonlyMap<string, Located>, reading: Reading): readonly DraftTrial[] {
  const example = "{ loss.type: kd, loss.temperature: 20 }";
  return readBlocks(tree, "trials", example, reading.findings).map(({ block, path }) => {
    const settings = readFixed(findSettings(block, path, reading), reading);
    implyComponents(
      { fixed: settings, swept: new Map() },
      { fixed, swept: new Map() },
      reading.catalogue,
      reading.findings,
    );
    return { place: block.place, path, settings };
  });
}

/** Checks each written trial as a whole, over what the sweep fixes. */
export function checkTrials(
  trials: readonly DraftTrial[],
  fixed: Readonly<Record<string, Value>>,
  registries: Registries,
  findings: Findings,
): void {
  for (const { place, path, settings } of trials) {
    const own = Object.fromEntries([...settings].map(([key, { value }]) => [key, value]));
    const resolved = resolve({ ...fixed, ...own }, registries);
    for (const issue of resolved.ok ? [] : resolved.issues) {
      const located = settings.get(issue.path) ?? { place, path: `${path}.${issue.path}` };
      findings.add(located.place, located.path, issue.expected, issue.found, issue.hint);
    }
  }
}
