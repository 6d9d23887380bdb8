import type { Group } from "../trial/value.js";
import { selectorKey } from "./draft.js";

/** What the order of parameters depends on. */
interface Dependent {
  readonly key: string;
  readonly group: Group;
  /** Keys of its `when`. */
  readonly when: readonly string[];
}

/**
 * The swept parameters that decide whether this one applies: those its `when` names, the one that chooses its group's
 * component, and for the teacher's the loss, which may use none.
 */
export function dependenciesOf(
  { key, group, when }: Dependent,
  swept: { has(key: string): boolean },
): readonly string[] {
  const implied = [selectorKey(group), group === "teacher" ? selectorKey("loss") : undefined];
  const all = [...when, ...implied.filter((one) => one !== undefined && one !== key)];
  return [...new Set(all)].filter((one): one is string => one !== undefined && swept.has(one));
}

/** Order in which every parameter stands behind those it depends on, else in the order given; or a circle. */
export function orderParameters(
  parameters: readonly Dependent[],
): { readonly order: readonly string[] } | { readonly circle: readonly string[] } {
  const byKey = new Map(parameters.map((parameter) => [parameter.key, parameter]));
  const order = new Set<string>();
  const path: string[] = [];
  const visit = (key: string): readonly string[] | undefined => {
    if (order.has(key)) return undefined;
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key];
    path.push(key);
    const parameter = byKey.get(key);
    for (const dependency of parameter === undefined ? [] : dependenciesOf(parameter, byKey)) {
      const circle = visit(dependency);
      if (circle !== undefined) return circle;
    }
    path.pop();
    order.add(key);
    return undefined;
  };
  for (const { key } of parameters) {
    const circle = visit(key);
    if (circle !== undefined) return { circle };
  }
  return { order: [...order] };
}
