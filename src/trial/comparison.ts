import type { ConfigurationId } from "./spec.js";
import type { Value } from "./value.js";

/** Settings under dotted names, each with values any of which will do. */
export type Conditions = Readonly<Record<string, readonly Value[]>>;

/** Configurations that are compared by one parameter or by several together, all else equal. */
export interface Comparison {
  /** A title; null without one. */
  readonly name: string | null;
  /** Dotted name of the parameter; of several that are compared together their names. */
  readonly by: string | readonly string[];
  /** Limits it to configurations that fulfil these. */
  readonly where: Conditions;
  /** Settings that name, among those compared, the one that the others are compared with; null: the sweep's baseline. */
  readonly baseline: Readonly<Record<string, Value>> | null;
}

/** A comparison with what it compares. */
export interface PlannedComparison extends Comparison {
  /** Name of the sweep that asks for it: the study's own, or one that it includes. */
  readonly sweep: string;
  /** The comparison's own, else its sweep's; null without either. */
  readonly baseline: Comparison["baseline"];
  /** Those that fulfil its `where` and have its parameters, in the plan's order. */
  readonly configurations: readonly ConfigurationId[];
}

/** Dotted names of what is compared by, at least one. */
export function comparedBy({ by }: Pick<Comparison, "by">): readonly string[] {
  return typeof by === "string" ? [by] : by;
}
