import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import { comparedBy, type PlannedComparison } from "../trial/comparison.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import type { ConfigurationId, TrialId, TrialSpec } from "../trial/spec.js";
import type { Settings, Value } from "../trial/value.js";
import { plainTrial, PlannedTrial, type Candidate, type Part } from "./candidate.js";
import { oneOrAll } from "./comparisons.js";
import { hasGrid } from "./content.js";
import { Grid } from "./grid.js";
import { Listed, shownKeys, writtenParameters, type Given } from "./listed.js";
import { fulfils, settingOf } from "./setting.js";
import { Space } from "./space.js";
import type { Sweep } from "./sweep.js";
import { warningsOf } from "./warnings.js";

export { baselineOf } from "./baseline.js";
export { plainTrial } from "./candidate.js";
export { datasetsOf, teachersOf, type PlannedTeacher } from "./content.js";

/** A combination of settings, whatever its seeds. */
export interface Configuration {
  readonly id: ConfigurationId;
  readonly settings: Settings;
  /** The swept parameters that apply, under their dotted names, without `teacher.seed`. */
  readonly parameters: Readonly<Record<string, Value>>;
}

/**
 * The trials of a sweep, each once, made as they are asked for (`plainTrial` makes plain data of one): all configurations with the first seed, then all with
 * the second; within a seed the parameters' order in the file decides, the last one fastest; written trials come last.
 * Of included sweeps one after the other.
 */
export interface Plan extends Iterable<TrialSpec> {
  /** Distinct trials. */
  readonly size: number;
  /** Dotted names of all that differs between trials, without the seed. */
  readonly parameters: readonly string[];
  /** What is odd about the sweep though valid. */
  readonly warnings: readonly string[];
  /** In the order of their first trials. */
  configurations(): Iterable<Configuration>;
  comparisons(): readonly PlannedComparison[];
  /** Of a sweep that includes others: each of them with its own plan. */
  readonly included: readonly { readonly sweep: Sweep; readonly plan: Plan }[];
}

/**
 * Expands a sweep. A pure function; counting looks at each independent part of the search space alone and makes no trial.
 * @param fingerprints asked for no other data sets and teachers than `datasetsOf` and `teachersOf` give
 */
export function plan(sweep: Sweep, fingerprints: Fingerprints, registries: Registries = ownRegistries): Plan {
  return sweep.included.length > 0
    ? new IncludingPlan(sweep, fingerprints, registries)
    : new SweepPlan(sweep, fingerprints, registries);
}

function fewDrawn({ method, drawn }: Sweep): string[] {
  if (method === "grid" || drawn.length === method.count) return [];
  return [`${drawn.length} configurations were drawn in place of ${method.count}: no others were found`];
}

function withoutTeacherSeed(parameters: TrialSpec["parameters"]): TrialSpec["parameters"] {
  return Object.fromEntries(Object.entries(parameters).filter(([key]) => key !== "teacher.seed"));
}

class SweepPlan implements Plan {
  readonly included = [];
  readonly size: number;
  readonly parameters: readonly string[];
  readonly warnings: readonly string[];
  private readonly parts: readonly Part[];
  /** Written trials that the grid has too. */
  private readonly repeated: ReadonlySet<Candidate>;

  constructor(
    private readonly sweep: Sweep,
    fingerprints: Fingerprints,
    registries: Registries,
  ) {
    this.parameters = shownKeys(sweep);
    const parts: Part[] = [];
    let warnings: readonly string[] = [];
    if (hasGrid(sweep)) {
      const space = new Space(sweep, registries);
      const swept = new Set(sweep.parameters.map(({ key }) => key));
      const also = this.parameters.filter((key) => !swept.has(key));
      const grid = new Grid(space, sweep, fingerprints, also);
      warnings = warningsOf(sweep, space, grid.repeats);
      parts.push(grid);
    }
    if (sweep.drawn.length > 0) {
      warnings = [...warningsOf(sweep, new Space(sweep, registries), 0), ...fewDrawn(sweep)];
      const shown =
        sweep.trials.length > 0 ? writtenParameters.bind(null, sweep) : (_: Settings, given: Given) => given;
      parts.push(new Listed(sweep, sweep.drawn, shown, fingerprints, registries));
    }
    if (sweep.trials.length > 0) {
      const shown = writtenParameters.bind(null, sweep);
      parts.push(new Listed(sweep, sweep.trials, shown, fingerprints, registries));
    }
    this.parts = parts;
    this.warnings = warnings;
    this.repeated = this.findRepeated();
    const all = parts.reduce((sum, { size }) => sum + size, 0);
    this.size = (all - this.repeated.size) * sweep.seeds.length;
  }

