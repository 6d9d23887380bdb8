import { pairRules, type PairRule } from "../settings/pairs.js";
import { plain } from "../settings/wording.js";
import type { Issue } from "../trial/issue.js";
import type { Group } from "../trial/value.js";
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
 * Checks values that are right one by one and wrong together: within a group by its component's rules, and between
 * groups by what they ask of each other. Walks each cluster of the space, never their product.
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
  for (const rule of pairRules) checker.checkPair(rule);
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

  /** Two groups against each other: pairs within a cluster, else every pair of the two clusters. */
  checkPair({ groups: [one, other], issues }: PairRule): void {
    const clusterOf = (group: Group): Cluster | undefined =>
      this.space.clusters.find((cluster) => cluster.groups.includes(group));
    const [first, second] = [clusterOf(one), clusterOf(other)];
    if (first === undefined || second === undefined) return;
    const pairs =
      first === second ? this.pairsWithin(first, one, other) : this.pairsBetween([first, one], [second, other]);
    for (const [{ block }, { block: otherBlock }, point] of pairs) {
      if (block === null || otherBlock === null) continue;
      for (const issue of issues(block, otherBlock, this.space.catalogue)) this.tell(issue, [one, other], point);
    }
  }

  private *pairsWithin(cluster: Cluster, one: Group, other: Group): Generator<[GroupChoice, GroupChoice, Point]> {
    for (const point of this.space.pointsOf(cluster)) {
      yield [this.space.choice(one, point), this.space.choice(other, point), point];
    }
  }

  private *pairsBetween(
    [cluster, group]: [Cluster, Group],
    [otherCluster, otherGroup]: [Cluster, Group],
  ): Generator<[GroupChoice, GroupChoice, Point]> {
    const others = new Map<GroupChoice, Point>();
    for (const point of this.space.pointsOf(otherCluster)) {
      const choice = this.space.choice(otherGroup, point);
      if (!others.has(choice)) others.set(choice, point.slice());
    }
    for (const point of this.space.pointsOf(cluster)) {
      for (const [choice, otherPoint] of others) {
        const both = point.map((index, axis) => Math.max(index, otherPoint[axis] ?? -1));
        yield [this.space.choice(group, point), choice, both];
      }
    }
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
