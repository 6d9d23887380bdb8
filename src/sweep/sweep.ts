import type { MetricName } from "../trial/metrics.js";
import type { Value } from "../trial/value.js";
import type { Execution } from "./execution.js";

/** A sweep file that was read and found right, overrides laid over it. Plain data; paths are absolute. */
export interface Sweep {
  readonly name: string;
  /** The file as it was named, for messages. */
  readonly origin: string;
  /** The file's text. */
  readonly text: string;
  /** What `--set` laid over the file, under dotted names. */
  readonly overrides: Readonly<Record<string, Value>>;
  readonly method: "grid";
  readonly metric: { readonly name: MetricName; readonly goal: "minimize" | "maximize" };
  /** Positive, distinct. */
  readonly seeds: readonly number[];
  /** Settings that all trials share, under dotted names; all others stand at their defaults. */
  readonly fixed: Readonly<Record<string, Value>>;
  /** In the file's order. */
  readonly parameters: readonly SweptParameter[];
  /** Settings that name one configuration, under dotted names; null without one. */
  readonly baseline: Readonly<Record<string, Value>> | null;
  /** Whose trained weights are kept: the best student's, every student's, or none. */
  readonly keep: "best" | "all" | "none";
  readonly execution: Execution;
}

export interface SweptParameter {
  /** Dotted name of the setting. */
  readonly key: string;
  /** At least one, distinct. */
  readonly values: readonly Value[];
  /**
   * The parameter applies where every setting named here has one of the values; a parameter that does not apply itself
   * has none. Where it does not apply, the setting keeps its fixed value or default.
   */
  readonly when: Readonly<Record<string, readonly Value[]>>;
}
