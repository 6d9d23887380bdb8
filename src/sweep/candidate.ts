import type { Identity } from "../settings/identity.js";
import type { ConfigurationId, TrialId, TrialSpec } from "../trial/spec.js";
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

/** A planned trial: what it is made of is worked out when it is first asked for. `plainTrial` makes plain data of it. */
export class PlannedTrial implements TrialSpec {
  private identified: Identity | undefined;

  constructor(
    private readonly candidate: Candidate,
    readonly seed: number,
  ) {}

  get id(): TrialId {
    return this.identity.id;
  }

  get configuration(): ConfigurationId {
    return this.identity.configuration;
  }

  get settings(): Settings {
    return this.candidate.settings;
  }

  get parameters(): TrialSpec["parameters"] {
    return this.candidate.parameters;
  }

  toJSON(): TrialSpec {
    return plainTrial(this);
  }

  private get identity(): Identity {
    return (this.identified ??= this.candidate.identity(this.seed));
  }
}

/** A trial as plain data, to be kept or sent to another process. */
export function plainTrial({ id, configuration, settings, seed, parameters }: TrialSpec): TrialSpec {
  return { id, configuration, settings, seed, parameters };
}
