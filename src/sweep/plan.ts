import { canonicalJson } from "../settings/canonical.js";
import { identityOf, type Identity, type IdentityPart } from "../settings/identity.js";
import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import { assembleSettings } from "../settings/resolve.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import type { ConfigurationId, TrialSpec } from "../trial/spec.js";
import { groups, type Group, type Settings, type Value } from "../trial/value.js";
import { Space, type Cluster } from "./space.js";
import type { Sweep } from "./sweep.js";
import type { Point } from "./walk.js";
import { warningsOf } from "./warnings.js";

export { baselineOf } from "./baseline.js";

/** A combination of settings, whatever its seeds. */
export interface Configuration {
  readonly id: ConfigurationId;
  readonly settings: Settings;
  /** The swept parameters that apply, under their dotted names, without `teacher.seed`. */
  readonly parameters: Readonly<Record<string, Value>>;
}

/**
 * The trials of a sweep, each once, made as they are asked for: all configurations with the first seed, then all with
 * the second; within a seed the parameters' order in the file decides, the last one fastest.
 */
export interface Plan extends Iterable<TrialSpec> {
  /** Distinct trials. */
  readonly size: number;
  /** What is odd about the sweep though valid. */
  readonly warnings: readonly string[];
  /** In the order of their first trials. */
  configurations(): Iterable<Configuration>;
}

/**
 * Expands a sweep. A pure function; counting looks at each independent part of the search space alone and makes no trial.
 * @param fingerprints asked once for each of `datasetsOf`, and for no other teachers than `teachersOf` gives
 */
export function plan(sweep: Sweep, fingerprints: Fingerprints, registries: Registries = ownRegistries): Plan {
  return new GridPlan(sweep, fingerprints, registries);
}

/** The distinct data sets that a sweep's trials use, resolved. */
export function datasetsOf(sweep: Sweep, registries: Registries = ownRegistries): readonly Settings["dataset"][] {
  const space = new Space(sweep, registries);
  const distinct = new Map<string, Settings["dataset"]>();
  for (const cluster of space.clusters) {
    if (!cluster.groups.includes("dataset")) continue;
    for (const point of space.pointsOf(cluster)) {
      const dataset = space.choice("dataset", point).block as Settings["dataset"];
      distinct.set(canonicalJson(dataset), dataset);
    }
  }
  return [...distinct.values()];
}

/** A teacher with the image size that it is trained on. */
export interface SizedTeacher {
  readonly teacher: NonNullable<Settings["teacher"]>;
  readonly imageSize: number;
}

/** The distinct teachers that a sweep's trials learn from, resolved, in each image size. */
export function teachersOf(sweep: Sweep, registries: Registries = ownRegistries): readonly SizedTeacher[] {
  const space = new Space(sweep, registries);
  const distinct = new Map<string, SizedTeacher>();
  // The clusters of both groups, which may be one, without the axes of any other.
  const clusters = space.clusters.filter(({ groups }) => groups.includes("dataset") || groups.includes("teacher"));
  const axes = clusters.flatMap((cluster) => cluster.axes).sort((one, other) => one - other);
  for (const point of space.pointsOf({ groups: ["dataset", "teacher"], axes })) {
    const teacher = space.choice("teacher", point).block as Settings["teacher"];
    const dataset = space.choice("dataset", point).block as Settings["dataset"] | null;
    if (teacher === null || dataset === null) continue;
    const { imageSize } = dataset;
    distinct.set(canonicalJson([teacher, imageSize]), { teacher, imageSize });
  }
  return [...distinct.values()];
}

class GridPlan implements Plan {
  readonly size: number;
  readonly warnings: readonly string[];
  private readonly space: Space;
  /** The swept parameters in the file's order, with the indices of their axes. */
  private readonly shown: readonly {
    readonly key: string;
    readonly values: readonly Value[];
    readonly index: number;
  }[];
  /** Points of each cluster that mean the same work as an earlier one. */
  private readonly repeated = new Map<Cluster, ReadonlySet<string>>();
  private readonly contents = new Map<object, string>();

