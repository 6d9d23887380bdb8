import type { ArtifactRecord, TeacherDetails } from "../artifacts/artifact.js";
import type { TrialRecord } from "../store/store.js";
import type { Backend } from "../trial/environment.js";
import type { MetricName } from "../trial/metrics.js";
import type { Settings, Value } from "../trial/value.js";
import { inWords, lengthen, tellingApart } from "./labels.js";
import { fits } from "./predictions.js";
import { canonical } from "./values.js";
import type { Variant } from "./variants.js";

/** A teacher that the study's trials learned from. */
export interface Teacher {
  /** In words, unlike every other teacher's: `mobilenet_v2`, `convnet seed=2`. */
  readonly label: string;
  /** Of its artifact. */
  readonly key: string;
  readonly details: TeacherDetails;
  /** Settings of the images that it was trained on; null where the study does not hold them. */
  readonly dataset: Settings["dataset"] | null;
  readonly seconds: number;
  readonly reused: boolean;
  /** For an image, on the same backend as the students' of `Results`; null where that was not measured. */
  readonly predictionSeconds: number | null;
  /** Different weights that trials of this teacher recorded; more than one means it was made again. */
  readonly checksums: readonly string[];
}

type TrainedTeacher = Pick<Teacher, "details" | "dataset">;

/** Whether a trial with these settings learned from it. */
function taught({ details, dataset }: TrainedTeacher, settings: Pick<Settings, "teacher" | "dataset">): boolean {
  const { labelledFraction = 1 } = settings.dataset;
  return (
    settings.teacher !== null &&
    canonical(details.teacher) === canonical(settings.teacher) &&
    (details.labelledFraction ?? 1) === labelledFraction &&
    (dataset === null || fits(dataset, settings.dataset))
  );
}

const teachersOfVariants = new WeakMap<readonly Teacher[], Map<Variant, readonly Teacher[]>>();

/** The teachers that a variant's trials learn from. */
function teachersOfVariant(teachers: readonly Teacher[], { settings, trials }: Variant): readonly Teacher[] {
  const { teacher } = settings;
  if (teacher === null) return [];
  const seeds = new Set(trials.map(({ spec }) => spec.settings.teacher?.seed));
  return teachers.filter((each) => {
    const { seed } = each.details.teacher;
    return (
      seeds.has(seed) && taught(each, { ...settings, teacher: { ...teacher, ...(seed !== undefined && { seed }) } })
    );
  });
}

/** The teachers that some of the variants learn from, those of the most of them first. */
export function teachersOf(
  { teachers }: { readonly teachers: readonly Teacher[] },
  variants: readonly Variant[],
): readonly Teacher[] {
  let known = teachersOfVariants.get(teachers);
  if (known === undefined) teachersOfVariants.set(teachers, (known = new Map<Variant, readonly Teacher[]>()));
  const counts = new Map<Teacher, number>();
  for (const variant of variants) {
    let own = known.get(variant);
    if (own === undefined) known.set(variant, (own = teachersOfVariant(teachers, variant)));
    for (const teacher of own) counts.set(teacher, (counts.get(teacher) ?? 0) + 1);
  }
  return teachers
    .filter((teacher) => counts.has(teacher))
    .sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0));
}

/** The name of the teacher that a trial with these settings learned from. */
export function teacherLabel(teachers: readonly Teacher[], settings: Pick<Settings, "teacher" | "dataset">): string {
  if (settings.teacher === null) return "";
  return teachers.find((teacher) => taught(teacher, settings))?.label ?? settings.teacher.backbone;
}

/** Whether a metric says the same of a teacher as of a student: an objective, or what is held against a teacher, does not. */
export function isTeachersToo(metric: MetricName): boolean {
  return metric === "val_accuracy" || metric === "val_cross_entropy" || metric === "val_ece";
}

/** A teacher's own metric: of its last epoch, or, where it was not trained here, of the validation split. */
export function teacherMetric({ epochs, validation }: TeacherDetails, metric: MetricName): number | null {
  const own: Partial<Record<MetricName, number | null>> = epochs.at(-1) ?? validation ?? {};
  return own[metric] ?? null;
}

/** What tells teachers apart, under the names that labels know. */
function teacherParameters({ details, dataset }: TrainedTeacher): Readonly<Record<string, Value>> {
  const { labelledFraction = 1, teacher } = details;
  return { ...teacher, ...(dataset !== null && { "dataset.imageSize": dataset.imageSize }), labelledFraction };
}

/** What it took for an image to make its logits of all of them; null where that was on another backend, or not timed. */
function predictionSecondsOf(artifacts: readonly ArtifactRecord[], teacher: string, on: Backend | null): number | null {
  for (const { details } of artifacts) {
    if (details.kind !== "logits" || details.teacherKey !== teacher) continue;
    if (details.timing?.backend === on) return details.timing.seconds;
  }
  return null;
}

/** Whether a teacher's trials all learned from other ones that the study has too: photos or files have changed since. */
function isForerunner(own: string, learnedFrom: ReadonlySet<string>, artifacts: readonly ArtifactRecord[]): boolean {
  const others = artifacts.filter(({ checksum, kind }) => kind === "teacher" && learnedFrom.has(checksum));
  return !learnedFrom.has(own) && others.length > 0;
}

/** Whether one teacher is there again under another key, as a table of logits is whose images have other names by now. */
function isSameTeacher(
  one: ArtifactRecord,
  other: Pick<ArtifactRecord, "checksum"> & { details: TeacherDetails },
): boolean {
  return (
    one.details.kind === "teacher" &&
    one.checksum === other.checksum &&
    one.details.imagesKey === other.details.imagesKey &&
    canonical(one.details.teacher) === canonical(other.details.teacher) &&
    one.details.labelledFraction === other.details.labelledFraction
  );
}

/**
 * The teachers that the trials learned from, by their labels; one that was made again counts once.
 * @param timedOn the backend whose prediction times count
 */
export function readTeachers(
  artifacts: readonly ArtifactRecord[],
  trials: readonly TrialRecord[],
  timedOn: Backend | null,
): Teacher[] {
  const datasets = new Map(
    artifacts.flatMap(({ key, details }) => (details.kind === "images" ? [[key, details.dataset] as const] : [])),
  );
  const found = artifacts.flatMap(({ checksum, details, key, reused, seconds }, place) => {
    if (details.kind !== "teacher") return [];
    const teacher = { details, dataset: datasets.get(details.imagesKey) ?? null };
    const learned = trials.filter(({ spec }) => taught(teacher, spec.settings));
    const checksums = new Set(learned.flatMap(({ result }) => result?.teacherChecksum ?? []));
    if (learned.length === 0 || isForerunner(checksum, checksums, artifacts)) return [];
    if (artifacts.slice(place + 1).some((later) => isSameTeacher(later, { checksum, details }))) return [];
    const predictionSeconds = predictionSecondsOf(artifacts, key, timedOn);
    return [{ ...teacher, key, reused, seconds, predictionSeconds, checksums: [...checksums].sort() }];
  });
  const names = tellingApart(found.map(teacherParameters));
  names.delete("backbone");
  const words = found.map((teacher) => {
    const apart = Object.fromEntries(Object.entries(teacherParameters(teacher)).filter(([name]) => names.has(name)));
    return [teacher.details.teacher.backbone, inWords(apart)].filter((word) => word !== "").join(" ");
  });
  // One teacher is stored twice where it was made again by a later revision.
  const labels = lengthen(words, (label, index) => `${label} #${found[index]?.key.slice(0, 6) ?? ""}`);
  return found
    .map((teacher, index) => ({ label: labels[index] ?? "", ...teacher }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}
