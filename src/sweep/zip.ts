import { canonicalJson } from "../settings/canonical.js";
import { readBlocks, type ListedBlock } from "./blocks.js";
import { readConditions, readList } from "./conditions.js";
import type { Tree } from "./document.js";
import { findSettings, type Reading } from "./located.js";
import type { DraftParameter } from "./parameters.js";
import { showTree } from "./tree.js";

/** Parameters that take their values together. */
export interface Zip {
  readonly path: string;
}

const example = "{ loss.alpha: [0.1, 0.9], loss.beta: [0.9, 0.1] }";

/** `zip`: blocks of parameters that take their first values together, their second values together, and so on. */
export function readZips(tree: Tree, reading: Reading): ReadonlyMap<string, DraftParameter> {
  const parameters = new Map<string, DraftParameter>();
  for (const listed of readBlocks(tree, "zip", example, reading.findings)) {
    for (const [key, parameter] of readZip(listed, reading)) {
      const first = parameters.get(key);
      if (first === undefined) parameters.set(key, parameter);
      else twice(parameter, first.path, reading);
    }
  }
  return parameters;
}

/** Reports a setting that stands a second time. */
export function twice({ place, path }: Pick<DraftParameter, "place" | "path">, first: string, reading: Reading): void {
  reading.findings.add(place, path, "each setting once", "it a second time", `the first is ${first}`);
}

function readZip({ block, path }: ListedBlock, reading: Reading): ReadonlyMap<string, DraftParameter> {
  const { findings } = reading;
  const whenTree = block.entries.find(({ key }) => key === "when")?.value;
  const when = whenTree === undefined ? new Map<never, never>() : readConditions(whenTree, `${path}.when`, reading);
  const entries = block.entries.filter(({ key }) => key !== "when");
  const before = findings.count;
  const settings = findSettings({ ...block, entries }, path, reading, ["when"]);
  const zip: Zip = { path };
  const parameters = new Map<string, DraftParameter>();
  for (const [key, { known, place, path: own, tree }] of settings) {
    if (tree.kind === "list") {
      parameters.set(key, {
        known,
        place,
        path: own,
        values: readList(known, tree, own, reading),
        when,
        zip,
        range: null,
      });
    } else findings.add(tree.place, own, "a list of values", showTree(tree));
  }
  const [first, ...others] = parameters.values();
  if (settings.size < 2 && findings.count === before)
    findings.add(block.place, path, "at least two settings, each with a list of values", String(settings.size));
  if (first === undefined) return parameters;
  const count = first.values.length;
  const uneven = others.filter(({ values }) => values.length !== count);
  for (const { place, path: own, values } of uneven) {
    findings.add(place, own, `${count} values, as many as ${first.known.key} has`, String(values.length));
  }
  if (uneven.length === 0) checkRows([...parameters.values()], path, reading);
  return parameters;
}

function checkRows(parameters: readonly DraftParameter[], path: string, reading: Reading): void {
  const seen = new Map<string, number>();
  for (const [index, { place }] of parameters[0]?.values.entries() ?? []) {
    const row = canonicalJson(parameters.map(({ values }) => values[index]?.value ?? null));
    const first = seen.get(row);
    if (first === undefined) seen.set(row, index);
    else reading.findings.add(place, path, "each row of values once", `row ${index + 1} equal to row ${first + 1}`);
  }
}
