import type { Catalogue, KnownSetting } from "../settings/catalogue.js";
import { reads } from "../settings/resolve.js";
import { selectors, type Group } from "../trial/value.js";
import type { Located } from "./located.js";
import type { DraftComparison } from "./comparisons.js";
import type { DraftCondition } from "./conditions.js";
import type { DraftParameter } from "./parameters.js";
import type { DraftTrial } from "./trials.js";

/** A sweep's settings while they are checked: every value knows where it stands. */
export interface Draft {
  readonly fixed: ReadonlyMap<string, Located>;
  readonly swept: ReadonlyMap<string, DraftParameter>;
  readonly baseline: ReadonlyMap<string, Located> | null;
  readonly excluded: readonly ReadonlyMap<string, DraftCondition>[];
  readonly trials: readonly DraftTrial[];
  readonly comparisons: readonly DraftComparison[];
  /** Settings that the command line set, and those that the file sweeps or fixes otherwise than its bases. */
  readonly overridden: ReadonlySet<string>;
}

/** The dotted name of the setting that names a group's component; undefined where there is no choice. */
export function selectorKey(group: Group): string | undefined {
  const selector = selectors[group];
  return selector === null ? undefined : `${group}.${selector}`;
}

/** The components of a group that the sweep may choose. */
export function candidates(
  group: Group,
  draft: Pick<Draft, "fixed" | "swept">,
  catalogue: Catalogue,
): readonly string[] {
  const key = selectorKey(group);
  if (key === undefined) return [catalogue.defaultComponent(group)];
  const swept = draft.swept.get(key);
  const fixed = draft.fixed.get(key);
  const byDefault = fixed === undefined ? catalogue.defaultComponent(group) : fixed.value;
  const values = swept === undefined ? [byDefault] : swept.values.map(({ value }) => value);
  const all = swept !== undefined && swept.when.size > 0 ? [...values, byDefault] : values;
  return catalogue.names(group).filter((name) => all.includes(name));
}

/**
 * The components for which a setting may matter: those that the sweep may choose, that its `when` (and the `when` of what
 * that names) allows, and that read it.
 */
export function readers(known: KnownSetting, draft: Draft, catalogue: Catalogue): readonly string[] {
  const key = selectorKey(known.group);
  const allowed = key === undefined ? undefined : allowedByWhen(known.key, key, draft, new Set());
  return candidates(known.group, draft, catalogue).filter(
    (name) => reads(known, name) && (allowed === undefined || allowed.has(name)),
  );
}

/** Values of `selector` at which the parameter `key` may apply; undefined where nothing restricts them. */
function allowedByWhen(
  key: string,
  selector: string,
  draft: Draft,
  visited: ReadonlySet<string>,
): ReadonlySet<unknown> | undefined {
  const when = draft.swept.get(key)?.when;
  if (when === undefined || visited.has(key)) return undefined;
  const seen = new Set([...visited, key]);
  let allowed: ReadonlySet<unknown> | undefined;
  for (const [name, condition] of when) {
    const values =
      name === selector
        ? new Set<unknown>(condition.values.map(({ value }) => value))
        : allowedByWhen(name, selector, draft, seen);
    if (values === undefined) continue;
    const before = allowed;
    allowed = before === undefined ? values : new Set([...values].filter((value) => before.has(value)));
  }
  return allowed;
}
