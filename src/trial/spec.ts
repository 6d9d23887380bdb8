import type { Settings, Value } from "./value.js";

/** 16 hexadecimal digits: the trial's identity (settings that matter, data set's content, seed, component revisions). */
export type TrialId = string & { readonly __trial?: never };
/** The same without `seed` and `teacher.seed`: what replicates share. */
export type ConfigurationId = string & { readonly __configuration?: never };

export interface TrialSpec {
  readonly id: TrialId;
  readonly configuration: ConfigurationId;
  /** Everything the training reads, resolved. */
  readonly settings: Settings;
  readonly seed: number;
  /** The swept parameters that apply to this trial, under their dotted names; what tables and legends show. */
  readonly parameters: Readonly<Record<string, Value>>;
}
