import type { Group, Value } from "../trial/value.js";
import { catalogueOf } from "./catalogue.js";
import { registries as ownRegistries, type Registries } from "./registries.js";

/** A setting as messages, completion and a reference show it. */
export interface ListedSetting {
  /** Dotted name. */
  readonly key: string;
  readonly group: Group;
  /** Components of the group that read it, those of equal type, default and description together; empty: the group itself. */
  readonly components: readonly string[];
  /** What it accepts, in words. */
  readonly type: string;
  /** undefined where it must be given. */
  readonly default: Value | undefined;
  readonly description: string;
}

/** Every known setting, in the groups' order; one that components understand differently stands once for each meaning. */
export function listSettings(registries: Registries = ownRegistries): readonly ListedSetting[] {
  return catalogueOf(registries)
    .all()
    .flatMap(({ key, group, variants }) => {
      const meanings = new Map<string, ListedSetting>();
      for (const { component, type, default: byDefault, description } of variants) {
        const meaning = JSON.stringify([type, byDefault, description]);
        const components = [...(meanings.get(meaning)?.components ?? []), ...(component === "" ? [] : [component])];
        meanings.set(meaning, { key, group, components, type, default: byDefault, description });
      }
      return [...meanings.values()];
    });
}
