import type { Identity } from "../settings/identity.js";
import type { TrialSpec } from "../trial/spec.js";
import type { Settings, Value } from "../trial/value.js";

/** A configuration that a sweep plans, its seeds not yet chosen. */
export interface Candidate {
  readonly settings: Settings;
  /** The swept parameters that apply, under their dotted names. */
  readonly parameters: Readonly<Record<string, Value>>;
  identity(seed: number): Identity;
}

/** Some of a sweep's configurations, each once. */
export interface Part {
  readonly size: number;
  candidates(): Iterable<Candidate>;
}

/** A trial whose identity and settings are worked out when they are first asked for; plain data to whoever reads it. */
export function trialOf(candidate: Candidate, seed: number): TrialSpec {
  let identity: Identity | undefined;
  const identified = (): Identity => (identity ??= candidate.identity(seed));
  return {
    get id() {
      return identified().id;
    },
    get configuration() {
      return identified().configuration;
    },
    get settings() {
      return candidate.settings;
    },
    seed,
    get parameters() {
      return candidate.parameters;
    },
  };
}
