import { didYouMean } from "../settings/nearest.js";
import type { Catalogue } from "../settings/catalogue.js";
import { sameValue } from "../settings/canonical.js";
import { list, plain, show } from "../settings/wording.js";
import type { DraftCondition } from "./conditions.js";
import { orderParameters } from "./dependencies.js";
import type { Draft } from "./draft.js";
import type { Findings } from "./findings.js";
import type { Located } from "./located.js";

/** Checks what a sweep's parts name of each other: swept parameters, values they have, no circle of conditions. */
export function checkReferences(draft: Draft, catalogue: Catalogue, findings: Findings): void {
  for (const { when } of draft.swept.values()) checkConditions(when, draft, draft.swept, findings);
  const compared = comparable(draft, catalogue);
  for (const { by, where } of draft.comparisons) {
    for (const name of by) checkName(name.key, name, draft, compared, findings);
    checkConditions(where, draft, compared, findings);
  }
  checkCircles(draft, findings);
}

interface Variation {
  readonly values: readonly Pick<Located, "value">[];
  readonly range: unknown;
}
type Varied = ReadonlyMap<string, Variation>;

/** What differs between trials: swept parameters, and what written trials say, beside what all others have. */
function comparable(draft: Draft, catalogue: Catalogue): Varied {
  const varied = new Map<string, Variation>(draft.swept);
  for (const { settings } of draft.trials) {
    for (const [key, located] of settings) {
      const { values = elsewhere(key, draft, catalogue), range = null } = varied.get(key) ?? {};
      varied.set(key, { values: [...values, located], range });
    }
  }
  return varied;
}

/** A setting's value where no trial says another: the fixed one, else the defaults of the components that have it. */
function elsewhere(key: string, { fixed }: Draft, catalogue: Catalogue): Variation["values"] {
  const own = fixed.get(key);
  if (own !== undefined) return [own];
  const known = catalogue.get(key);
  if (known?.selects === true) return [{ value: catalogue.defaultComponent(known.group) }];
  return (known?.variants ?? []).flatMap(({ default: value }) => (value === undefined ? [] : [{ value }]));
}

function checkConditions(
  conditions: ReadonlyMap<string, DraftCondition>,
  draft: Draft,
  varied: Varied,
  findings: Findings,
): void {
  for (const [key, condition] of conditions) {
    if (!checkName(key, condition, draft, varied, findings)) continue;
    const { values: all = [], range = null } = varied.get(key) ?? {};
    if (range !== null) {
      findings.add(
        condition.place,
        condition.path,
        "a parameter with a list of values",
        "one that is drawn from a range",
      );
      continue;
    }
    for (const { value, place, path } of condition.values) {
      if (all.some((one) => sameValue(one.value, value))) continue;
      const swept = all.map((one) => plain(one.value));
      findings.add(place, path, `a value that ${key} takes here (${list(swept)})`, show(value));
    }
  }
}

/** @returns whether its values are worth a look */
function checkName(
  key: string,
  { place, path }: Pick<Located, "place" | "path">,
  draft: Draft,
  varied: Varied,
  findings: Findings,
): boolean {
  // What the command line or a later file fixes or sweeps otherwise may leave a condition that always or never holds.
  if (draft.overridden.has(key)) return false;
  if (varied.has(key)) return true;
  const found = draft.fixed.has(key) ? "one that is fixed" : "one that is not swept";
  findings.add(place, path, "a parameter that this sweep varies", found, didYouMean(key, [...varied.keys()]));
  return false;
}

function checkCircles(draft: Draft, findings: Findings): void {
  const parameters = [...draft.swept].map(([key, { known, when }]) => ({
    key,
    group: known.group,
    when: [...when.keys()],
  }));
  const ordered = orderParameters(parameters);
  if (!("circle" in ordered)) return;
  const [first = ""] = ordered.circle;
  const parameter = draft.swept.get(first);
  if (parameter === undefined) return;
  const circle = ordered.circle.join(" -> ");
  const hint = "a parameter's component, and for the teacher the loss, decide too whether it applies";
  findings.add(parameter.place, `${parameter.path}.when`, "conditions without a circle", circle, hint);
}
