import { identityOf, type Identity } from "../settings/identity.js";
import { assembleSettings } from "../settings/resolve.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { groups, type Group, type Settings, type Value } from "../trial/value.js";
import type { Candidate, Part } from "./candidate.js";
import { mixedKeys, pointKeys } from "./point-key.js";
import { settingOf } from "./setting.js";
import type { Cluster, GroupChoice, Space } from "./space.js";
import type { Sweep } from "./sweep.js";
import type { Point } from "./walk.js";

/** Points of a cluster that mean the same work as an earlier one. */
interface Repeated {
  readonly keyOf: (point: Point) => number | string;
  readonly keys: ReadonlySet<number | string>;
}

/** Every combination of a search space that means work of its own, the last parameter fastest. */
export class Grid implements Part {
  readonly size: number;
  /** Combinations that mean the same work as others. */
  readonly repeats: number;
  private readonly repeated: readonly Repeated[];
  private readonly contents = new Map<GroupChoice, string>();
  /** The swept parameters in the file's order, with the indices of their axes. */
  private readonly shown: readonly {
    readonly key: string;
    readonly values: readonly Value[];
    readonly index: number;
  }[];

  /** @param also settings to show among the parameters wherever a chosen component reads them */
  constructor(
    private readonly space: Space,
    sweep: Pick<Sweep, "parameters">,
    private readonly fingerprints: Fingerprints,
    private readonly also: readonly string[],
  ) {
    this.shown = sweep.parameters.map(({ key, values }) => {
      return { key, values, index: space.axes.findIndex(({ known }) => known.key === key) };
    });
    let distinct = 1;
    let combinations = 1;
    const repeated: Repeated[] = [];
    for (const cluster of space.clusters) {
      const counted = this.count(cluster);
      distinct *= counted.distinct;
      combinations *= counted.all;
      if (counted.repeated.keys.size > 0) repeated.push(counted.repeated);
    }
    this.size = distinct;
    this.repeats = combinations - distinct;
    this.repeated = repeated;
  }

  *candidates(): Generator<Candidate> {
    const isRepeated = this.repeated.length > 0;
    for (const point of this.space.points()) {
      if (!isRepeated || this.repeated.every(({ keyOf, keys }) => !keys.has(keyOf(point))))
        yield new Combination(this, point);
    }
  }

  settings(point: Point): Settings {
    return assembleSettings((group) => this.space.choice(group, point).block);
  }

  identity(point: Point, seed: number): Identity {
    const [dataset, teacher] = [this.space.choice("dataset", point), this.space.choice("teacher", point)];
    const parts = groups.map((group) => this.space.choice(group, point).part());
    return identityOf(parts, seed, { dataset: this.content(dataset), weights: this.weights(teacher, dataset) });
  }

  /** In the file's order. */
  parameters(point: Point): Readonly<Record<string, Value>> {
    const parameters: Record<string, Value> = {};
    for (const { key, index, values } of this.shown) {
      const value = values[point[index] ?? -1];
      if (value !== undefined) parameters[key] = value;
    }
    const settings = this.also.length === 0 ? undefined : this.settings(point);
    for (const key of this.also) {
      const value = settings === undefined ? undefined : settingOf(settings, key);
      if (value !== undefined) parameters[key] = value;
    }
    return parameters;
  }

  private count(cluster: Cluster): {
    readonly all: number;
    readonly distinct: number;
    readonly repeated: Repeated;
  } {
    const workOf = this.works(cluster);
    const keyOf = pointKeys(this.space.axes, cluster.axes);
    const seen = new Set<number | string>();
    const keys = new Set<number | string>();
    let all = 0;
    for (const point of this.space.pointsOf(cluster)) {
      all++;
      seen.add(workOf(point));
      if (seen.size + keys.size < all) keys.add(keyOf(point));
    }
    return { all, distinct: seen.size, repeated: { keyOf, keys } };
  }

  /** A function that gives points of one cluster the same key where they mean the same work. */
  private works({ groups: together }: Cluster): (point: Point) => number | string {
    const numbers = new Map<string, number>();
    const numberOf = (text: string): number => {
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      return number;
    };
    const choiceNumber = (group: Group): ((point: Point) => number) => {
      const known = new Map<GroupChoice, number>();
      const isKept = this.space.keepsChoices(group);
      return (point) => {
        const choice = this.space.choice(group, point);
        let number = known.get(choice);
        if (number === undefined) {
          const content = group === "dataset" ? this.content(choice) : "";
          number = numberOf(`${group} ${choice.part().trial} ${content}`);
          if (isKept) known.set(choice, number);
        }
        return number;
      };
    };
    const digits = together.map(choiceNumber);
    const bounds = together.map((group) => this.space.choiceBound(group));
    // Teachers that differ in their files alone stand in one cluster with the data set, which these depend on.
    if (together.includes("teacher") && together.includes("dataset")) {
      digits.push((point) => {
        const weights = this.weights(this.space.choice("teacher", point), this.space.choice("dataset", point));
        return numberOf(`weights ${weights ?? ""}`);
      });
      bounds.push(this.space.choiceBound("teacher") * this.space.choiceBound("dataset"));
    }
    // One count of numbers serves all digits.
    const most = bounds.reduce((sum, bound) => sum + bound, 1);
    return mixedKeys(
      bounds.map(() => most),
      digits,
    );
  }

  private weights(teacher: GroupChoice, dataset: GroupChoice): string | null {
    if (teacher.block === null || dataset.block === null) return null;
    return this.fingerprints.weights(
      teacher.block as NonNullable<Settings["teacher"]>,
      dataset.block as Settings["dataset"],
    );
  }

  private content(choice: GroupChoice): string {
    if (choice.block === null) throw new Error("the sweep was not checked: its data set has wrong settings");
    let known = this.contents.get(choice);
    if (known === undefined) {
      known = this.fingerprints.dataset(choice.block as Settings["dataset"]);
      this.contents.set(choice, known);
    }
    return known;
  }
}

class Combination implements Candidate {
  private readonly point: Point;

  constructor(
    private readonly grid: Grid,
    point: Point,
  ) {
    this.point = point.slice();
  }

  get settings(): Settings {
    return this.grid.settings(this.point);
  }

  get parameters(): Readonly<Record<string, Value>> {
    return this.grid.parameters(this.point);
  }

  identity(seed: number): Identity {
    return this.grid.identity(this.point, seed);
  }
}
