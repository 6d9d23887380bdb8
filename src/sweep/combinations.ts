import { imageSizeIssues, unlabelledIssues } from "../settings/resolve.js";
import { plain } from "../settings/wording.js";
import type { Issue } from "../trial/issue.js";
import { selectors, type Group, type Settings } from "../trial/value.js";
import { hasGrid } from "./content.js";
import type { Draft } from "./draft.js";
import { selectorKey } from "./draft.js";
import { at, type Findings, type Place } from "./findings.js";
import type { Located } from "./located.js";
import type { Cluster, GroupChoice, Space } from "./space.js";
import type { Sweep } from "./sweep.js";
import type { Point } from "./walk.js";

/** More is no sweep that anyone runs; most likely a list was meant to be another's partner. */
export const mostTrials = 10_000_000;

/**
 * Checks values that are right one by one and wrong together: within a group by its component's rules, and the networks
 * against the image size. Walks each cluster of the space, never their product.
 */
export function checkCombinations(space: Space, sweep: Sweep, draft: Draft, start: Place, findings: Findings): void {
  const checker = new CombinationChecker(space, draft, start, findings);
  if (!hasGrid(sweep)) return;
  let trials = sweep.seeds.length;
  for (const cluster of space.clusters) {
    let points = 0;
    for (const point of space.pointsOf(cluster)) {
      if (++points > mostTrials) break;
      for (const group of cluster.groups) checker.check(group, space.choice(group, point), point);
    }
    trials *= points;
  }
  if (trials === 0 && draft.trials.length === 0) {
    findings.add(start, "exclude", "conditions that leave trials", "none left");
  }
  if (trials > mostTrials) {
    findings.add(
      start,
      "parameters",
      `at most ${mostTrials} trials`,
      trials === Infinity ? "more" : `${trials} or more`,
    );
    return;
  }
  checker.checkDatasets();
}

class CombinationChecker {
  private readonly seen = new Set<GroupChoice>();
  private readonly told = new Set<string>();

  constructor(
    private readonly space: Space,
    private readonly draft: Draft,
    private readonly start: Place,
    private readonly findings: Findings,
  ) {}

  check(group: Group, choice: GroupChoice, point: Point): void {
    if (choice.issues.length === 0 || this.seen.has(choice)) return;
    this.seen.add(choice);
    for (const issue of choice.issues) this.tell(issue, [group], point);
  }

  /**
   * The data set against student and teacher (its image size) and the loss (images without a label): pairs within a
   * cluster, else every pair of the two clusters.
   */
  checkDatasets(): void {
    const clusterOf = (group: Group): Cluster | undefined =>
      this.space.clusters.find((cluster) => cluster.groups.includes(group));
    const data = clusterOf("dataset");
    for (const group of ["student", "teacher", "loss"] as const) {
      const other = clusterOf(group);
      if (data === undefined || other === undefined) continue;
      const pairs = data === other ? this.pairsWithin(data, group) : this.pairsBetween(data, other, group);
      for (const [dataset, choice, point] of pairs) this.checkDataset(group, dataset, choice, point);
    }
  }

  private *pairsWithin(cluster: Cluster, network: Group): Generator<[GroupChoice, GroupChoice, Point]> {
    for (const point of this.space.pointsOf(cluster)) {
      yield [this.space.choice("dataset", point), this.space.choice(network, point), point];
    }
  }

  private *pairsBetween(data: Cluster, other: Cluster, network: Group): Generator<[GroupChoice, GroupChoice, Point]> {
    const networks = new Map<GroupChoice, Point>();
    for (const point of this.space.pointsOf(other)) {
      const choice = this.space.choice(network, point);
      if (!networks.has(choice)) networks.set(choice, point.slice());
    }
    for (const point of this.space.pointsOf(data)) {
      for (const [choice, otherPoint] of networks) {
        const both = point.map((index, axis) => Math.max(index, otherPoint[axis] ?? -1));
        yield [this.space.choice("dataset", point), choice, both];
      }
    }
  }

  private checkDataset(
    group: "student" | "teacher" | "loss",
    dataset: GroupChoice,
    choice: GroupChoice,
    point: Point,
  ): void {
    if (dataset.block === null || choice.block === null) return;
    const { catalogue } = this.space;
    const { imageSize } = dataset.block as Settings["dataset"];
    const name = plain(choice.block[selectors[group]]);
    const issues =
      group === "loss"
        ? unlabelledIssues(dataset.block, name, catalogue)
        : imageSizeIssues(imageSize, group, name, catalogue);
    for (const issue of issues) this.tell(issue, ["dataset", group], point);
  }

  /** Names the value at fault where it stands, and by which other values it is wrong. */
  private tell(issue: Issue, groups: readonly Group[], point: Point): void {
    const located = this.locate(issue.path, groups, point);
    const id = JSON.stringify([at(located.place, located.path), issue.expected, issue.found]);
    if (this.told.has(id)) return;
    this.told.add(id);
    this.findings.add(
      located.place,
      located.path,
      issue.expected,
      issue.found,
      issue.hint ?? this.where(issue, groups, point),
    );
  }

  /** The group's other values; between groups the expectation names the other side. */
  private where(issue: Issue, groups: readonly Group[], point: Point): string | undefined {
    const [group, ...others] = groups;
    if (group === undefined || others.length > 0) return undefined;
    const given = Object.entries(this.space.given(group, point)).filter(([key]) => key !== issue.path);
    return given.length === 0
      ? undefined
      : `where ${given.map(([key, value]) => `${key} is ${plain(value)}`).join(", ")}`;
  }

  private locate(key: string, groups: readonly Group[], point: Point): Pick<Located, "place" | "path"> {
    const axis = this.space.axes.findIndex((one) => one.known.key === key);
    const swept = this.draft.swept.get(key)?.values[point[axis] ?? -1];
    if (swept !== undefined) return swept;
    const fixed = this.draft.fixed.get(key);
    if (fixed !== undefined) return fixed;
    // The setting stands at its default: the file's nearest cause is what chose the component.
    for (const group of groups) {
      const selector = selectorKey(group) ?? "";
      const cause = this.draft.swept.get(selector) ?? this.draft.fixed.get(selector);
      if (cause !== undefined) return { place: cause.place, path: key };
    }
    return { place: this.start, path: key };
  }
}
