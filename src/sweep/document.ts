import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import { show } from "../settings/wording.js";
import { bounds, brokenBound } from "./bounds.js";
import type { Findings, Place } from "./findings.js";

/** A piece of a sweep file as plain data that knows its line. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  readonly kind: "map";
  readonly place: Place;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly key: string;
  /** Of the key. */
  readonly place: Place;
  readonly value: Tree;
}

export interface ListTree {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly Tree[];
}

export interface ScalarTree {
  readonly kind: "scalar";
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** As it was written. */
  readonly source: string;
}

/** Names that mean something to JavaScript's objects; never keys of anything here. */
const reserved = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads YAML 1.2 into a tree. Refuses what is no plain data: tags, anchors that hold themselves, numbers that are not
 * finite, a key twice, text beyond the bounds.
 * @param origin for messages
 * @param inFile whether `text` is a file, whose lines are worth naming
 * @returns undefined where there is nothing to read on with; `findings` says why
 */
export function readTree(text: string, origin: string, findings: Findings, inFile = true): Tree | undefined {
  const place = (line: number): Place => ({ origin, line: inFile ? line : null });
  const broken = brokenBound(text);
  if (broken !== undefined) {
    findings.add(place(broken.line), "", broken.expected, broken.found);
    return undefined;
  }
  const lineCounter = new LineCounter();
  // Keys that stand twice are found in the tree, with their paths.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  const problems = [...document.errors, ...document.warnings];
  for (const { pos, code, message } of problems.slice(0, 20)) {
    findings.add(place(lineCounter.linePos(pos[0]).line), "", "YAML", problemInWords(code, message));
  }
  if (problems.length > 0) return undefined;
  const builder = new TreeBuilder(document, findings, (offset) => place(lineCounter.linePos(offset).line));
  return builder.build(document.contents);
}

function problemInWords(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS") return "several documents (a line of --- starts another)";
  return `an error: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

class TreeBuilder {
  private nodes = 0;
  private refused = false;

  constructor(
    private readonly document: Document,
    private readonly findings: Findings,
    private readonly placeAt: (offset: number) => Place,
  ) {}

  build(root: Node | null): Tree | undefined {
    const tree = this.tree(root, "", 0, this.placeAt(0));
    return this.refused ? undefined : tree;
  }

  private refuse(place: Place, path: string, expected: string, found: string, hint?: string): ScalarTree {
    // One bound broken breaks at every later node too.
    if (!this.refused || this.nodes <= bounds.nodes) this.findings.add(place, path, expected, found, hint);
    this.refused = true;
    return { kind: "scalar", place, value: null, source: "" };
  }

  private tree(node: Node | null, path: string, depth: number, parent: Place): Tree {
    const place = node?.range ? this.placeAt(node.range[0]) : parent;
    if (++this.nodes > bounds.nodes) {
      return this.refuse(place, "", `at most ${bounds.nodes} values`, "more (do aliases repeat each other?)");
    }
    if (depth > bounds.depth) {
      return this.refuse(
        place,
        "",
        `at most ${bounds.depth} blocks within each other`,
        "more (does an alias hold itself?)",
      );
    }
    if (node === null) return { kind: "scalar", place, value: null, source: "" };
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target === undefined) return this.refuse(place, path, `an anchor &${node.source}`, "none before this alias");
      return this.tree(target, path, depth + 1, place);
    }
    if (isMap(node)) return this.map(node, path, depth, place);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.tree(item as Node | null, `${path}[${index}]`, depth + 1, place),
      );
      return { kind: "list", place, items };
    }
    if (isScalar(node)) return this.scalar(node.value, node.source ?? "", path, place);
    return this.refuse(place, path, "plain YAML", "something else");
  }

  private map(node: YAMLMap, path: string, depth: number, place: Place): Tree {
    const firsts = new Map<string, Place>();
    const entries: Entry[] = [];
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const keyNode = pair.key;
      const keyPlace = keyNode?.range ? this.placeAt(keyNode.range[0]) : place;
      const key = isScalar(keyNode) ? keyOf(keyNode.value, keyNode.source) : undefined;
      if (key === undefined) {
        this.refuse(keyPlace, path, "a name as key", "a list, a block or nothing");
        continue;
      }
      const own = path === "" ? key : `${path}.${key}`;
      const first = firsts.get(key);
      if (first !== undefined) {
        const hint = first.line === null ? undefined : `the first is on line ${first.line}`;
        this.findings.add(keyPlace, own, "each key once", "it a second time", hint);
        continue;
      }
      firsts.set(key, keyPlace);
      const value = this.tree(pair.value, own, depth + 1, keyPlace);
      if (key.split(".").some((part) => reserved.has(part))) {
        this.findings.add(keyPlace, own, "a known key", `${show(key)}, a reserved name`);
        continue;
      }
      entries.push({ key, place: keyPlace, value });
    }
    return { kind: "map", place, entries };
  }

  private scalar(value: unknown, source: string, path: string, place: Place): ScalarTree {
    if (typeof value === "number" && !Number.isFinite(value)) {
      return this.refuse(place, path, "a finite number", source === "" ? String(value) : source);
    }
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return { kind: "scalar", place, value, source };
    }
    return this.refuse(place, path, "text, a number, true, false or null", "a value of a YAML tag");
  }
}

function keyOf(value: unknown, source: string | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? (source ?? String(value)) : undefined;
}
