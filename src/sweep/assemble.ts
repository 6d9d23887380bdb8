import { plainComparisons, plainSettings } from "./comparisons.js";
import { plainConditions } from "./conditions.js";
import type { Draft } from "./draft.js";
import type { DraftParameter } from "./parameters.js";
import type { Sweep, SweptParameter } from "./sweep.js";

/** What a checked draft says, as plain data. @param bases the files that the sweep file extends */
export function plainDraft(
  draft: Draft,
  bases: Sweep["bases"],
): Pick<Sweep, "fixed" | "inherited" | "parameters" | "zip" | "exclude" | "trials" | "baseline" | "comparisons"> {
  const inherited = [...draft.fixed].filter(([, { place }]) => bases.some(({ origin }) => origin === place.origin));
  return {
    fixed: plainSettings(draft.fixed),
    inherited: inherited.map(([key]) => key),
    parameters: [...draft.swept.values()].map(parameter),
    zip: zipsOf(draft),
    exclude: draft.excluded.map(plainConditions),
    trials: draft.trials.map(({ settings }) => plainSettings(settings)),
    baseline: draft.baseline === null ? null : plainSettings(draft.baseline),
    comparisons: plainComparisons(draft.comparisons),
  };
}

function parameter({ known, values, when, range }: DraftParameter): SweptParameter {
  const plain = { key: known.key, values: values.map(({ value }) => value), when: plainConditions(when) };
  return range === null ? plain : { ...plain, range: range.range };
}

/** Those of which several members are left where others override them. */
function zipsOf({ swept }: Draft): readonly (readonly string[])[] {
  const members = new Map<object, string[]>();
  for (const [key, { zip }] of swept) {
    if (zip !== null) members.set(zip, [...(members.get(zip) ?? []), key]);
  }
  return [...members.values()].filter(({ length }) => length > 1);
}
