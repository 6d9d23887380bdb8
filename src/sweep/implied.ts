import type { Catalogue, KnownSetting } from "../settings/catalogue.js";
import { checkValue } from "../settings/resolve.js";
import { list } from "../settings/wording.js";
import { groups, type Group } from "../trial/value.js";
import { candidates, selectorKey, type Draft } from "./draft.js";
import type { Findings } from "./findings.js";
import type { Located } from "./located.js";
import type { DraftParameter } from "./parameters.js";

/** What a file, or the command line, fixes and sweeps. */
export interface Layer {
  readonly fixed: Map<string, Located>;
  readonly swept: Map<string, DraftParameter>;
}

/** A given setting that stands for components, and which its values stand for. */
interface Implying {
  readonly known: KnownSetting;
  readonly at: Pick<Located, "place" | "path">;
  readonly values: readonly Located[];
  /** By value. */
  readonly names: readonly string[];
}

/**
 * Adds to a layer the components that its settings stand for (`teacher.logits` for the teacher of that kind), unless it or
 * what it is laid over chooses them already. A layer that chooses only others beside such a setting is reported.
 */
export function implyComponents(
  layer: Layer,
  base: Pick<Draft, "fixed" | "swept">,
  catalogue: Catalogue,
  findings: Findings,
): void {
  for (const group of groups) {
    const selector = selectorKey(group);
    const [implying, another] = impliedIn(group, layer, catalogue);
    if (selector === undefined || implying === undefined) continue;
    const chosen = (one: Pick<Draft, "fixed" | "swept">): readonly string[] =>
      one.fixed.has(selector) || one.swept.has(selector) ? candidates(group, one, catalogue) : [];
    const { known, at, names } = implying;
    const own = chosen(layer);
    if (layer.fixed.has(selector) || layer.swept.has(selector)) {
      if (own.length > 0 && !names.some((name) => own.includes(name))) {
        const expected = `${selector} ${list([...new Set(names)])} beside it, or none`;
        findings.add(at.place, at.path, expected, `${selector} ${list(own)}`, "leave one of the two out");
      }
    } else if (another !== undefined) {
      const expected = `${known.key} or ${another.known.key}`;
      findings.add(another.at.place, another.at.path, expected, "both", `to compare them, sweep ${selector}`);
    } else if (!names.every((name) => chosen(base).includes(name))) choose(selector, implying, layer, catalogue);
    if (haveOwn(implying)) {
      layer.fixed.delete(known.key);
      layer.swept.delete(known.key);
    }
  }
}

function impliedIn(group: Group, { fixed, swept }: Layer, catalogue: Catalogue): Implying[] {
  const components = catalogue.components(group);
  const settings = new Set(components.flatMap(({ impliedBy }) => impliedBy ?? []));
  return [...settings].flatMap((setting): Implying[] => {
    const key = `${group}.${setting}`;
    const known = catalogue.get(key);
    const single = fixed.get(key);
    const at = swept.get(key) ?? single;
    if (known === undefined || at === undefined) return [];
    const own = components.filter(({ impliedBy }) => impliedBy === setting).map(({ name }) => name);
    const values = swept.get(key)?.values ?? (single === undefined ? [] : [single]);
    // A value that none takes is reported as the first would report it.
    const names = values.map(({ value }) => own.find((name) => checkValue(known, name, value) === undefined) ?? own[0]);
    const { place, path } = at;
    return [{ known, at: { place, path }, values, names: names.filter((name) => name !== undefined) }];
  });
}

/** Whether each of the components has its value of the setting by itself: a loss's module says which file it is. */
function haveOwn({ known, values, names }: Implying): boolean {
  const byDefault = (name: string): unknown => known.variants.find(({ component }) => component === name)?.default;
  return names.length > 0 && names.every((name, index) => byDefault(name) === values[index]?.value);
}

function choose(selector: string, { known, at, names }: Implying, layer: Layer, catalogue: Catalogue): void {
  const selecting = catalogue.get(selector);
  const parameter = layer.swept.get(known.key);
  const distinct = [...new Set(names)];
  const [only] = distinct;
  if (selecting === undefined || only === undefined) return;
  if (distinct.length === 1 && (parameter === undefined || parameter.when.size === 0)) {
    layer.fixed.set(selector, { ...at, value: only });
    return;
  }
  // In a zip each row keeps its own, also where a component stands in several.
  const zip = parameter?.zip ?? null;
  const chosen = zip === null ? distinct : names;
  const values = chosen.map((value, index) => ({ ...(parameter?.values[index] ?? at), value }));
  layer.swept.set(selector, { known: selecting, ...at, values, when: parameter?.when ?? new Map(), zip, range: null });
}
