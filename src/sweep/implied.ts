import type { Catalogue, KnownSetting } from "../settings/catalogue.js";
import { checkValue } from "../settings/resolve.js";
import { list, plain } from "../settings/wording.js";
import { groups, type Group } from "../trial/value.js";
import { candidates, selectorKey, type Draft } from "./draft.js";
import type { Findings } from "./findings.js";
import type { Located } from "./located.js";
import type { DraftParameter } from "./parameters.js";

/** A draft whose settings may still change. */
export type OpenDraft = Draft & {
  readonly fixed: Map<string, Located>;
  readonly swept: Map<string, DraftParameter>;
};

/** A given setting that stands for components, and which its values stand for. */
interface Implying {
  readonly known: KnownSetting;
  readonly at: Pick<Located, "place" | "path">;
  /** By value. */
  readonly names: readonly string[];
}

/**
 * Chooses the component that a setting stands for (`teacher.logits` the teacher of that kind) where nothing else does.
 * A setting of the command line overrules the file's choice; else both must agree, which is reported.
 */
export function implyComponents(draft: OpenDraft, catalogue: Catalogue, findings: Findings): void {
  for (const group of groups) {
    const selector = selectorKey(group);
    if (selector === undefined) continue;
    const [implying, another] = overruling(impliedIn(group, draft, catalogue), draft);
    if (implying === undefined) continue;
    if (draft.fixed.has(selector) || draft.swept.has(selector)) {
      if (!overrides(implying, selector, draft)) {
        checkAgreement(selector, implying, candidates(group, draft, catalogue), draft, findings);
        continue;
      }
      draft.fixed.delete(selector);
      draft.swept.delete(selector);
    } else if (another !== undefined) {
      const { place, path } = another.at;
      const expected = `${implying.known.key} or ${another.known.key}`;
      findings.add(place, path, expected, "both", `to compare them, sweep ${selector}`);
    }
    choose(selector, implying, draft, catalogue);
  }
}

function impliedIn(group: Group, draft: OpenDraft, catalogue: Catalogue): Implying[] {
  const components = catalogue.components(group);
  const settings = new Set(components.flatMap(({ impliedBy }) => impliedBy ?? []));
  return [...settings].flatMap((setting): Implying[] => {
    const key = `${group}.${setting}`;
    const known = catalogue.get(key);
    const fixed = draft.fixed.get(key);
    const swept = draft.swept.get(key);
    const at = fixed ?? swept;
    if (known === undefined || at === undefined) return [];
    const own = components.filter(({ impliedBy }) => impliedBy === setting).map(({ name }) => name);
    const values = fixed === undefined ? (swept?.values ?? []) : [fixed];
    // A value that none takes is reported as the first would report it.
    const names = values.map(({ value }) => own.find((name) => checkValue(known, name, value) === undefined) ?? own[0]);
    const { place, path } = at;
    return [{ known, at: { place, path }, names: names.filter((name) => name !== undefined) }];
  });
}

/** Those of the command line, where it has any. */
function overruling(implying: readonly Implying[], { overridden }: OpenDraft): readonly Implying[] {
  const own = implying.filter(({ known }) => overridden.has(known.key));
  return own.length > 0 ? own : implying;
}

function overrides({ known }: Implying, selector: string, { overridden }: OpenDraft): boolean {
  return overridden.has(known.key) && !overridden.has(selector);
}

function checkAgreement(
  selector: string,
  { known, at, names }: Implying,
  chosen: readonly string[],
  { overridden }: OpenDraft,
  findings: Findings,
): void {
  // A choice of the command line leaves the file's setting without a part, of which there is a warning.
  if (overridden.has(selector) && !overridden.has(known.key)) return;
  if (chosen.length === 0 || names.some((name) => chosen.includes(name))) return;
  const expected = `${selector} ${list([...new Set(names)])} beside it, or none`;
  findings.add(at.place, at.path, expected, `${selector} ${list(chosen.map(plain))}`, "leave one of the two out");
}

function choose(selector: string, { known, at, names }: Implying, draft: OpenDraft, catalogue: Catalogue): void {
  const selecting = catalogue.get(selector);
  const parameter = draft.swept.get(known.key);
  const distinct = [...new Set(names)];
  const [only] = distinct;
  if (selecting === undefined || only === undefined) return;
  if (distinct.length === 1 && (parameter === undefined || parameter.when.size === 0)) {
    draft.fixed.set(selector, { ...at, value: only });
    return;
  }
  const values = distinct.map((value, index) => ({ ...(parameter?.values[index] ?? at), value }));
  draft.swept.set(selector, { known: selecting, ...at, values, when: parameter?.when ?? new Map() });
  // Each of the components has its own value of the setting already.
  if (distinct.length === names.length && distinct.length > 1) draft.swept.delete(known.key);
}
