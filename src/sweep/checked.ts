import { z } from "zod";
import { didYouMean } from "../settings/nearest.js";
import { describeSchema } from "../settings/wording.js";
import type { MapTree, Tree } from "./document.js";
import type { Findings } from "./findings.js";
import { showTree, valueOf } from "./tree.js";

/**
 * Reads one key of a sweep file by its schema. What is wrong is told where it stands, in the words of the innermost schema.
 * @param path dotted, of the tree
 * @returns undefined where something is wrong; `findings` says what
 */
export function readChecked<T>(schema: z.ZodType<T>, tree: Tree, path: string, findings: Findings): T | undefined {
  const before = findings.count;
  check(schema, tree, path, findings);
  return findings.count === before ? schema.parse(valueOf(tree)) : undefined;
}

function check(schema: z.core.$ZodType, tree: Tree, path: string, findings: Findings): void {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject && tree.kind === "map" && tree.entries.length > 0) {
    checkBlock(inner, tree, path, findings);
  } else if (inner instanceof z.ZodArray && tree.kind === "list" && tree.items.length > 0) {
    tree.items.forEach((item, index) => {
      check(inner.element, item, `${path}[${index}]`, findings);
    });
  } else if (inner instanceof z.ZodObject || !z.safeParse(inner, valueOf(tree)).success) {
    findings.add(tree.place, path, expectation(schema), showTree(tree));
  }
}

function checkBlock(schema: z.ZodObject, { place: start, entries }: MapTree, path: string, findings: Findings): void {
  const shape = new Map(Object.entries<z.core.$ZodType>(schema.shape));
  const keys = [...shape.keys()];
  for (const { key, place, value } of entries) {
    const own = shape.get(key);
    if (own === undefined) {
      findings.add(place, `${path}.${key}`, `one of ${keys.join(", ")}`, "an unknown key", didYouMean(key, keys));
    } else {
      check(own, value, `${path}.${key}`, findings);
    }
  }
  for (const [key, own] of shape) {
    if (entries.some((entry) => entry.key === key) || z.safeParse(own, undefined).success) continue;
    findings.add(start, `${path}.${key}`, expectation(own), "nothing");
  }
}

/** In words: `meta({ expected })` of a schema, or what its kind says. */
export function expectation(schema: z.core.$ZodType): string {
  for (let one: z.core.$ZodType | undefined = schema; one !== undefined; one = wrapped(one)) {
    const { expected } = (one as z.ZodType).meta() ?? {};
    if (typeof expected === "string") return expected;
    if (one instanceof z.ZodObject) return blockOf(Object.keys(one.shape));
  }
  return describeSchema(schema).expected;
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = wrapped(schema);
  return inner === undefined ? schema : unwrapped(inner);
}

function wrapped(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? schema.unwrap() : undefined;
}

/** A block that may hold any setting has too many keys to name. */
function blockOf(keys: readonly string[]): string {
  return keys.length > 20 ? "a block of settings" : `a block of ${keys.join(", ")}`;
}
