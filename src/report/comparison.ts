import type { Value } from "../trial/value.js";
import type { Evidence } from "./evidence.js";
import type { ComparedMetric } from "./quantities.js";
import type { Replicate } from "./statistics/paired.js";
import type { Summary } from "./statistics/summary.js";

/** What `compare` finds. */
export interface Comparison {
  /** Dotted names of the compared parameters: one, or several whose values are compared together. */
  readonly by: readonly string[];
  readonly metric: ComparedMetric;
  readonly goal: "minimize" | "maximize";
  readonly blocks: readonly ComparisonBlock[];
  /** Labels of configurations that have the parameters but nothing to be compared with. */
  readonly alone: readonly string[];
  /** What a reader must know before trusting the numbers, a sentence each. */
  readonly notes: readonly string[];
  /** Whether each row is held against a baseline, the study's or one asked for; else some are against another reference. */
  readonly toBaseline: boolean;
}

/** Configurations that are equal in every other swept parameter that applies to both of any two. */
export interface ComparisonBlock {
  /** The parameters that the block's rows share, under their dotted names. */
  readonly shared: Readonly<Record<string, Value>>;
  /** The same in words; "" where nothing else was swept. */
  readonly label: string;
  /**
   * The first row is the reference, unless a baseline was asked for that may be outside the block: the study's or the
   * comparison's baseline where it is in the block, else the first of the plan that has the metric.
   */
  readonly rows: readonly ComparisonRow[];
}

export interface ComparisonRow {
  readonly configuration: string;
  /** The compared parameters' values, under their dotted names. */
  readonly values: Readonly<Record<string, Value>>;
  /** The values in words, with what applies to them alone: `kd τ=4`. */
  readonly label: string;
  readonly isReference: boolean;
  readonly isBaseline: boolean;
  /** Finished seeds, whether or not they have the metric. */
  readonly complete: number;
  /** Finished runs: more than `complete` where the teacher has several seeds. */
  readonly completeRuns: number;
  /** Seeds. */
  readonly planned: number;
  /** More than `planned` where the teacher has several seeds. */
  readonly plannedRuns: number;
  /** Of each finished run. */
  readonly replicates: readonly Replicate[];
  readonly summary: Summary | null;
  /** Label of the configuration that this row is held against; null for the reference itself, and where none fits. */
  readonly against: string | null;
  /** This row minus the reference, paired by seed; null for the reference, and where none fits or no seed is shared. */
  readonly difference: Summary | null;
  /** How far the difference can be trusted; null where nothing is held against a reference, and in figures, which do not ask. */
  readonly evidence: Evidence | null;
}
