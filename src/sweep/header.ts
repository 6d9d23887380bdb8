import { readChecked } from "./checked.js";
import type { Entry, Tree } from "./document.js";
import { readExecution } from "./execution.js";
import type { Findings, Place } from "./findings.js";
import { keepKey } from "./keys.js";
import { readMethod, type Method } from "./method.js";
import { defaultMetric, readMetric } from "./metric.js";
import { defaultName, readName } from "./name.js";
import { defaultSeeds, readSeeds } from "./seeds.js";
import type { Sweep } from "./sweep.js";

/** What a sweep file says besides its settings. */
export type Header = Pick<Sweep, "name" | "method" | "metric" | "seeds" | "keep" | "execution">;

/** @param start where what is missing is told */
export function readHeader(
  entries: readonly Entry[],
  origin: string,
  start: Place,
  findings: Findings,
): Header | undefined {
  const read = <T>(key: string, byDefault: () => T, reader: (tree: Tree) => T): T => {
    const tree = entries.find((entry) => entry.key === key)?.value;
    return tree === undefined ? byDefault() : reader(tree);
  };
  const name = read(
    "name",
    () => defaultName(origin, findings, start),
    (tree) => readName(tree, findings),
  );
  const method = read<Method | undefined>(
    "method",
    () => "grid",
    (tree) => readMethod(tree, findings),
  );
  const metric = read<Sweep["metric"] | undefined>(
    "metric",
    () => defaultMetric,
    (tree) => readMetric(tree, findings),
  );
  const seeds = read<readonly number[] | undefined>(
    "seeds",
    () => defaultSeeds,
    (tree) => readSeeds(tree, findings),
  );
  const keep = read<Sweep["keep"] | undefined>(
    "keep",
    () => "best",
    (tree) => readChecked(keepKey, tree, "keep", findings),
  );
  const execution = read<Sweep["execution"]>(
    "execution",
    () => ({}),
    (tree) => readExecution(tree, findings),
  );
  if (name === undefined || method === undefined || metric === undefined || seeds === undefined || keep === undefined) {
    return undefined;
  }
  return { name, method, metric, seeds, keep, execution };
}
