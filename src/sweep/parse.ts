import { dirname, resolve as resolvePath } from "node:path";
import { catalogueOf, lossModuleKey, type Catalogue, type KnownSetting } from "../settings/catalogue.js";
import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import type { Value } from "../trial/value.js";
import type { Result } from "../trial/issue.js";
import { plainDraft } from "./assemble.js";
import { checkValues } from "./check.js";
import { checkCombinations } from "./combinations.js";
import { oneOrAll } from "./comparisons.js";
import { readTree, type Tree } from "./document.js";
import type { Draft } from "./draft.js";
import { drawConfigurations } from "./draws.js";
import { readDraft } from "./drafting.js";
import { Findings, type Place } from "./findings.js";
import { readHeader } from "./header.js";
import { checkInclude, overridesOf, readIncluded, type IncludedFile } from "./include.js";
import { keyNames } from "./keys.js";
import { mergeKeys, readLayers, topLevel, type FileReading, type FileText } from "./layers.js";
import type { Reading } from "./located.js";
import { layExtends, overrideKeys, overrideValues, readOverrides, type Override } from "./overrides.js";
import { refuseRanges } from "./range-key.js";
import { checkReferences } from "./references.js";
import { Space } from "./space.js";
import type { Sweep } from "./sweep.js";
import { checkTrials } from "./trials.js";

/** What parsing takes from its surroundings. */
export interface ParseOptions {
  /** What may be set and chosen; default: the project's own. */
  readonly registries?: Registries;
  /** Folder from which `origin` and the paths of `--set` count; default: the working directory. */
  readonly workingFolder?: string;
  /** Reads the files that a sweep file names, by paths like `origin`; without it none can be read. */
  readonly read?: (path: string) => FileText;
  /** Is told the absolute path of each file of an own loss that the sweep names; `registries` must have its loss. */
  readonly onLossModule?: (path: string) => void;
}

/**
 * Reads a sweep file, with the files that it extends and includes, and checks all of it.
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
  const workingFolder = options.workingFolder ?? process.cwd();
  const catalogue = catalogueOf(registries);
  const absolute = lossModules(absolutePaths(workingFolder), catalogue, options.onLossModule ?? (() => undefined));
  const reading: Reading = { catalogue, findings, absolute };
  const { read = () => ({ problem: "no way to read it here" }) } = options;
  const files: FileReading = { findings, read, folder: dirname(origin), workingFolder };

  const laid = readOverrides(overrides, findings);
  const tree = readTree(text, origin, findings);
  const map = tree === undefined ? undefined : topLevel(tree, findings);
  const sweep =
    map === undefined ? undefined : new Parsing(registries, reading, files).sweep({ origin, text, map }, laid);
  return sweep !== undefined && findings.isEmpty()
    ? { ok: true, value: sweep }
    : { ok: false, issues: findings.issues() };
}

/** Reads a sweep file and those that it includes; all say what is wrong to the same findings. */
class Parsing {
  constructor(
    private readonly registries: Registries,
    private readonly reading: Reading,
    private readonly files: FileReading,
  ) {}

  /** @returns undefined where something is wrong with the file itself; `findings` says what is wrong with any */
  sweep({ origin, text, map }: IncludedFile, laid: readonly Override[]): Sweep | undefined {
    const { findings } = this.reading;
    const before = findings.count;
    const start: Place = { origin, line: 1 };
    const file = layExtends(map, laid);
    const layers = readLayers(file, origin, this.files);
    if (layers === undefined) return undefined;
    if (!checkInclude(layers, laid, findings)) return undefined;
    const { entries, settings } = overrideKeys(mergeKeys(layers.files, keyNames), laid, keyNames, this.reading);
    const header = readHeader(entries, origin, start, findings);
    const draft = readDraft(layers.files, entries, settings, this.reading);
    const source = { origin, text, bases: layers.bases, overrides: overrideValues(laid) };

    const include = entries.find(({ key }) => key === "include");
    if (include !== undefined) {
      const included = this.included(include.value, overridesOf(file, laid));
      if (header === undefined || included.length === 0) return undefined;
      return { ...header, ...source, drawn: [], ...plainDraft(draft, layers.bases), included };
    }
    checkValues(draft, this.reading.catalogue, start, findings);
    checkReferences(draft, this.reading.catalogue, findings);
    if (header?.method === "grid") refuseRanges(draft, findings);
    if (header === undefined || findings.count > before) return undefined;

    const sweep: Sweep = { ...header, ...source, drawn: [], ...plainDraft(draft, layers.bases), included: [] };
    checkTrials(draft.trials, sweep.fixed, this.registries, findings);
    const drawn = readDraws(sweep, draft, this.registries, start, findings);
    if (drawn.length === 0) checkCombinations(new Space(sweep, this.registries), sweep, draft, start, findings);
    return { ...sweep, drawn };
  }

  private included(tree: Tree, laid: readonly Override[]): readonly Sweep[] {
    return readIncluded(tree, this.files).flatMap((file) => {
      const sweep = this.sweep(file, laid);
      return sweep === undefined ? [] : [{ ...sweep, comparisons: comparisonsOf(sweep) }];
    });
  }
}

/**
 * Of a sweep among others: what it asks for, else each of its parameters, those of a zip together, so that its own
 * comparisons stay together.
 */
function comparisonsOf({ comparisons, parameters, zip }: Sweep): Sweep["comparisons"] {
  if (comparisons.length > 0) return comparisons;
  const keys = parameters.map(({ key }) => key).filter((key) => key !== "teacher.seed");
  const together = keys.map(
    (key) => zip.find((zipped) => zipped.includes(key))?.filter((one) => keys.includes(one)) ?? [key],
  );
  return together
    .filter(([first], index) => first === keys[index])
    .map((by) => ({ name: null, by: oneOrAll(by), where: {}, baseline: null }));
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

/** Paths in a file count from its folder, those of the command line from the working folder. */
function absolutePaths(workingFolder: string): Reading["absolute"] {
  return (known: KnownSetting, value: Value, place: Place): Value => {
    if (!known.isPath || typeof value !== "string" || value === "") return value;
    const folder = place.line === null ? workingFolder : resolvePath(workingFolder, dirname(place.origin));
    return resolvePath(folder, value);
  };
}

/** Puts a loss's name in the place of its file, where that stands for the loss, and tells each such file. */
function lossModules(
  absolute: Reading["absolute"],
  catalogue: Catalogue,
  onLossModule: (path: string) => void,
): Reading["absolute"] {
  const module = catalogue.get(lossModuleKey);
  return (known, value, place) => {
    const named = known.key === "loss.type" && typeof value === "string" && /[\\/]|\.[cm]?js$/.test(value);
    if (module === undefined || (known !== module && !named)) return absolute(known, value, place);
    const path = absolute(module, value, place);
    if (typeof path === "string" && path !== "") onLossModule(path);
    return named ? (module.variants.find((variant) => variant.default === path)?.component ?? value) : path;
  };
}
