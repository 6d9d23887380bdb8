import { catalogueOf, type Catalogue } from "../settings/catalogue.js";
import { identityPart, type IdentityPart } from "../settings/identity.js";
import type { Registries } from "../settings/registries.js";
import { resolveGroup } from "../settings/resolve.js";
import { plain } from "../settings/wording.js";
import type { Issue } from "../trial/issue.js";
import { groups, type ComponentSettings, type Group, type Value } from "../trial/value.js";
import { axesOf, type Axis, type Idle } from "./axes.js";
import { selectorKey } from "./draft.js";
import type { Sweep } from "./sweep.js";
import { walk, type Point } from "./walk.js";

/** What one group stands at in some points of the space. */
export interface GroupChoice {
  /** Resolved; null for a teacher that the loss does not use, and where the values do not go together. */
  readonly block: ComponentSettings | null;
  /** What it adds to a trial's identity. */
  part(): IdentityPart;
  /** Why the values do not go together; empty otherwise. */
  readonly issues: readonly Issue[];
}

/** Groups that depend on each other: through a `when`, a teacher on the loss, its files on the data set; independent of all others. */
export interface Cluster {
  readonly groups: readonly Group[];
  /** Indices of its axes, ascending. */
  readonly axes: readonly number[];
}

const noPart: IdentityPart = { trial: "null", configuration: "null" };
const nothing: GroupChoice = { block: null, part: () => noPart, issues: [] };

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
  private readonly choices = new Map<string, GroupChoice>();
  /** Index of the axis that chooses the loss, -1 without one, and which losses use a teacher: of its values, then at -1. */
  private readonly lossAxis: number;
  private readonly teacherByLoss: readonly boolean[];

  constructor(
    private readonly sweep: Pick<Sweep, "fixed" | "parameters">,
    private readonly registries: Registries,
  ) {
    this.catalogue = catalogueOf(registries);
    const { axes, idle } = axesOf(sweep, this.catalogue);
    this.axes = axes;
    this.idle = idle;
    this.axesOfGroup = new Map(
      groups.map((group) => [group, axes.flatMap((axis, index) => (axis.known.group === group ? [index] : []))]),
    );
    this.clusters = this.findClusters();
    this.lossAxis = axes.findIndex((axis) => axis.known.key === "loss.type");
    const byDefault = sweep.fixed["loss.type"] ?? this.catalogue.defaultComponent("loss");
    const names = [...(axes[this.lossAxis]?.values ?? []), byDefault];
    this.teacherByLoss = names.map((name) => this.catalogue.needsTeacher(plain(name)));
  }

  private hasTeacher(point: Point): boolean {
    return this.teacherByLoss.at(point[this.lossAxis] ?? -1) === true;
  }

  /** Every point, in the file's order of parameters. */
  points(): Generator<Point> {
    return walk(this.axes, [...this.axes.keys()]);
  }

  /** Every point of one cluster; other axes stand at -1. */
  pointsOf(cluster: Cluster): Generator<Point> {
    return walk(this.axes, cluster.axes);
  }

  /** What a group stands at in a point; the same object for equal values. */
  choice(group: Group, point: Point): GroupChoice {
    if (group === "teacher" && !this.hasTeacher(point)) return nothing;
    let key: string = group;
    for (const index of this.axesOfGroup.get(group) ?? []) key += `,${point[index] ?? -1}`;
    let choice = this.choices.get(key);
    if (choice === undefined) {
      choice = this.resolve(group, point);
      this.choices.set(key, choice);
    }
    return choice;
  }

  /** The settings of a group that are given in a point, fixed or swept, under dotted names. */
  given(group: Group, point: Point): Readonly<Record<string, Value>> {
    const given: Record<string, Value> = {};
    for (const [key, value] of Object.entries(this.sweep.fixed)) {
      if (key.startsWith(`${group}.`)) given[key] = value;
    }
    for (const index of this.axesOfGroup.get(group) ?? []) {
      const axis = this.axes[index];
      const value = axis?.values[point[index] ?? -1];
      if (axis !== undefined && value !== undefined) given[axis.known.key] = value;
    }
    return given;
  }

  private resolve(group: Group, point: Point): GroupChoice {
    const block = resolveGroup(group, this.component(group, point), this.given(group, point), this.catalogue);
    if (!block.ok) return { ...nothing, issues: block.issues };
    let part: IdentityPart | undefined;
    return {
      block: block.value,
      part: () => (part ??= identityPart(group, block.value, this.registries)),
      issues: [],
    };
  }

  private component(group: Group, point: Point): string {
    const key = selectorKey(group);
    const given = key === undefined ? undefined : this.given(group, point)[key];
    return given === undefined ? this.catalogue.defaultComponent(group) : plain(given);
  }

  private findClusters(): readonly Cluster[] {
    const cluster = new Map<Group, Group>(groups.map((group) => [group, group]));
    const join = (one: Group, other: Group): void => {
      const [kept, gone] = [cluster.get(one) ?? one, cluster.get(other) ?? other];
      for (const [group, root] of cluster) if (root === gone) cluster.set(group, kept);
    };
    for (const { known, conditions } of this.axes) {
      for (const { axis } of conditions) join(this.axes[axis]?.known.group ?? known.group, known.group);
      // Whether there is a teacher at all depends on the loss.
      if (known.key === "loss.type") join("loss", "teacher");
      // Which file a teacher's folder stands for depends on the image size.
      if (known.group === "teacher" && known.isPath) join("dataset", "teacher");
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
