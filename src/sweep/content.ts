import { canonicalJson } from "../settings/canonical.js";
import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import type { Settings } from "../trial/value.js";
import { settingsOf } from "./listed.js";
import { Space } from "./space.js";
import type { Sweep } from "./sweep.js";

/** A teacher with the data set that it is a teacher of. */
export interface PlannedTeacher {
  readonly teacher: NonNullable<Settings["teacher"]>;
  readonly dataset: Settings["dataset"];
}

/** The distinct data sets that a sweep's trials use, resolved. */
export function datasetsOf(sweep: Sweep, registries: Registries = ownRegistries): readonly Settings["dataset"][] {
  const distinct = new Map<string, Settings["dataset"]>();
  for (const { dataset } of pairs(sweep, registries, ["dataset"])) distinct.set(canonicalJson(dataset), dataset);
  return [...distinct.values()];
}

/** The distinct teachers that a sweep's trials learn from, resolved, with each data set. */
export function teachersOf(sweep: Sweep, registries: Registries = ownRegistries): readonly PlannedTeacher[] {
  const distinct = new Map<string, PlannedTeacher>();
  for (const { teacher, dataset } of pairs(sweep, registries, ["dataset", "teacher"])) {
    if (teacher === null) continue;
    distinct.set(canonicalJson([teacher, dataset]), { teacher, dataset });
  }
  return [...distinct.values()];
}

/** Data sets with the teachers beside them: of the grid's part that decides on these groups, and of each single trial. */
function* pairs(
  sweep: Sweep,
  registries: Registries,
  wanted: readonly ("dataset" | "teacher")[],
): Generator<Pick<Settings, "dataset" | "teacher">> {
  for (const included of sweep.included) yield* pairs(included, registries, wanted);
  if (sweep.included.length > 0) return;
  if (hasGrid(sweep)) {
    const space = new Space(sweep, registries);
    // The clusters of these groups, which may be one, without the axes of any other.
    const clusters = space.clusters.filter(({ groups }) => wanted.some((group) => groups.includes(group)));
    const axes = clusters.flatMap((cluster) => cluster.axes).sort((one, other) => one - other);
    for (const point of space.pointsOf({ groups: clusters.flatMap(({ groups }) => groups), axes })) {
      const dataset = space.choice("dataset", point).block as Settings["dataset"] | null;
      const teacher = space.choice("teacher", point).block as Settings["teacher"];
      if (dataset !== null) yield { dataset, teacher };
    }
  }
  for (const given of [...sweep.drawn, ...sweep.trials]) yield settingsOf(sweep, given, registries);
}

/** Whether a sweep takes every combination of values; one that draws some, or only writes trials out, does not. */
export function hasGrid({ method, parameters, trials }: Sweep): boolean {
  return method === "grid" && (parameters.length > 0 || trials.length === 0);
}
