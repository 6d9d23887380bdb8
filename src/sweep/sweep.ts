import { dirname, relative } from "node:path";
import type { MetricName } from "../trial/metrics.js";
import type { Comparison, Conditions } from "../trial/comparison.js";
import type { Value } from "../trial/value.js";
import type { Execution } from "./execution.js";
import type { Source } from "./layers.js";
import type { Method } from "./method.js";
import type { Range } from "./range.js";

/** A sweep file that was read and found right, overrides laid over it. Plain data; paths are absolute. */
export interface Sweep {
  readonly name: string;
  /** The file as it was named, for messages. */
  readonly origin: string;
  /** The file's text. */
  readonly text: string;
  /** The files that it extends, the nearest first. */
  readonly bases: readonly Source[];
  /** The sweeps that this one is made of, what it says of settings laid over each; empty where it has trials of its own. */
  readonly included: readonly Sweep[];
  /** What `--set` laid over the file, under dotted names. */
  readonly overrides: Readonly<Record<string, Value>>;
  readonly method: Method;
  readonly metric: { readonly name: MetricName; readonly goal: "minimize" | "maximize" };
  /** Positive, distinct. */
  readonly seeds: readonly number[];
  /** Settings that all trials share, under dotted names; all others stand at their defaults. */
  readonly fixed: Readonly<Record<string, Value>>;
  /** Which of them stand in a file that this one extends alone: for many sweeps, not for this one. */
  readonly inherited: readonly string[];
  /** In the file's order. */
  readonly parameters: readonly SweptParameter[];
  /** Parameters, two or more each time, that take their first values together, their second values, and so on. */
  readonly zip: readonly (readonly string[])[];
  /** Configurations that fulfil all conditions of one of these are left out. */
  readonly exclude: readonly Conditions[];
  /** What `method: random` drew: of each configuration the swept parameters that apply. Empty for a grid. */
  readonly drawn: readonly Readonly<Record<string, Value>>[];
  /** Single configurations beside the grid: settings laid over the fixed ones. */
  readonly trials: readonly Readonly<Record<string, Value>>[];
  /** Settings that name one configuration, under dotted names; null without one. */
  readonly baseline: Readonly<Record<string, Value>> | null;
  /** What the report compares; empty where the file says nothing. */
  readonly comparisons: readonly Comparison[];
  /** Whose trained weights are kept: the best student's, every student's, or none. */
  readonly keep: "best" | "all" | "none";
  readonly execution: Execution;
}

export interface SweptParameter {
  /** Dotted name of the setting. */
  readonly key: string;
  /** At least one; distinct, except within a zip. None where there is a range. */
  readonly values: readonly Value[];
  /** What `method: random` draws from in place of a list. */
  readonly range?: Range;
  /**
   * The parameter applies where every setting named here has one of the values; a parameter that does not apply itself
   * has none. Where it does not apply, the setting keeps its fixed value or default.
   */
  readonly when: Conditions;
}

/**
 * The sweep file's text, those of the files that it extends and includes behind it as comments, each once, by its path from the
 * sweep file.
 */
export function wholeText(sweep: Pick<Sweep, "origin" | "text" | "bases" | "included">): string {
  const { origin, text, bases, included } = sweep;
  const others = new Map([...bases, ...included.flatMap((one) => [one, ...one.bases])].map((one) => [one.origin, one]));
  const commented = [...others.values()].map((base) => {
    const lines = base.text.trimEnd().split("\n");
    return [
      `# ${relative(dirname(origin), base.origin).replaceAll("\\", "/")}:`,
      ...lines.map((line) => `# ${line}`.trimEnd()),
    ].join("\n");
  });
  return others.size === 0 ? text : `${[text.trimEnd(), ...commented].join("\n\n")}\n`;
}
