import { dirname, resolve as resolvePath } from "node:path";
import { catalogueOf, type KnownSetting } from "../settings/catalogue.js";
import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import type { Value } from "../trial/value.js";
import type { Result } from "../trial/issue.js";
import { checkValues } from "./check.js";
import { checkCombinations } from "./combinations.js";
import { plainComparisons, plainSettings } from "./comparisons.js";
import { plainConditions } from "./conditions.js";
import { readTree } from "./document.js";
import type { Draft } from "./draft.js";
import { drawConfigurations } from "./draws.js";
import { readDraft } from "./drafting.js";
import { Findings, type Place } from "./findings.js";
import { readHeader } from "./header.js";
import { keyNames } from "./keys.js";
import { mergeKeys, readLayers, topLevel, type FileText } from "./layers.js";
import type { Reading } from "./located.js";
import { layExtends, overrideKeys, overrideValues, readOverrides } from "./overrides.js";
import type { DraftParameter } from "./parameters.js";
import { refuseRanges } from "./range-key.js";
import { checkReferences } from "./references.js";
import { Space } from "./space.js";
import type { Sweep, SweptParameter } from "./sweep.js";
import { checkTrials } from "./trials.js";

/** What parsing takes from its surroundings. */
export interface ParseOptions {
  /** What may be set and chosen; default: the project's own. */
  readonly registries?: Registries;
  /** Folder from which `origin` and the paths of `--set` count; default: the working directory. */
  readonly workingFolder?: string;
  /** Reads the files that a sweep file names, by paths like `origin`; without it none can be read. */
  readonly read?: (path: string) => FileText;
}

/**
 * Reads a sweep file, with the files that it extends, and checks all of it.
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
  const workingFolder = options.workingFolder ?? process.cwd();
  const reading: Reading = { catalogue, findings, absolute: absolutePaths(workingFolder) };
  const { read = () => ({ problem: "no way to read it here" }) } = options;
  const start: Place = { origin, line: 1 };

  const laid = readOverrides(overrides, findings);
  const tree = readTree(text, origin, findings);
  const map = tree === undefined ? undefined : topLevel(tree, findings);
  const file = map === undefined ? undefined : layExtends(map, laid);
  const files = { findings, read, folder: dirname(origin), workingFolder };
  const layers = file === undefined ? undefined : readLayers(file, origin, files);
  if (layers === undefined) return { ok: false, issues: findings.issues() };
  const { entries, settings } = overrideKeys(mergeKeys(layers.files, keyNames), laid, keyNames, reading);

  const header = readHeader(entries, origin, start, findings);
  const draft = readDraft(layers.files, entries, settings, reading);
  checkValues(draft, catalogue, start, findings);
  checkReferences(draft, findings);
  if (header?.method === "grid") refuseRanges(draft, findings);
  if (header === undefined || !findings.isEmpty()) return { ok: false, issues: findings.issues() };

  const sweep: Sweep = {
    ...header,
    origin,
    text,
    bases: layers.bases,
    overrides: overrideValues(laid),
    drawn: [],
    ...plainDraft(draft),
  };
  checkTrials(draft.trials, sweep.fixed, registries, findings);
  const drawn = readDraws(sweep, draft, registries, start, findings);
  if (drawn.length === 0) checkCombinations(new Space(sweep, registries), sweep, draft, start, findings);
  return findings.isEmpty() ? { ok: true, value: { ...sweep, drawn } } : { ok: false, issues: findings.issues() };
}

/** Draws for `method: random`; what goes wrong together is told where the values at fault stand. */
function readDraws(
  sweep: Sweep,
  draft: Draft,
  registries: Registries,
  start: Place,
  findings: Findings,
): Sweep["drawn"] {
  if (sweep.method === "grid") return [];
  const { configurations, issues } = drawConfigurations(sweep, registries);
  for (const { path, expected, found, hint } of issues) {
    const { place, path: own } = draft.swept.get(path) ?? draft.fixed.get(path) ?? { place: start, path };
    findings.add(place, own, expected, found, hint ?? "in a configuration that was drawn");
  }
  if (issues.length === 0 && configurations.length === 0) {
    findings.add(start, "exclude", "conditions that leave trials", "none left");
  }
  return configurations;
}

function plainDraft(
  draft: Draft,
): Pick<Sweep, "fixed" | "parameters" | "zip" | "exclude" | "trials" | "baseline" | "comparisons"> {
  return {
    fixed: plainSettings(draft.fixed),
    parameters: [...draft.swept.values()].map(parameter),
    zip: zipsOf(draft),
    exclude: draft.excluded.map(plainConditions),
    trials: draft.trials.map(({ settings }) => plainSettings(settings)),
    baseline: draft.baseline === null ? null : plainSettings(draft.baseline),
    comparisons: plainComparisons(draft.comparisons),
  };
}

function parameter({ known, values, when, range }: DraftParameter): SweptParameter {
  const plain = { key: known.key, values: values.map(({ value }) => value), when: plainConditions(when) };
  return range === null ? plain : { ...plain, range: range.range };
}

/** Those of which several members are left where others override them. */
function zipsOf({ swept }: Draft): readonly (readonly string[])[] {
  const members = new Map<object, string[]>();
  for (const [key, { zip }] of swept) {
    if (zip !== null) members.set(zip, [...(members.get(zip) ?? []), key]);
  }
  return [...members.values()].filter(({ length }) => length > 1);
}

/** Paths in a file count from its folder, those of the command line from the working folder. */
function absolutePaths(workingFolder: string): Reading["absolute"] {
  return (known: KnownSetting, value: Value, place: Place): Value => {
    if (!known.isPath || typeof value !== "string" || value === "") return value;
    const folder = place.line === null ? workingFolder : resolvePath(workingFolder, dirname(place.origin));
    return resolvePath(folder, value);
  };
}
