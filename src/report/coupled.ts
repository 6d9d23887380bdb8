import { selectors } from "../trial/value.js";
import { canonical } from "./values.js";
import type { Variant } from "./variants.js";

/** Finding what couples the very many left alone takes time with the square of their number; so many tell. */
const mostLookedAt = 200;
/** With more parameters beside the wanted ones, whole configurations would be compared. */
const mostBeside = 3;

/** Parameters that choose a component, on which it depends what others apply. */
const choosing: ReadonlySet<string> = new Set(Object.entries(selectors).map(([group, key]) => `${group}.${key ?? ""}`));

function chosen(names: readonly string[]): number {
  return names.filter((name) => choosing.has(name)).length;
}

/** Parameters of both that are not equal, in the first's order. */
function differing({ parameters: one }: Variant, { parameters: other }: Variant): string[] {
  return Object.keys(one).filter(
    (name) => Object.hasOwn(other, name) && canonical(one[name] ?? null) !== canonical(other[name] ?? null),
  );
}

/**
 * Parameters in which variants that have nothing to be compared with differ together with `by`: rather settings of the
 * same components than the components themselves, the fewest, then those that most of the variants differ in. Empty
 * where there are none.
 * @param across whether variants of different components count
 */
export function coupledWith(alone: readonly Variant[], by: readonly string[], across: boolean): readonly string[] {
  const found = new Map<string, { readonly beside: readonly string[]; readonly variants: Set<Variant> }>();
  const some = alone.slice(0, mostLookedAt);
  for (const [index, one] of some.entries()) {
    for (const other of some.slice(index + 1)) {
      const names = differing(one, other);
      const beside = names.filter((name) => !by.includes(name));
      if (beside.length === names.length || beside.length > mostBeside || (chosen(beside) > 0 && !across)) continue;
      const key = beside.join("\n");
      const known = found.get(key) ?? { beside, variants: new Set() };
      found.set(key, known);
      known.variants.add(one).add(other);
    }
  }
  const [first] = [...found.values()].sort(
    (a, b) =>
      chosen(a.beside) - chosen(b.beside) || a.beside.length - b.beside.length || b.variants.size - a.variants.size,
  );
  return first?.beside ?? [];
}
