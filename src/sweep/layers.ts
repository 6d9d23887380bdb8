import { dirname, join, resolve } from "node:path";
import { bounds } from "./bounds.js";
import { readTree, type Entry, type MapTree, type Tree } from "./document.js";
import type { Findings } from "./findings.js";
import { showTree } from "./tree.js";

/** A file's text, or in words why there is none ("no such file"). */
export type FileText = { readonly text: string } | { readonly problem: string };

/** A sweep file as it was read. */
export interface Source {
  /** Its path as messages name it. */
  readonly origin: string;
  readonly text: string;
}

/** What reading other files than the sweep file itself takes. */
export interface FileReading {
  readonly findings: Findings;
  /** Reads a file. @param path as messages name it: relative to the working folder, or absolute */
  readonly read: (path: string) => FileText;
  /** Where paths in a file that is named by `--set` count from: the sweep file's own folder. */
  readonly folder: string;
  readonly workingFolder: string;
}

/** More is a mistake. */
const mostBases = 10;

/** A sweep file with the files that it extends. */
export interface Layers {
  /** From the last base to the file itself; each overrides those before it. */
  readonly files: readonly MapTree[];
  /** Texts of the bases, the nearest first. */
  readonly bases: readonly Source[];
}

/** Follows `extends` from file to file. @returns undefined where a file cannot be read; `findings` says why */
export function readLayers(file: MapTree, origin: string, reading: FileReading): Layers | undefined {
  const { findings, workingFolder } = reading;
  const files = [file];
  const bases: Source[] = [];
  const chain = [origin];
  let characters = 0;
  for (let named = extended(file); named !== undefined;) {
    const base = pathOf(named, "extends", reading);
    if (base === undefined) return undefined;
    const circle = chain.findIndex((one) => resolve(workingFolder, one) === resolve(workingFolder, base));
    chain.push(base);
    if (circle >= 0) {
      findings.add(named.place, "extends", "files without a circle", chain.slice(circle).join(" -> "));
      return undefined;
    }
    if (bases.length === mostBases) {
      findings.add(named.place, "extends", `at most ${mostBases} files behind each other`, "more");
      return undefined;
    }
    const read = readMap(base, named, "extends", reading);
    if (read === undefined) return undefined;
    characters += read.text.length;
    if (characters > bounds.characters) {
      findings.add(named.place, "extends", `at most ${bounds.characters} characters in all`, `${characters}`);
      return undefined;
    }
    bases.push({ origin: base, text: read.text });
    files.unshift(read.map);
    named = extended(read.map);
  }
  return { files, bases };
}

/** The path that a tree names, relative to its own file's folder; as messages name it. */
export function pathOf(tree: Tree, key: string, { findings, folder }: FileReading): string | undefined {
  const path = tree.kind === "scalar" && typeof tree.value === "string" ? tree.value : "";
  if (path !== "" && !path.includes("\0"))
    return join(tree.place.line === null ? folder : dirname(tree.place.origin), path);
  findings.add(tree.place, key, "the path of a sweep file, relative to this one's folder", showTree(tree));
  return undefined;
}

/** Reads a file that another names, as the keys of a sweep file. @param named where its path stands */
export function readMap(
  path: string,
  named: Tree,
  key: string,
  { findings, read }: FileReading,
): { readonly map: MapTree; readonly text: string } | undefined {
  const found = read(path);
  if ("problem" in found) {
    findings.add(named.place, key, `a sweep file at ${path}`, found.problem);
    return undefined;
  }
  const tree = readTree(found.text, path, findings);
  const map = tree === undefined ? undefined : topLevel(tree, findings);
  return map === undefined ? undefined : { map, text: found.text };
}

/** The keys of a sweep file. */
export function topLevel(tree: Tree, findings: Findings): MapTree | undefined {
  if (tree.kind === "map") return tree;
  const example = "like name, seeds, loss and parameters";
  findings.add(tree.place, "", `the keys of a sweep file, ${example}`, showTree(tree));
  return undefined;
}

/**
 * The keys besides the settings, of all layers: a file's takes the place of its bases', `execution` key by key. The name
 * is each file's own.
 */
export function mergeKeys(files: readonly MapTree[], keys: readonly string[]): readonly Entry[] {
  const merged = new Map<string, Entry>();
  for (const [index, { entries }] of files.entries()) {
    for (const entry of entries) {
      if (!keys.includes(entry.key) || (entry.key === "name" && index < files.length - 1)) continue;
      const base = merged.get(entry.key);
      merged.set(entry.key, entry.key === "execution" && base !== undefined ? mergeBlocks(base, entry) : entry);
    }
  }
  return [...merged.values()];
}

function mergeBlocks(base: Entry, entry: Entry): Entry {
  if (base.value.kind !== "map" || entry.value.kind !== "map") return entry;
  const own = new Set(entry.value.entries.map(({ key }) => key));
  const kept = base.value.entries.filter(({ key }) => !own.has(key));
  return { ...entry, value: { ...entry.value, entries: [...kept, ...entry.value.entries] } };
}

function extended(file: MapTree): Tree | undefined {
  return file.entries.find(({ key }) => key === "extends")?.value;
}
