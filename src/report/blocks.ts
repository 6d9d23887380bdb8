import type { Assignment } from "./baseline.js";
import { pick } from "./labels.js";
import { canonical } from "./values.js";
import type { Variant } from "./variants.js";

/** Variants of which any two are equal in all parameters, but the compared ones, that apply to both. */
export interface Block {
  readonly shared: Assignment;
  /** The reference, then the others in the plan's order. */
  readonly variants: readonly Variant[];
}

function project(assignment: Assignment, names: readonly string[]): string {
  return names.map((name) => canonical(assignment[name] ?? null)).join("\n");
}

/** Parameters, without `by`, that apply under at least two values of these: those under one alone cannot differ between rows. */
function sharedNames(variants: readonly Variant[], by: readonly string[]): Set<string> {
  const under = new Map<string, Set<string>>();
  for (const { parameters } of variants) {
    const value = project(parameters, by);
    for (const name of Object.keys(parameters)) {
      if (by.includes(name)) continue;
      under.set(name, (under.get(name) ?? new Set()).add(value));
    }
  }
  return new Set([...under].filter(([, values]) => values.size > 1).map(([name]) => name));
}

interface Shape {
  readonly names: readonly string[];
  /** Variants by their projection on `names`. */
  readonly members: Map<string, { readonly assignment: Assignment; readonly variants: Variant[] }>;
}

/** Variants by which of the shared parameters they have; those with the most first. */
function shapesOf(variants: readonly Variant[], shared: ReadonlySet<string>): Shape[] {
  const shapes = new Map<string, Shape>();
  for (const variant of variants) {
    const assignment = pick(variant.parameters, shared);
    const names = Object.keys(assignment).sort();
    const signature = names.join("\n");
    const shape: Shape = shapes.get(signature) ?? { names, members: new Map() };
    shapes.set(signature, shape);
    const key = project(assignment, names);
    const member = shape.members.get(key);
    if (member === undefined) shape.members.set(key, { assignment, variants: [variant] });
    else member.variants.push(variant);
  }
  return [...shapes.values()].sort(
    (a, b) => b.names.length - a.names.length || (signatureOf(a) < signatureOf(b) ? -1 : 1),
  );
}

function signatureOf(shape: Shape): string {
  return shape.names.join("\n");
}

/** The full outer natural join of two lists of assignments: what agrees is merged, what finds no partner stays. */
function join(left: readonly Assignment[], shape: Shape): Assignment[] {
  const joined: Assignment[] = [];
  const matched = new Set<string>();
  const indexes = new Map<string, Map<string, Assignment[]>>();
  for (const assignment of left) {
    const common = shape.names.filter((name) => name in assignment);
    const signature = common.join("\n");
    let index = indexes.get(signature);
    if (index === undefined) {
      index = new Map();
      for (const { assignment: other } of shape.members.values()) {
        const key = project(other, common);
        const known = index.get(key);
        if (known === undefined) index.set(key, [other]);
        else known.push(other);
      }
      indexes.set(signature, index);
    }
    const partners = index.get(project(assignment, common)) ?? [];
    if (partners.length === 0) joined.push(assignment);
    for (const partner of partners) {
      matched.add(project(partner, shape.names));
      joined.push({ ...partner, ...assignment });
    }
  }
  for (const [key, { assignment }] of shape.members) if (!matched.has(key)) joined.push(assignment);
  return joined;
}

/** Splits off what cannot stand beside the reference: rows of the reference's own values that differ from it otherwise. */
function byReference(
  variants: readonly Variant[],
  by: readonly string[],
  isBaseline: (variant: Variant) => boolean,
  canBeReference: (variant: Variant) => boolean,
): Variant[][] {
  const value = (variant: Variant): string => project(variant.parameters, by);
  const able = variants.filter(canBeReference);
  const candidates = able.length > 0 ? able : variants;
  const first = candidates.find(isBaseline) ?? candidates[0];
  if (first === undefined) return [];
  const references = variants.filter((variant) => value(variant) === value(first));
  const others = variants.filter((variant) => value(variant) !== value(first));
  if (others.length === 0) return [];
  const ordered = [first, ...references.filter((variant) => variant !== first)];
  return ordered.map((reference) => [reference, ...others]);
}

/**
 * The blocks of a comparison. A variant without some of the shared parameters (hard labels have no temperature) stands
 * in every block that it agrees with. `variants` in the plan's order, all of them with the parameters `by`, whose values
 * are compared together; the first that `isBaseline` is a block's reference, else its first, of those that can be one
 * where there are any.
 */
export function blocksOf(
  variants: readonly Variant[],
  by: readonly string[],
  isBaseline: (variant: Variant) => boolean = (variant) => variant.isBaseline,
  canBeReference: (variant: Variant) => boolean = () => true,
): Block[] {
  const shapes = shapesOf(variants, sharedNames(variants, by));
  const [first, ...others] = shapes;
  if (first === undefined) return [];
  const start = [...first.members.values()].map(({ assignment }) => assignment);
  const assignments = others.reduce<Assignment[]>(join, start);
  return assignments
    .flatMap((shared) => {
      const members = shapes
        .filter(({ names }) => names.every((name) => name in shared))
        .flatMap((shape) => shape.members.get(project(shared, shape.names))?.variants ?? [])
        .sort((a, b) => a.place - b.place);
      return byReference(members, by, isBaseline, canBeReference).map((rows) => ({ shared, variants: rows }));
    })
    .sort((a, b) => (a.variants[0]?.place ?? 0) - (b.variants[0]?.place ?? 0) || later(a, b));
}

function later(a: Block, b: Block): number {
  return (a.variants[1]?.place ?? 0) - (b.variants[1]?.place ?? 0);
}
