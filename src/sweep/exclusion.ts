import { sameValue } from "../settings/canonical.js";
import { groups, type ComponentSettings, type Group, type Value } from "../trial/value.js";
import type { Conditions } from "../trial/comparison.js";

/** One entry of `exclude`: leaves out what fulfils all of its conditions. */
export class Exclusion {
  /** Those that it says something of. */
  readonly groups: readonly Group[];

  constructor(private readonly conditions: Conditions) {
    this.groups = groups.filter((group) => this.of(group).length > 0);
  }

  /** Whether a group's settings fulfil what this says of the group. */
  holds(group: Group, block: ComponentSettings | null): boolean {
    return this.of(group).every(
      ([key, values]) => block !== null && values.some((value) => sameValue(block[key.slice(group.length + 1)], value)),
    );
  }

  private of(group: Group): (readonly [string, readonly Value[]])[] {
    return Object.entries(this.conditions).filter(([key]) => key.startsWith(`${group}.`));
  }
}
