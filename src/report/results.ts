import { sum } from "simple-statistics";
import type { ArtifactRecord, ImagesDetails } from "../artifacts/artifact.js";
import type { AttemptRecord, StoredPlan, StudySnapshot, TrialRecord, TrialState } from "../store/store.js";
import type { Backend, Environment } from "../trial/environment.js";
import type { TrialId } from "../trial/spec.js";
import type { Value } from "../trial/value.js";
import { usualValues } from "./labels.js";
import { fits, predictionReader, type PredictionReader } from "./predictions.js";
import { readTeachers, type Teacher } from "./teachers.js";
import { canonical } from "./values.js";
import { bestFirst, groupTrials, type Variant } from "./variants.js";

/** A study's snapshot, ordered for a report. A pure function of the snapshot. */
export interface Results {
  readonly plan: StoredPlan;
  /** Of the latest plan, in its order. */
  readonly trials: readonly TrialRecord[];
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Best first by the study's metric. */
  readonly variants: readonly Variant[];
  readonly baseline: Variant | null;
  /** What the variants' labels leave out. */
  readonly usual: Readonly<Record<string, Value>>;
  readonly images: readonly ImagesDetails[];
  readonly teachers: readonly Teacher[];
  /** Those that finished trials ran on, with how many each. */
  readonly environments: readonly { readonly environment: Environment; readonly trials: number }[];
  /** Seconds for an image, of the students on the backend that most finished trials ran on: others do not compare. */
  readonly predictionSeconds: ReadonlyMap<TrialId, number>;
  /** What the validation logits say; read from the store when asked. */
  readonly predictions: PredictionReader;
}

function plannedTrials(snapshot: StudySnapshot): TrialRecord[] {
  const records = new Map(snapshot.trials.map((record) => [record.spec.id, record]));
  return snapshot.plan.trials.map(
    (spec) => records.get(spec.id) ?? { spec, state: "waiting", attempts: [], epochs: [], result: null },
  );
}

/** The attempt that says how a trial stands: the complete one, else the latest. */
export function decisiveAttempt(trial: TrialRecord): AttemptRecord | undefined {
  return trial.attempts.find((attempt) => attempt.state === "complete") ?? trial.attempts.at(-1);
}

/** What a finished trial ran on. */
function environmentOf({ environments }: StudySnapshot, trial: TrialRecord): Environment | undefined {
  const index = trial.state === "complete" ? decisiveAttempt(trial)?.environment : undefined;
  return index == null ? undefined : environments[index];
}

function usedEnvironments(snapshot: StudySnapshot, trials: readonly TrialRecord[]): Results["environments"] {
  const counts = new Map<string, { environment: Environment; trials: number }>();
  for (const trial of trials) {
    const environment = environmentOf(snapshot, trial);
    if (environment === undefined) continue;
    const key = canonical({ ...environment });
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { environment, trials: 1 });
    else known.trials += 1;
  }
  return [...counts.values()];
}

/** The backend that most finished trials ran on; null without any. */
function usualBackend(environments: Results["environments"]): Backend | null {
  const trialsOn = (backend: Backend): number =>
    sum(environments.map(({ environment, trials }) => (environment.backend === backend ? trials : 0)));
  if (environments.length === 0) return null;
  return trialsOn("portable") > trialsOn("native") ? "portable" : "native";
}

function studentsPredictionSeconds(
  snapshot: StudySnapshot,
  trials: readonly TrialRecord[],
  timedOn: Backend | null,
): Results["predictionSeconds"] {
  return new Map(
    trials.flatMap((trial) => {
      const seconds = trial.result?.predictionSeconds;
      const counts = seconds !== undefined && environmentOf(snapshot, trial)?.backend === timedOn;
      return counts ? [[trial.spec.id, seconds] as const] : [];
    }),
  );
}

/**
 * The images that the plan's trials use; an earlier plan's stay in the study. Photos that changed leave several arrays of
 * the same settings: of these it is the latest that a teacher of the trials learned from, or, where none did, the latest.
 */
function imagesOf(artifacts: readonly ArtifactRecord[], trials: readonly TrialRecord[]): ImagesDetails[] {
  const distinct = new Map(trials.map(({ spec: { settings } }) => [canonical(settings.dataset), settings.dataset]));
  const datasets = [...distinct.values()];
  const used = taughtOn(artifacts, trials);
  const bySettings = new Map<string, { readonly details: ImagesDetails; readonly isUsed: boolean }>();
  for (const { key, details } of artifacts) {
    if (details.kind !== "images" || !datasets.some((dataset) => fits(details.dataset, dataset))) continue;
    const settings = canonical(details.dataset);
    const isUsed = used.has(key);
    if (isUsed || bySettings.get(settings)?.isUsed !== true) bySettings.set(settings, { details, isUsed });
  }
  return [...bySettings.values()].map(({ details }) => details);
}

/** Keys of the image arrays of the very teachers that finished trials learned from. */
function taughtOn(artifacts: readonly ArtifactRecord[], trials: readonly TrialRecord[]): Set<string> {
  const checksums = new Set(trials.flatMap(({ result }) => result?.teacherChecksum ?? []));
  return new Set(
    artifacts.flatMap(({ checksum, details }) => {
      return details.kind === "teacher" && checksums.has(checksum) ? [details.imagesKey] : [];
    }),
  );
}

/** Orders what a study remembers. The report covers the latest plan: stored trials that it no longer wants are left out. */
export function readResults(snapshot: StudySnapshot): Results {
  const trials = plannedTrials(snapshot);
  const counts: Record<TrialState, number> = { complete: 0, failed: 0, running: 0, waiting: 0 };
  for (const trial of trials) counts[trial.state] += 1;
  const environments = usedEnvironments(snapshot, trials);
  const timedOn = usualBackend(environments);
  const variants = bestFirst(groupTrials(trials, snapshot.plan.baseline), snapshot.plan.metric);
  return {
    plan: snapshot.plan,
    trials,
    counts,
    variants,
    baseline: variants.find((variant) => variant.isBaseline) ?? null,
    usual: usualValues(variants.map(({ parameters }) => parameters)),
    images: imagesOf(snapshot.artifacts, trials),
    teachers: readTeachers(snapshot.artifacts, trials, timedOn),
    environments,
    predictionSeconds: studentsPredictionSeconds(snapshot, trials, timedOn),
    predictions: predictionReader(snapshot),
  };
}