  *[Symbol.iterator](): Iterator<TrialSpec> {
    for (const seed of this.sweep.seeds) {
      for (const candidate of this.candidates()) yield new PlannedTrial(candidate, seed);
    }
  }

  *configurations(): Generator<Configuration> {
    const [seed = 1] = this.sweep.seeds;
    const replicated = this.parameters.includes("teacher.seed");
    const seen = new Set<ConfigurationId>();
    for (const candidate of this.candidates()) {
      const { configuration: id } = candidate.identity(seed);
      if (replicated && seen.has(id)) continue;
      if (replicated) seen.add(id);
      yield { id, settings: candidate.settings, parameters: withoutTeacherSeed(candidate.parameters) };
    }
  }

  comparisons(): readonly PlannedComparison[] {
    const { name: sweep, comparisons, baseline } = this.sweep;
    // What the command line no longer varies is not compared.
    const wanted = comparisons
      .map((comparison) => ({
        comparison,
        names: comparedBy(comparison).filter((name) => this.parameters.includes(name)),
      }))
      .filter(({ names }) => names.length > 0);
    const configurations = wanted.length === 0 ? [] : [...this.configurations()];
    return wanted.map(({ comparison, names }) => ({
      ...comparison,
      by: oneOrAll(names),
      sweep,
      baseline: comparison.baseline ?? baseline,
      configurations: configurations
        .filter(({ parameters }) => names.every((name) => Object.hasOwn(parameters, name)))
        .filter(({ settings }) => fulfils(settings, comparison.where))
        .map(({ id }) => id),
    }));
  }

  private *candidates(): Generator<Candidate> {
    for (const part of this.parts) {
      for (const candidate of part.candidates()) if (!this.repeated.has(candidate)) yield candidate;
    }
  }

  /** Looks for the last part's candidates among those before. */
  private findRepeated(): ReadonlySet<Candidate> {
    const last = this.parts.at(-1);
    const before = this.parts.slice(0, -1);
    const repeated = new Set<Candidate>();
    if (last === undefined || before.length === 0) return repeated;
    const byId = new Map([...last.candidates()].map((candidate) => [candidate.identity(1).id, candidate]));
    for (const part of before) {
      for (const candidate of part.candidates()) {
        const same = byId.get(candidate.identity(1).id);
        if (same !== undefined) repeated.add(same);
      }
    }
    return repeated;
  }
}

/** The trials of several sweeps, each once. */
class IncludingPlan implements Plan {
  readonly parameters: readonly string[];
  readonly warnings: readonly string[];
  readonly included: readonly { readonly sweep: Sweep; readonly plan: Plan }[];
  private counted: number | undefined;

  constructor(sweep: Sweep, fingerprints: Fingerprints, registries: Registries) {
    this.included = sweep.included.map((one) => ({ sweep: one, plan: plan(one, fingerprints, registries) }));
    this.parameters = [...new Set(this.included.flatMap((one) => one.plan.parameters))];
    this.warnings = this.included.flatMap((one) => one.plan.warnings.map((text) => `${one.sweep.name}: ${text}`));
  }

  get size(): number {
    return (this.counted ??= [...this.distinct()].length);
  }

  *[Symbol.iterator](): Iterator<TrialSpec> {
    for (const trial of this.distinct()) yield { ...plainTrial(trial), parameters: this.shown(trial.settings) };
  }

  *configurations(): Generator<Configuration> {
    const seen = new Set<ConfigurationId>();
    for (const { plan: one } of this.included) {
      for (const { id, settings } of one.configurations()) {
        if (seen.has(id)) continue;
        seen.add(id);
        yield { id, settings, parameters: withoutTeacherSeed(this.shown(settings)) };
      }
    }
  }

  comparisons(): readonly PlannedComparison[] {
    return this.included.flatMap(({ plan: one }) => one.comparisons());
  }

  private *distinct(): Generator<TrialSpec> {
    const seen = new Set<TrialId>();
    for (const { plan: one } of this.included) {
      for (const trial of one) {
        if (seen.has(trial.id)) continue;
        seen.add(trial.id);
        yield trial;
      }
    }
  }

  /** A trial that several sweeps share shows what any of them varies, so that each can tell it from its own others. */
  private shown(settings: Settings): Readonly<Record<string, Value>> {
    return Object.fromEntries(
      this.parameters.flatMap((key) => {
        const value = settingOf(settings, key);
        return value === undefined ? [] : [[key, value] as const];
      }),
    );
  }
}
