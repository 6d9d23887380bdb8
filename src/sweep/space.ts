import { catalogueOf, type Catalogue } from "../settings/catalogue.js";
import { identityPart, type IdentityPart } from "../settings/identity.js";
import type { Registries } from "../settings/registries.js";
import { resolveGroup, uncheckedGroup } from "../settings/resolve.js";
import { plain } from "../settings/wording.js";
import type { Issue } from "../trial/issue.js";
import { groups, type ComponentSettings, type Group, type Value } from "../trial/value.js";
import { axesOf, type Axis, type Idle } from "./axes.js";
import { selectorKey } from "./draft.js";
import type { Sweep } from "./sweep.js";
import { Exclusion } from "./exclusion.js";
import { pointKeys } from "./point-key.js";
import { walk, type Point } from "./walk.js";

/** What one group stands at in some points of the space. */
export interface GroupChoice {
  /** Resolved; null for a teacher that the loss does not use, and where the values do not go together. */
  readonly block: ComponentSettings | null;
  /** What it adds to a trial's identity. */
  part(): IdentityPart;
  /** Why the values do not go together; empty otherwise. */
  readonly issues: readonly Issue[];
  /** Per `exclude` of the sweep, whether all that it says of this group holds here. */
  readonly excluded: readonly boolean[];
}

/** Groups that depend on each other: through `when`, `zip` or `exclude`, a teacher on the loss, its files on the data set; independent of all others. */
export interface Cluster {
  readonly groups: readonly Group[];
  /** Indices of its axes, ascending. */
  readonly axes: readonly number[];
}

const mostChoices = 200_000;

const noPart: IdentityPart = { trial: "null", configuration: "null" };

/** What a group's choices depend on, and those that were asked for. */
interface Choices {
  readonly keyOf: (point: Point) => number | string;
  readonly known: Map<number | string, GroupChoice>;
  /** The latest, since most points differ from the one before in few groups. */
  latest?: { readonly key: number | string; readonly choice: GroupChoice };
}

/**
 * The search space of a sweep. It is a product of independent clusters, so that distinct combinations are found within
 * each cluster alone, and each group's settings are resolved once for all points that share them.
 */
export class Space {
  readonly axes: readonly Axis[];
  /** Parameters that apply nowhere. */
  readonly idle: readonly Idle[];
  readonly clusters: readonly Cluster[];
  readonly catalogue: Catalogue;
  private readonly axesOfGroup: ReadonlyMap<Group, readonly number[]>;
  private readonly choices: ReadonlyMap<Group, Choices>;
  private readonly fixedOf: ReadonlyMap<Group, readonly (readonly [key: string, value: Value])[]>;
  private readonly exclusions: readonly Exclusion[];
  private readonly usedExclusions = new Set<Exclusion>();
  private readonly noTeacher: GroupChoice;
  /** Index of the axis that chooses the loss, -1 without one, and which losses use a teacher: of its values, then at -1. */
  private readonly lossAxis: number;
  private readonly teacherByLoss: readonly boolean[];

  constructor(
    sweep: Pick<Sweep, "fixed" | "parameters" | "zip" | "exclude">,
    private readonly registries: Registries,
  ) {
    this.catalogue = catalogueOf(registries);
    const { axes, idle } = axesOf(sweep, this.catalogue);
    this.axes = axes;
    this.idle = idle;
    this.axesOfGroup = new Map(
      groups.map((group) => [group, axes.flatMap((axis, index) => (axis.known.group === group ? [index] : []))]),
    );
    this.choices = new Map(
      [...this.axesOfGroup].map(([group, own]) => [group, { keyOf: pointKeys(axes, own), known: new Map() }]),
    );
    const fixed = Object.entries(sweep.fixed);
    this.fixedOf = new Map(groups.map((group) => [group, fixed.filter(([key]) => key.startsWith(`${group}.`))]));
    this.exclusions = sweep.exclude.map((conditions) => new Exclusion(conditions));
    this.noTeacher = { block: null, part: () => noPart, issues: [], excluded: this.excludedBy("teacher", null) };
    this.clusters = this.findClusters();
    this.lossAxis = axes.findIndex((axis) => axis.known.key === "loss.type");
    const byDefault = sweep.fixed["loss.type"] ?? this.catalogue.defaultComponent("loss");
    const names = [...(axes[this.lossAxis]?.values ?? []), byDefault];
    this.teacherByLoss = names.map((name) => this.catalogue.needsTeacher(plain(name)));
  }

  private hasTeacher(point: Point): boolean {
    return this.teacherByLoss.at(point[this.lossAxis] ?? -1) === true;
  }

  /** Every point that is not excluded, in the file's order of parameters. */
  points(): Generator<Point> {
    return this.pointsOf({ groups, axes: [...this.axes.keys()] });
  }

  /** Every point of one cluster that is not excluded; other axes stand at -1. */
  pointsOf({ groups: together, axes }: Cluster): Generator<Point> {
    const exclusions = this.exclusions.filter((one) => one.groups.every((group) => together.includes(group)));
    return exclusions.length === 0 ? walk(this.axes, axes) : this.included(exclusions, axes);
  }

