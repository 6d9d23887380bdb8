import { dirname, resolve as resolvePath } from "node:path";
import { catalogueOf, type KnownSetting } from "../settings/catalogue.js";
import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import { groups, type Value } from "../trial/value.js";
import type { Result } from "../trial/issue.js";
import { readBaseline } from "./baseline-key.js";
import { checkValues } from "./check.js";
import { checkCombinations } from "./combinations.js";
import { readChecked } from "./checked.js";
import { readTree, type MapTree, type Tree } from "./document.js";
import type { Draft } from "./draft.js";
import { readExecution } from "./execution.js";
import { Findings, type Place } from "./findings.js";
import { readFixed } from "./fixed.js";
import { findSettings, type Located, type Reading } from "./located.js";
import { keepKey } from "./keys.js";
import { defaultMetric, readMetric } from "./metric.js";
import { readMethod } from "./method.js";
import { defaultName, readName } from "./name.js";
import { overrideKeys, overrideSettings, overrideValues, readOverrides } from "./overrides.js";
import { readParameters, type DraftParameter } from "./parameters.js";
import { defaultSeeds, readSeeds } from "./seeds.js";
import { Space } from "./space.js";
import type { Sweep, SweptParameter } from "./sweep.js";
import { showTree } from "./tree.js";
import { checkConditions } from "./when.js";

/** Keys of a sweep file besides the settings. */
const keys = ["name", "method", "metric", "seeds", "parameters", "baseline", "keep", "execution"];

/** What parsing takes from its surroundings. */
export interface ParseOptions {
  /** What may be set and chosen; default: the project's own. */
  readonly registries?: Registries;
  /** Folder from which `origin` and the paths of `--set` count; default: the working directory. */
  readonly workingFolder?: string;
}

/**
 * Reads a sweep file and checks all of it. Reads no other file.
 * @param text the file's text, YAML
 * @param origin the file's path as the user named it: for messages, for the default name, and because paths in the file
 *   are relative to its folder
 * @param overrides `--set` arguments, `KEY=YAML`: a list sweeps a setting, anything else fixes it
 * @returns the sweep, or all that is wrong with it, each with its line and dotted path
 */
export function parseSweep(
  text: string,
  origin: string,
  overrides: readonly string[] = [],
  options: ParseOptions = {},
): Result<Sweep> {
  const findings = new Findings();
  const registries = options.registries ?? ownRegistries;
  const catalogue = catalogueOf(registries);
  const reading: Reading = {
    catalogue,
    findings,
    absolute: absolutePaths(origin, options.workingFolder ?? process.cwd()),
  };
  const start: Place = { origin, line: 1 };

  const laid = readOverrides(overrides, findings);
  const tree = readTree(text, origin, findings);
  const map = tree === undefined ? undefined : topLevel(tree, findings);
  if (map === undefined) return { ok: false, issues: findings.issues() };
  const { file, settings } = overrideKeys(map, laid, keys, reading);

  const header = readHeader(file, origin, start, findings);
  const { draft, fixed, swept } = readSettings(file, settings, reading);
  checkValues(draft, catalogue, start, findings);
  checkConditions(draft, findings);
  if (header === undefined || !findings.isEmpty()) return { ok: false, issues: findings.issues() };

  const sweep: Sweep = {
    ...header,
    origin,
    text,
    overrides: overrideValues(laid),
    fixed: values(fixed),
    parameters: [...swept.values()].map(parameter),
    baseline: draft.baseline === null ? null : values(draft.baseline),
  };
  checkCombinations(new Space(sweep, registries), sweep, draft, start, findings);
  return findings.isEmpty() ? { ok: true, value: sweep } : { ok: false, issues: findings.issues() };
}

function topLevel(tree: Tree, findings: Findings): MapTree | undefined {
  if (tree.kind === "map") return tree;
  const example = "like name, seeds, loss and parameters";
  findings.add(tree.place, "", `the keys of a sweep file, ${example}`, showTree(tree));
  return undefined;
}

