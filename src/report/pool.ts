import type { StudySnapshot, TrialRecord } from "../store/store.js";
import type { Environment } from "../trial/environment.js";
import type { ConfigurationId } from "../trial/spec.js";
import { groups, type Value } from "../trial/value.js";
import { withoutFolders } from "../trial/paths.js";
import { canonical, firstNamed } from "./values.js";
import { inWords, tellingApart } from "./labels.js";

/** A study and what to call it. */
export interface NamedStudy {
  readonly name: string;
  readonly snapshot: StudySnapshot;
}

const mostNamed = 3;

/** Stands among the parameters of what the studies have under the same settings and yet is not the same. */
const studyParameter = "study";

/** A trial's settings under their dotted names. `teacher.seed` is a replicate, no parameter. */
function flat({ spec }: TrialRecord): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const group of groups) {
    for (const [key, value] of Object.entries(spec.settings[group] ?? {})) {
      const name = `${group}.${key}`;
      if (name !== "teacher.seed") values[name] = value;
    }
  }
  return values;
}

/** Settings that one study has two paths of which end alike, such as two folders' `model.json`. */
function endAlike(held: readonly Held[], settings: readonly Readonly<Record<string, Value>>[]): Set<string> {
  const alike = new Set<string>();
  const wholes = new Map<string, string>();
  for (const [index, { study }] of held.entries()) {
    for (const [name, value] of Object.entries(settings[index] ?? {})) {
      const whole = canonical(value);
      const end = canonical([study.name, name, withoutFolders(name, value)]);
      if ((wholes.get(end) ?? whole) !== whole) alike.add(name);
      wholes.set(end, whole);
    }
  }
  return alike;
}

/** Settings with the last part of paths, which lie elsewhere on another machine, where that tells a study's own apart. */
function comparable(held: readonly Held[]): Record<string, Value>[] {
  const settings = held.map(({ trial }) => flat(trial));
  const alike = endAlike(held, settings);
  return settings.map((own) =>
    Object.fromEntries(
      Object.entries(own).map(([name, value]) => [name, alike.has(name) ? value : withoutFolders(name, value)]),
    ),
  );
}

function finalOf({ result }: TrialRecord): string {
  return result === null ? "" : canonical({ ...result.final, seconds: 0 });
}

interface Held {
  readonly study: NamedStudy;
  readonly trial: TrialRecord;
}

/** A trial once, from the first study that has it complete; where another found other numbers, a sentence says so. */
function gather(studies: readonly NamedStudy[]): { held: Held[]; conflicts: string[] } {
  const byId = new Map<string, Held>();
  const conflicts: string[] = [];
  for (const study of studies) {
    const stored = new Map(study.snapshot.trials.map((trial) => [trial.spec.id, trial]));
    for (const { id } of study.snapshot.plan.trials) {
      const trial = stored.get(id);
      const known = byId.get(id);
      if (trial === undefined) continue;
      if (known === undefined || (known.trial.state !== "complete" && trial.state === "complete")) {
        byId.set(id, { study, trial });
      } else if (trial.state === "complete" && finalOf(trial) !== finalOf(known.trial)) {
        conflicts.push(`${known.study.name} and ${study.name} (trial ${id})`);
      }
    }
  }
  return { held: [...byId.values()], conflicts };
}

/**
 * The studies by the configurations that they are of, where some of these differ, in their photos, weights or revisions,
 * from another study's though the settings read the same: what else is in such studies does not compare either. Empty
 * where there is nothing like it.
 */
function apartStudies(
  held: readonly Held[],
  settings: readonly Readonly<Record<string, Value>>[],
): ReadonlyMap<ConfigurationId, NamedStudy> {
  const bySettings = new Map<string, Set<ConfigurationId>>();
  const owners = new Map<ConfigurationId, NamedStudy>();
  for (const [index, { study, trial }] of held.entries()) {
    const { configuration } = trial.spec;
    const key = canonical(settings[index] ?? {});
    bySettings.set(key, (bySettings.get(key) ?? new Set()).add(configuration));
    if (!owners.has(configuration)) owners.set(configuration, study);
  }
  const alike = [...bySettings.values()].filter(({ size }) => size > 1).flatMap((ids) => [...ids]);
  const apart = new Set(alike.map((configuration) => owners.get(configuration)));
  return new Map([...owners].filter(([, study]) => apart.has(study)));
}

