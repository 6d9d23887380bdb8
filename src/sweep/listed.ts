import { sameValue } from "../settings/canonical.js";
import { identify, type Identity } from "../settings/identity.js";
import type { Registries } from "../settings/registries.js";
import { resolve } from "../settings/resolve.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { formatIssue } from "../trial/issue.js";
import type { Settings, Value } from "../trial/value.js";
import type { Candidate, Part } from "./candidate.js";
import { settingOf } from "./setting.js";
import type { Sweep } from "./sweep.js";

/** Settings under dotted names. */
export type Given = Readonly<Record<string, Value>>;

/** Configurations that are given one by one, each of those that mean the same work once. */
export class Listed implements Part {
  private readonly known: readonly Candidate[];

  /**
   * @param list what each lays over the sweep's fixed settings
   * @param shown the parameters that each has, in order, from its settings
   */
  constructor(
    sweep: Pick<Sweep, "fixed">,
    list: readonly Given[],
    shown: (settings: Settings, given: Given) => Given,
    fingerprints: Fingerprints,
    registries: Registries,
  ) {
    const distinct = new Map<string, Candidate>();
    for (const given of list) {
      const settings = settingsOf(sweep, given, registries);
      const candidate = {
        settings,
        parameters: shown(settings, given),
        identity: (seed: number): Identity => identify(settings, seed, fingerprints, registries),
      };
      const { id } = candidate.identity(1);
      if (!distinct.has(id)) distinct.set(id, candidate);
    }
    this.known = [...distinct.values()];
  }

  get size(): number {
    return this.known.length;
  }

  candidates(): Iterable<Candidate> {
    return this.known;
  }
}

/** Resolved settings of a configuration that is given as such. @throws Error where the sweep was not checked */
export function settingsOf({ fixed }: Pick<Sweep, "fixed">, given: Given, registries: Registries): Settings {
  const resolved = resolve({ ...fixed, ...given }, registries);
  if (!resolved.ok) throw new Error(`the sweep was not checked: ${resolved.issues.map(formatIssue).join("; ")}`);
  return resolved.value.settings;
}

/**
 * The parameters that a written trial shows: those that the sweep varies where their conditions hold in its settings, and
 * those that it names, as far as its components read them.
 */
export function writtenParameters(sweep: Sweep, settings: Settings, given: Given): Given {
  const parameters: Record<string, Value> = {};
  const holds = (when: Readonly<Record<string, readonly Value[]>>): boolean =>
    Object.entries(when).every(([key, values]) => values.some((value) => sameValue(settingOf(settings, key), value)));
  for (const key of shownKeys(sweep)) {
    const value = settingOf(settings, key);
    const when = sweep.parameters.find((parameter) => parameter.key === key)?.when ?? {};
    if (value !== undefined && (Object.hasOwn(given, key) || holds(when))) parameters[key] = value;
  }
  return parameters;
}

/** Dotted names of all that a sweep varies: its parameters, then what its written trials name besides. */
export function shownKeys({ parameters, trials }: Pick<Sweep, "parameters" | "trials">): readonly string[] {
  return [...new Set([...parameters.map(({ key }) => key), ...trials.flatMap((trial) => Object.keys(trial))])];
}
