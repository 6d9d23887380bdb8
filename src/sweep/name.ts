import { basename, extname } from "node:path";
import { z } from "zod";
import type { Tree } from "./document.js";
import type { Findings, Place } from "./findings.js";
import { showTree } from "./tree.js";

const allowed = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;
const expected = "a name of 1 to 100 letters, digits, '.', '_' and '-' that does not start with '.'";

export const nameKey = z
  .union([z.string().regex(allowed), z.number()])
  .describe("Names the study and its folder; by default the file's name without its extension.");

/** The study's name, which is also the name of its folder: it can leave no folder and is safe in every file system. */
export function readName(tree: Tree, findings: Findings): string | undefined {
  // `name: 2024` is a number to YAML and a name to its writer.
  const name = tree.kind !== "scalar" ? undefined : typeof tree.value === "number" ? tree.source : tree.value;
  if (typeof name === "string" && allowed.test(name)) return name;
  findings.add(tree.place, "name", expected, showTree(tree));
  return undefined;
}

/** The file's name without its extension. */
export function defaultName(origin: string, findings: Findings, place: Place): string | undefined {
  const name = basename(origin, extname(origin));
  if (allowed.test(name)) return name;
  findings.add(
    place,
    "name",
    expected,
    `none, and the file's own (${JSON.stringify(name)}) cannot serve`,
    "add a name",
  );
  return undefined;
}