  private *included(exclusions: readonly Exclusion[], axes: readonly number[]): Generator<Point> {
    for (const point of walk(this.axes, axes)) {
      const exclusion = exclusions.find((one) => this.isExcludedBy(one, point));
      if (exclusion === undefined) yield point;
      else this.usedExclusions.add(exclusion);
    }
  }

  private isExcludedBy(exclusion: Exclusion, point: Point): boolean {
    const index = this.exclusions.indexOf(exclusion);
    return exclusion.groups.every((group) => this.choice(group, point).excluded[index] === true);
  }

  /** Indices of the sweep's `exclude` that have left nothing out, once all clusters were walked. */
  idleExclusions(): readonly number[] {
    return this.exclusions.flatMap((one, index) => (this.usedExclusions.has(one) ? [] : [index]));
  }

  /** What a group stands at in a point; the same object for equal values, except of groups that have very many. */
  choice(group: Group, point: Point): GroupChoice {
    if (group === "teacher" && !this.hasTeacher(point)) return this.noTeacher;
    const choices = this.choices.get(group);
    if (choices === undefined) throw new Error(`${group} is no group`);
    const key = choices.keyOf(point);
    if (choices.latest?.key === key) return choices.latest.choice;
    let choice = choices.known.get(key);
    if (choice === undefined) {
      choice = this.resolve(group, point);
      if (this.keepsChoices(group)) choices.known.set(key, choice);
    }
    choices.latest = { key, choice };
    return choice;
  }

  /** Whether a group's choices are remembered; those of very many would fill the memory, and hardly come back. */
  keepsChoices(group: Group): boolean {
    return this.choiceBound(group) <= mostChoices;
  }

  /** A number above that of the choices that a group has. */
  choiceBound(group: Group): number {
    const axes = this.axesOfGroup.get(group) ?? [];
    return axes.reduce((product, axis) => product * ((this.axes[axis]?.values.length ?? 0) + 1), 2);
  }

  /** The settings of a group that are given in a point, fixed or swept, under dotted names. */
  given(group: Group, point: Point): Readonly<Record<string, Value>> {
    const given: Record<string, Value> = {};
    for (const [key, value] of this.fixedOf.get(group) ?? []) given[key] = value;
    for (const index of this.axesOfGroup.get(group) ?? []) {
      const axis = this.axes[index];
      const value = axis?.values[point[index] ?? -1];
      if (axis !== undefined && value !== undefined) given[axis.known.key] = value;
    }
    return given;
  }

  private resolve(group: Group, point: Point): GroupChoice {
    const given = this.given(group, point);
    const name = this.component(group, given);
    const block = resolveGroup(group, name, given, this.catalogue);
    if (!block.ok) {
      // Values that do not go together may be left out as such.
      const excluded = this.excludedBy(group, uncheckedGroup(group, name, given, this.catalogue));
      return { block: null, part: () => noPart, issues: block.issues, excluded };
    }
    let part: IdentityPart | undefined;
    return {
      block: block.value,
      part: () => (part ??= identityPart(group, block.value, this.registries)),
      issues: [],
      excluded: this.excludedBy(group, block.value),
    };
  }

  private excludedBy(group: Group, block: ComponentSettings | null): readonly boolean[] {
    return this.exclusions.map((exclusion) => exclusion.holds(group, block));
  }

  private component(group: Group, given: Readonly<Record<string, Value>>): string {
    const key = selectorKey(group);
    const name = key === undefined ? undefined : given[key];
    return name === undefined ? this.catalogue.defaultComponent(group) : plain(name);
  }

  private findClusters(): readonly Cluster[] {
    const cluster = new Map<Group, Group>(groups.map((group) => [group, group]));
    const join = (one: Group, other: Group): void => {
      const [kept, gone] = [cluster.get(one) ?? one, cluster.get(other) ?? other];
      for (const [group, root] of cluster) if (root === gone) cluster.set(group, kept);
    };
    for (const { known, conditions, partners } of this.axes) {
      for (const axis of [...conditions.map((condition) => condition.axis), ...partners]) {
        join(this.axes[axis]?.known.group ?? known.group, known.group);
      }
      // Whether there is a teacher at all depends on the loss.
      if (known.key === "loss.type") join("loss", "teacher");
      // Which file a teacher's folder stands for depends on the image size, and what a table's rows mean on the images' names.
      if (known.isPath && (known.group === "teacher" || known.group === "dataset")) join("dataset", "teacher");
    }
    for (const { groups: together } of this.exclusions) {
      const [first, ...others] = together;
      for (const group of others) join(first ?? group, group);
    }
    return groups
      .filter((group) => cluster.get(group) === group)
      .map((root) => {
        const members = groups.filter((group) => cluster.get(group) === root);
        const axes = this.axes.flatMap(({ known }, index) => (members.includes(known.group) ? [index] : []));
        return { groups: members, axes };
      });
  }
}