function differing(
  studies: readonly NamedStudy[],
  what: string,
  of: (snapshot: StudySnapshot) => string | null,
): string[] {
  const named = studies.flatMap(({ name, snapshot }) => {
    const value = of(snapshot);
    return value === null ? [] : [{ name, value }];
  });
  if (new Set(named.map(({ value }) => value)).size < 2) return [];
  return [`The studies differ in their ${what}: ${named.map(({ name, value }) => `${value} (${name})`).join(", ")}.`];
}

/**
 * Several studies as one: their trials by configuration, each trial once. A setting in which the trials differ counts as
 * swept, also where it is fixed within each study, so that nothing is compared that differs in more than it shows; and
 * where the same settings mean other work, the study does.
 * The metric is the first study's; the baseline the one that all who name any agree on.
 * @param studies at least one, of different names
 * @returns with sentences that name what the studies contradict each other in
 */
export function pooled(studies: readonly NamedStudy[]): {
  readonly snapshot: StudySnapshot;
  readonly notes: readonly string[];
} {
  const [first] = studies;
  if (first === undefined) throw new RangeError("pooled: expected at least one study");
  if (studies.length === 1) return { snapshot: first.snapshot, notes: [] };
  const { held, conflicts } = gather(studies);
  const settings = comparable(held);
  const swept = new Set([...studies.flatMap(({ snapshot }) => snapshot.plan.parameters), ...tellingApart(settings)]);
  swept.delete("teacher.seed");
  const apart = apartStudies(held, settings);
  if (apart.size > 0) swept.add(studyParameter);
  const owners = new Map<string, NamedStudy>();
  const firstEnvironment = new Map<NamedStudy, number>();
  const environments: Environment[] = [];
  for (const study of studies) {
    firstEnvironment.set(study, environments.length);
    environments.push(...study.snapshot.environments);
  }
  const trials = held.map(({ study, trial }, index): TrialRecord => {
    const own = settings[index] ?? {};
    const from = apart.get(trial.spec.configuration);
    const spec = {
      ...trial.spec,
      parameters: {
        ...Object.fromEntries(Object.entries(own).filter(([name]) => swept.has(name))),
        ...(from !== undefined && { [studyParameter]: from.name }),
      },
    };
    owners.set(spec.id, study);
    return {
      spec,
      state: trial.state,
      attempts: trial.attempts.map((attempt) => ({
        ...attempt,
        environment: attempt.environment + (firstEnvironment.get(study) ?? 0),
      })),
      result: trial.result,
      get epochs() {
        return trial.epochs;
      },
    };
  });
  const baselines = new Set(studies.flatMap(({ snapshot }) => snapshot.plan.baseline ?? []));
  const [baseline = null] = baselines;
  return {
    snapshot: {
      plan: {
        ...first.snapshot.plan,
        parameters: [...swept],
        baseline: baselines.size === 1 ? baseline : null,
        trials: trials.map(({ spec }) => spec),
      },
      trials,
      artifacts: distinct(studies.flatMap(({ snapshot }) => snapshot.artifacts)),
      environments,
      validationLogits: (id) => owners.get(id)?.snapshot.validationLogits(id),
    },
    notes: [
      ...(conflicts.length === 0
        ? []
        : [
            `Different results for the same trial, the first named study's are used: ${firstNamed(conflicts, mostNamed)}.`,
          ]),
      ...(apart.size === 0
        ? []
        : [
            "The same settings mean other work in another study (other photos, weights or revisions); these studies' trials are told apart.",
          ]),
      ...differing(studies, "metric", ({ plan }) => plan.metric.name),
      ...differing(studies, "baseline, so that none is taken (--baseline names one)", baselineInWords),
    ],
  };
}

function baselineInWords({ plan }: StudySnapshot): string | null {
  const spec = plan.trials.find(({ configuration }) => configuration === plan.baseline);
  return spec === undefined ? null : inWords(spec.parameters) || spec.settings.loss.type;
}

function distinct<T extends { readonly key: string }>(records: readonly T[]): T[] {
  return [...new Map(records.toReversed().map((record) => [record.key, record])).values()].toReversed();
}
