import type { ArtifactRecord, ImagesDetails, TeacherDetails } from "../artifacts/artifact.js";
import type { AttemptRecord, StoredPlan, StudySnapshot, TrialRecord, TrialState } from "../store/store.js";
import type { Environment } from "../trial/environment.js";
import type { MetricName } from "../trial/metrics.js";
import type { Settings } from "../trial/value.js";
import { tellingApart, inWords } from "./labels.js";
import { predictionReader, type PredictionReader } from "./predictions.js";
import { canonical } from "./values.js";
import { bestFirst, groupTrials, type Variant } from "./variants.js";

/** A teacher that the study's trials learned from. */
export interface Teacher {
  /** In words, unlike every other teacher's: `mobilenet_v2`, `convnet seed=2`. */
  readonly label: string;
  readonly details: TeacherDetails;
  readonly seconds: number;
  readonly reused: boolean;
  /** Different weights that trials of this teacher recorded; more than one means it was made again. */
  readonly checksums: readonly string[];
}

/** The name of the teacher that a trial with these settings learned from. */
export function teacherLabel(teachers: readonly Teacher[], teacher: Settings["teacher"]): string {
  if (teacher === null) return "";
  return teachers.find(({ details }) => canonical(details.teacher) === canonical(teacher))?.label ?? teacher.backbone;
}

/** A study's snapshot, ordered for a report. A pure function of the snapshot. */
export interface Results {
  readonly plan: StoredPlan;
  /** Of the latest plan, in its order. */
  readonly trials: readonly TrialRecord[];
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Best first by the study's metric. */
  readonly variants: readonly Variant[];
  readonly baseline: Variant | null;
  readonly images: readonly ImagesDetails[];
  readonly teachers: readonly Teacher[];
  /** Those that finished trials ran on, with how many each. */
  readonly environments: readonly { readonly environment: Environment; readonly trials: number }[];
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

/** A teacher's own metric: of its last epoch, or, where it was not trained here, of the validation split. */
export function teacherMetric({ epochs, validation }: TeacherDetails, metric: MetricName): number | null {
  const own: Partial<Record<MetricName, number | null>> = epochs.at(-1) ?? validation ?? {};
  return own[metric] ?? null;
}

function teacherParameters(details: TeacherDetails): TeacherDetails["teacher"] {
  return Object.fromEntries(Object.entries(details.teacher)) as TeacherDetails["teacher"];
}

function readTeachers(artifacts: readonly ArtifactRecord[], trials: readonly TrialRecord[]): Teacher[] {
  const checksums = new Map<string, Set<string>>();
  for (const { spec, result } of trials) {
    if (spec.settings.teacher === null || result?.teacherChecksum == null) continue;
    const key = canonical(spec.settings.teacher);
    checksums.set(key, (checksums.get(key) ?? new Set()).add(result.teacherChecksum));
  }
  const used = new Set(
    trials.map(({ spec }) => (spec.settings.teacher === null ? "" : canonical(spec.settings.teacher))),
  );
  const found = artifacts.flatMap((record) =>
    record.details.kind === "teacher" && used.has(canonical(record.details.teacher))
      ? [{ record, details: record.details }]
      : [],
  );
  const names = tellingApart(found.map(({ details }) => teacherParameters(details)));
  names.delete("backbone");
  const labelled = found.map(({ record, details }) => {
    const apart = Object.fromEntries(Object.entries(details.teacher).filter(([name]) => names.has(name)));
    return {
      label: [details.teacher.backbone, inWords(apart)].filter((word) => word !== "").join(" "),
      details,
      seconds: record.seconds,
      reused: record.reused,
      checksums: [...(checksums.get(canonical(details.teacher)) ?? [])].sort(),
    };
  });
  return labelled.sort((a, b) => (a.label < b.label ? -1 : 1));
}

function usedEnvironments(snapshot: StudySnapshot, trials: readonly TrialRecord[]): Results["environments"] {
  const counts = new Map<string, { environment: Environment; trials: number }>();
  for (const trial of trials) {
    const index = trial.state === "complete" ? decisiveAttempt(trial)?.environment : undefined;
    const environment = index == null ? undefined : snapshot.environments[index];
    if (environment === undefined) continue;
    const key = canonical({ ...environment });
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { environment, trials: 1 });
    else known.trials += 1;
  }
  return [...counts.values()];
}

/** Orders what a study remembers. The report covers the latest plan: stored trials that it no longer wants are left out. */
export function readResults(snapshot: StudySnapshot): Results {
  const trials = plannedTrials(snapshot);
  const counts: Record<TrialState, number> = { complete: 0, failed: 0, running: 0, waiting: 0 };
  for (const trial of trials) counts[trial.state] += 1;
  const variants = bestFirst(groupTrials(trials, snapshot.plan.baseline), snapshot.plan.metric);
  return {
    plan: snapshot.plan,
    trials,
    counts,
    variants,
    baseline: variants.find((variant) => variant.isBaseline) ?? null,
    images: snapshot.artifacts.flatMap(({ details }) => (details.kind === "images" ? [details] : [])),
    teachers: readTeachers(snapshot.artifacts, trials),
    environments: usedEnvironments(snapshot, trials),
    predictions: predictionReader(snapshot),
  };
}
