import { list } from "../settings/wording.js";
import type { Value } from "../trial/value.js";
import { reads } from "../settings/resolve.js";
import type { KnownSetting } from "../settings/catalogue.js";
import { selectorKey } from "./draft.js";
import type { Space } from "./space.js";
import type { Sweep, SweptParameter } from "./sweep.js";

/**
 * What plays no part in some or all trials of a sweep.
 * @param repeated combinations that mean the same work as others
 */
export function warningsOf(sweep: Sweep, space: Space, repeated: number): readonly string[] {
  const idle = space.idle.map(({ key, reason }) => `${key} is swept and plays no part: ${reason}`);
  const idleKeys = new Set(space.idle.map(({ key }) => key));
  const partly = sweep.parameters
    .filter(({ key }) => !idleKeys.has(key))
    .flatMap((parameter) => partlyIgnored(parameter, sweep, space));
  const own = Object.keys(sweep.fixed).filter((key) => !sweep.inherited.includes(key));
  const fixed = own.flatMap((key) => ignored(key, sweep, space));
  const same = repeated === 1 ? "1 combination means" : `${repeated} combinations mean`;
  const unused = (sweep.method === "grid" ? space.idleExclusions() : []).map(
    (index) => `exclude[${index}] leaves nothing out`,
  );
  const merged = repeated === 0 ? [] : [`${same} the same work as others and will not run twice`];
  return [...idle, ...partly, ...fixed, ...unused, ...merged];
}

/** Values at which the sweep chooses a component, as far as this parameter's own `when` allows them. */
function chosen(
  selector: string,
  known: KnownSetting,
  sweep: Sweep,
  space: Space,
  when: SweptParameter["when"],
): readonly string[] {
  const swept = sweep.parameters.find(({ key }) => key === selector);
  const group = selector.slice(0, selector.indexOf(".")) as KnownSetting["group"];
  const values: readonly Value[] = swept?.values ?? [sweep.fixed[selector] ?? space.catalogue.defaultComponent(group)];
  const allowed = when[selector];
  const names = allowed === undefined ? values : values.filter((value) => allowed.includes(value));
  return known.selects && selector === known.key ? [] : names.map(String);
}

function partlyIgnored(parameter: SweptParameter, sweep: Sweep, space: Space): string[] {
  const known = space.catalogue.get(parameter.key);
  if (known === undefined) return [];
  return blind(known, sweep, space, parameter.when).map(
    ({ selector, names }) => `${parameter.key} plays no part where ${selector} is ${list(names)}`,
  );
}

/** A fixed setting is worth a word only where no trial reads it. */
function ignored(key: string, sweep: Sweep, space: Space): string[] {
  const known = space.catalogue.get(key);
  if (known === undefined) return [];
  const none = blind(known, sweep, space, {}).find(({ all }) => all);
  return none === undefined ? [] : [`${key} plays no part: ${none.selector} is ${list(none.names)}`];
}

/** The chosen components that do not read a setting. */
function blind(
  known: KnownSetting,
  sweep: Sweep,
  space: Space,
  when: SweptParameter["when"],
): readonly { readonly selector: string; readonly names: readonly string[]; readonly all: boolean }[] {
  const own = selectorKey(known.group);
  const judges = [
    { selector: own, fits: (name: string) => reads(known, name) },
    ...(known.group === "teacher"
      ? [{ selector: "loss.type", fits: (name: string) => space.catalogue.needsTeacher(name) }]
      : []),
  ];
  return judges.flatMap(({ selector, fits }) => {
    if (selector === undefined) return [];
    const all = chosen(selector, known, sweep, space, when);
    const names = all.filter((name) => !fits(name));
    return names.length === 0 ? [] : [{ selector, names, all: names.length === all.length }];
  });
}