type Header = Pick<Sweep, "name" | "method" | "metric" | "seeds" | "keep" | "execution">;

function readHeader(file: MapTree, origin: string, start: Place, findings: Findings): Header | undefined {
  const inner = (key: string): Tree | undefined => file.entries.find((entry) => entry.key === key)?.value;
  const [nameTree, methodTree, metricTree, seedsTree] = ["name", "method", "metric", "seeds"].map(inner);
  const [keepTree, executionTree] = ["keep", "execution"].map(inner);
  const name = nameTree === undefined ? defaultName(origin, findings, start) : readName(nameTree, findings);
  const method = methodTree === undefined ? "grid" : readMethod(methodTree, findings);
  const metric = metricTree === undefined ? defaultMetric : readMetric(metricTree, findings);
  const seeds = seedsTree === undefined ? defaultSeeds : readSeeds(seedsTree, findings);
  const keep = keepTree === undefined ? "best" : readChecked(keepKey, keepTree, "keep", findings);
  const execution = executionTree === undefined ? {} : readExecution(executionTree, findings);
  if (name === undefined || method === undefined || metric === undefined || seeds === undefined) return undefined;
  return { name, method, metric, seeds, keep: keep ?? "best", execution };
}

interface ReadSettings {
  readonly draft: Draft;
  readonly fixed: ReadonlyMap<string, Located>;
  readonly swept: ReadonlyMap<string, DraftParameter>;
}

function readSettings(
  file: MapTree,
  overrides: Parameters<typeof overrideSettings>[0],
  reading: Reading,
): ReadSettings {
  const entries = file.entries.filter(({ key }) => !keys.includes(key));
  const fixed = readFixed(findSettings({ ...file, entries }, "", reading, [...keys, ...groups]), reading);
  const parametersTree = file.entries.find(({ key }) => key === "parameters")?.value;
  const parameters = parametersTree === undefined ? undefined : readParameters(parametersTree, reading);
  for (const [key, located] of parameters?.fixed ?? []) {
    const first = fixed.get(key);
    if (first === undefined) fixed.set(key, located);
    else
      reading.findings.add(
        located.place,
        located.path,
        "each setting once",
        "it a second time",
        `the first is ${first.path}`,
      );
  }
  const swept = parameters?.swept ?? new Map<string, DraftParameter>();
  for (const [key, { place, path }] of swept) {
    const clash = fixed.get(key);
    if (clash === undefined) continue;
    const line = clash.place.line === null ? "" : ` on line ${clash.place.line}`;
    reading.findings.add(place, path, "a setting either fixed or swept", `it fixed too (${clash.path}${line})`);
  }
  const overridden = overrideSettings(overrides, swept, fixed, reading);
  const baselineTree = file.entries.find(({ key }) => key === "baseline")?.value;
  const baseline = baselineTree === undefined ? null : readBaseline(baselineTree, reading);
  return { draft: { fixed, swept, baseline, overridden }, fixed, swept };
}

function values(located: ReadonlyMap<string, Located>): Readonly<Record<string, Value>> {
  return Object.fromEntries([...located].map(([key, { value }]) => [key, value]));
}

function parameter({ known, values: swept, when }: DraftParameter): SweptParameter {
  return {
    key: known.key,
    values: swept.map(({ value }) => value),
    when: Object.fromEntries([...when].map(([key, condition]) => [key, condition.values.map(({ value }) => value)])),
  };
}

/** Paths in a file count from its folder, those of the command line from the working folder. */
function absolutePaths(origin: string, workingFolder: string): Reading["absolute"] {
  const fileFolder = resolvePath(workingFolder, dirname(origin));
  return (known: KnownSetting, value: Value, place: Place): Value => {
    if (!known.isPath || typeof value !== "string" || value === "") return value;
    return resolvePath(place.line === null ? workingFolder : fileFolder, value);
  };
}
