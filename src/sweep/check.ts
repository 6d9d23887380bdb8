import type { Catalogue, KnownSetting } from "../settings/catalogue.js";
import { defaultsOf, shapeOf } from "../settings/catalogue.js";
import { checkValue, unknownComponent } from "../settings/resolve.js";
import type { Issue } from "../trial/issue.js";
import { groups, selectors } from "../trial/value.js";
import { candidates, readers, type Draft } from "./draft.js";
import type { Findings, Place } from "./findings.js";
import type { Located } from "./located.js";

/** Checks each value of a sweep on its own, as every component that may read it understands it. */
export function checkValues(draft: Draft, catalogue: Catalogue, start: Place, findings: Findings): void {
  for (const [key, located] of draft.fixed) {
    checkOne(key, located, draft, catalogue, findings);
  }
  for (const [key, { values, range, when }] of draft.swept) {
    for (const value of range?.bounds ?? values) checkOne(key, value, draft, catalogue, findings);
    for (const [condition, { values: allowed }] of when) {
      // Of others, `checkConditions` asks more.
      if (!draft.overridden.has(condition)) continue;
      for (const value of allowed) checkAny(condition, value, catalogue, findings);
    }
  }
  for (const [key, value] of draft.baseline ?? []) checkAny(key, value, catalogue, findings);
  for (const { where, baseline } of draft.comparisons) {
    for (const [key, value] of baseline ?? []) checkAny(key, value, catalogue, findings);
    for (const [key, { values }] of where) {
      for (const value of draft.overridden.has(key) ? values : []) checkAny(key, value, catalogue, findings);
    }
  }
  for (const [key, { values }] of draft.excluded.flatMap((conditions) => [...conditions])) {
    for (const value of values) checkAny(key, value, catalogue, findings);
  }
  checkRequired(draft, catalogue, start, findings);
}

function checkOne(key: string, located: Located, draft: Draft, catalogue: Catalogue, findings: Findings): void {
  const known = catalogue.get(key);
  if (known === undefined) return;
  const components = known.selects ? [] : readers(known, draft, catalogue);
  if (components.length === 0) {
    checkAny(key, located, catalogue, findings);
    return;
  }
  for (const component of components) {
    const issue = checkValue(known, component, located.value);
    if (issue !== undefined) {
      addIssue(located, issue, findings, hintOf(known, located));
      return;
    }
  }
}

/** Refuses a value that no component would take. */
function checkAny(key: string, located: Located, catalogue: Catalogue, findings: Findings): void {
  const known = catalogue.get(key);
  if (known === undefined) return;
  const issues = known.variants.map(({ component }) => checkValue(known, component, located.value));
  const [first] = issues;
  if (first === undefined || issues.includes(undefined)) return;
  const issue = known.selects ? unknownComponent(key, known.group, located.value, catalogue) : first;
  addIssue(located, issue, findings, hintOf(known, located));
}

function addIssue({ place, path }: Located, issue: Issue, findings: Findings, hint: string | undefined): void {
  findings.add(place, path, issue.expected, issue.found, issue.hint ?? hint);
}

/** A list or `values` where one value is meant. */
function hintOf(known: KnownSetting, { value, path }: Located): string | undefined {
  const sweeps = Array.isArray(value) || (typeof value === "object" && value !== null && "values" in value);
  return sweeps && path === known.key ? `to sweep it, write it under parameters` : undefined;
}

/** Settings without a default of components that may be chosen, which the sweep neither fixes nor sweeps. */
function checkRequired(draft: Draft, catalogue: Catalogue, start: Place, findings: Findings): void {
  // Trials that are written out are checked one by one.
  if (draft.swept.size === 0 && draft.trials.length > 0) return;
  for (const group of groups) {
    for (const name of candidates(group, draft, catalogue)) {
      const component = catalogue.component(group, name);
      const defaults = defaultsOf(component);
      for (const setting of Object.keys(shapeOf(component))) {
        const key = `${group}.${setting}`;
        if (Object.hasOwn(defaults, setting) || draft.fixed.has(key) || draft.swept.has(key)) continue;
        const known = catalogue.get(key);
        // A setting that may be left out has no default either, and nothing against its absence.
        const variant = known?.variants.find((one) => one.component === name);
        if (variant === undefined || variant.optional) continue;
        findings.add(start, key, variant.type, "nothing", `${group}.${selectors[group] ?? ""} ${name} needs it`);
      }
    }
  }
}