  constructor(
    private readonly sweep: Sweep,
    private readonly fingerprints: Fingerprints,
    registries: Registries,
  ) {
    this.space = new Space(sweep, registries);
    this.shown = sweep.parameters.map(({ key, values }) => {
      return { key, values, index: this.space.axes.findIndex(({ known }) => known.key === key) };
    });
    let distinct = 1;
    let combinations = 1;
    for (const cluster of this.space.clusters) {
      const counted = this.count(cluster);
      distinct *= counted.distinct;
      combinations *= counted.all;
    }
    this.size = distinct * sweep.seeds.length;
    this.warnings = warningsOf(sweep, this.space, combinations - distinct);
  }

  *[Symbol.iterator](): Iterator<TrialSpec> {
    for (const seed of this.sweep.seeds) {
      for (const point of this.distinctPoints()) {
        const { id, configuration } = this.identity(point, seed);
        yield { id, configuration, settings: this.settings(point), seed, parameters: this.parameters(point) };
      }
    }
  }

  *configurations(): Generator<Configuration> {
    const [seed = 1] = this.sweep.seeds;
    const replicated = this.space.axes.some(({ known }) => known.key === "teacher.seed");
    const seen = new Set<ConfigurationId>();
    for (const point of this.distinctPoints()) {
      const { configuration } = this.identity(point, seed);
      if (replicated) {
        if (seen.has(configuration)) continue;
        seen.add(configuration);
      }
      const applying = Object.entries(this.parameters(point)).filter(([key]) => key !== "teacher.seed");
      yield { id: configuration, settings: this.settings(point), parameters: Object.fromEntries(applying) };
    }
  }

  private *distinctPoints(): Generator<Point> {
    const repeating = [...this.repeated].filter(([, repeated]) => repeated.size > 0);
    for (const point of this.space.points()) {
      if (repeating.every(([cluster, repeated]) => !repeated.has(pointKey(cluster, point)))) yield point;
    }
  }

  private count(cluster: Cluster): { readonly all: number; readonly distinct: number } {
    const seen = new Set<string>();
    const repeated = new Set<string>();
    let all = 0;
    for (const point of this.space.pointsOf(cluster)) {
      all++;
      const work = cluster.groups.map((group) => this.work(group, point, cluster)).join("\n");
      if (seen.has(work)) repeated.add(pointKey(cluster, point));
      else seen.add(work);
    }
    this.repeated.set(cluster, repeated);
    return { all, distinct: seen.size };
  }

  /** What a group's settings mean to the trial's identity. */
  private work(group: Group, point: Point, { groups: together }: Cluster): string {
    const part = this.space.choice(group, point).part().trial;
    if (group === "dataset") return `${part} ${this.contentAt(point)}`;
    // Teachers that differ in their files alone stand in one cluster with the data set, whose image size counts too.
    if (group === "teacher" && together.includes("dataset")) return `${part} ${this.weightsAt(point) ?? ""}`;
    return part;
  }

  private weightsAt(point: Point): string | null {
    const teacher = this.space.choice("teacher", point).block as Settings["teacher"];
    const dataset = this.space.choice("dataset", point).block as Settings["dataset"] | null;
    return teacher === null || dataset === null ? null : this.fingerprints.weights(teacher, dataset.imageSize);
  }

  private contentAt(point: Point): string {
    const { block } = this.space.choice("dataset", point);
    if (block === null) throw new Error("the sweep was not checked: its data set has wrong settings");
    let known = this.contents.get(block);
    if (known === undefined) {
      known = this.fingerprints.dataset(block as Settings["dataset"]);
      this.contents.set(block, known);
    }
    return known;
  }

  private identity(point: Point, seed: number): Identity {
    const parts = groups.map((group): IdentityPart => this.space.choice(group, point).part());
    return identityOf(parts, seed, { dataset: this.contentAt(point), weights: this.weightsAt(point) });
  }

  private settings(point: Point): Settings {
    return assembleSettings((group) => this.space.choice(group, point).block);
  }

  /** In the file's order. */
  private parameters(point: Point): Readonly<Record<string, Value>> {
    const parameters: Record<string, Value> = {};
    for (const { key, index, values } of this.shown) {
      const value = values[point[index] ?? -1];
      if (value !== undefined) parameters[key] = value;
    }
    return parameters;
  }
}

function pointKey(cluster: Cluster, point: Point): string {
  return cluster.axes.map((axis) => point[axis]).join(",");
}
