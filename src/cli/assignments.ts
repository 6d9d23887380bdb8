import { readTree } from "../sweep/document.js";
import { Findings } from "../sweep/findings.js";
import { valueOf } from "../sweep/tree.js";
import { UserError } from "../trial/issue.js";
import type { Value } from "../trial/value.js";
import { UsageError } from "./errors.js";

/**
 * `a=1e-2,b=[x,y]` as values by key, in the order in which they stand; commas within brackets or quotes belong to a
 * value, which is read as `--set` reads it.
 * @param option for messages
 * @throws UsageError for a part without a key or `=`, UserError for a value that is no YAML
 */
export function readAssignments(option: string, text: string): (readonly [key: string, value: Value])[] {
  return parts(text).map((part) => {
    const at = part.indexOf("=");
    const key = part.slice(0, Math.max(0, at)).trim();
    if (key !== "") return [key, readValue(`${option} ${key}`, part.slice(at + 1))];
    const found = part.trim() === "" ? "nothing" : part.trim();
    throw new UsageError(`${option}: expected key=value,... (several values: key=[one,other]), found ${found}`);
  });
}

/** A quoted text, which begins where a value does (an apostrophe within a text is one of its letters), or any letter. */
const tokens = /(?<=(?:^|[=,:[{])\s*)(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*')|./gsu;

/** The parts between the commas that stand in no bracket and no quotes. */
function parts(text: string): string[] {
  const found: string[] = [];
  let part = "";
  let depth = 0;
  for (const [token] of text.matchAll(tokens)) {
    if (token === "," && depth === 0) {
      found.push(part);
      part = "";
      continue;
    }
    if (token === "[" || token === "{") depth++;
    if (token === "]" || token === "}") depth--;
    part += token;
  }
  return [...found, part];
}

function readValue(option: string, text: string): Value {
  const findings = new Findings();
  const tree = readTree(text, option, findings, false);
  if (tree !== undefined) return valueOf(tree);
  throw new UserError(`${option}: expected a value as --set takes it`, 1, findings.issues());
}
