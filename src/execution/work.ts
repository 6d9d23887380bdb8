import type {
  ArtifactRecord,
  ArtifactSpec,
  ImagesDetails,
  ImagesSpec,
  LogitsDetails,
  LogitsInfo,
  LogitsSpec,
  TeacherDetails,
  TeacherInfo,
  TeacherSpec,
} from "../artifacts/artifact.js";
import { cacheFolder } from "../artifacts/cache-folder.js";
import type { ArtifactCache, StoredArtifact } from "../artifacts/cache.js";
import { artifactKey } from "../artifacts/key.js";
import { storedImageInfo, validationEnd, type ImageArray, type ImageArrayInfo } from "../data/images.js";
import { datasets } from "../data/registry.js";
import { backendOf } from "../tensorflow/load.js";
import type { Ops } from "../tensorflow/ops.js";
import { CheckpointFile } from "../training/checkpoint-file.js";
import { trainTrial } from "../training/distill.js";
import { teacherLogits, trainTeacher } from "../training/teacher.js";
import type { Outcome } from "../trial/outcome.js";
import { gone } from "./failure.js";
import type { ArtifactOutcome, EpochListener, TrialWork } from "./messages.js";

export interface WorkContext {
  readonly tf: Ops;
  /** What the last digits of its figures depend on, in words. */
  readonly on: string;
  /** null only for the work that makes them. */
  readonly images: ImageArray | null;
  readonly cache: ArtifactCache;
  readonly signal: AbortSignal;
  readonly onEpoch: EpochListener;
  /** A line for the study's log. */
  readonly log: (line: string) => void;
  /** A line for the user too, of what costs no result. */
  readonly warn: (line: string) => void;
}

/** Trains a trial's student on artifacts that are in the cache. */
export async function runTrial(work: TrialWork, context: WorkContext): Promise<Outcome> {
  const { needs, trial } = work;
  const { tf, on, cache, signal } = context;
  const images = required(context.images, "image array");
  let teacher = null;
  if (needs.teacher !== null && needs.logits !== null) {
    const weights = required(await cache.read(needs.teacher), "teacher");
    const taught = async (spec: LogitsSpec, what: string): Promise<StoredArtifact> => {
      const found = required(await cache.read(spec), what);
      return required(ofOtherWeights(found, weights) === null ? found : null, what);
    };
    const logits = await taught(needs.logits, "teacher's logit table");
    const views = needs.views === null ? null : await taught(needs.views, "teacher's logit table of the views");
    teacher = {
      checksum: weights.checksum,
      logits: floats(logits.data),
      views: views === null ? null : floats(views.data),
    };
  }
  const owner = { work: `trial ${trial.id}`, teacher: teacher?.checksum ?? null, backend: backendOf(tf), on };
  const checkpoints =
    work.checkpoints === undefined ? {} : { checkpoints: new CheckpointFile(work.checkpoints, owner, context) };
  const { onEpoch } = context;
  const { result, weights } = await trainTrial(tf, trial, { images, teacher }, { signal, onEpoch, ...checkpoints });
  return { state: "complete", result, ...(work.wantsWeights === true && { weights }) };
}

/** Makes an artifact, or finds it in the cache, and says what it holds. */
export async function makeArtifact(spec: ArtifactSpec, context: WorkContext): Promise<ArtifactOutcome> {
  const { cache, signal } = context;
  const weights = spec.kind === "logits" ? required(await cache.read(spec.teacher), "teacher") : null;
  const artifact = await cache.ensure(
    spec,
    (unfinished) => make(spec, unfinished, weights, context),
    signal,
    (found) => (weights === null ? null : ofOtherWeights(found, weights)),
  );
  const { key, checksum, seconds, reused } = artifact;
  const record: ArtifactRecord = {
    key,
    kind: spec.kind,
    checksum,
    seconds,
    reused,
    details: details(spec, artifact, context),
  };
  return { state: "complete", record };
}

/** A teacher that was made again, on another backend or by a later kd-sweep, may have other bits than the logits are of. */
function ofOtherWeights({ info }: StoredArtifact, weights: StoredArtifact): string | null {
  const { teacherChecksum = weights.checksum } = info as LogitsInfo;
  return teacherChecksum === weights.checksum ? null : "is of other weights of its teacher";
}

/**
 * @param unfinished folder for what a killed maker leaves to the next one
 * @param weights the teacher of logits; null of what is none
 */
async function make(
  spec: ArtifactSpec,
  unfinished: string,
  weights: StoredArtifact | null,
  context: WorkContext,
): Promise<{ info: unknown; data: Uint8Array }> {
  const { tf, on, signal } = context;
  switch (spec.kind) {
    case "images": {
      const dataset = datasets.get(spec.dataset.name);
      const { info, pixels } = await dataset.make(
        dataset.settings.parse(spec.dataset),
        spec.fingerprint,
        cacheFolder(),
      );
      return { info, data: pixels };
    }
    case "teacher": {
      const owner = { work: `teacher ${artifactKey(spec).slice(0, 12)}`, teacher: null, backend: backendOf(tf), on };
      return trainTeacher(tf, spec, required(context.images, "image array"), {
        signal,
        onEpoch: context.onEpoch,
        checkpoints: new CheckpointFile(unfinished, owner, context),
      });
    }
    case "logits": {
      const { checksum, data, info } = required(weights, "teacher");
      const teacher = { info: info as TeacherInfo, data };
      const made = await teacherLogits(tf, spec, required(context.images, "image array"), teacher, signal);
      return { ...made, info: { ...made.info, teacherChecksum: checksum } };
    }
  }
}

function details(spec: ArtifactSpec, artifact: StoredArtifact, context: WorkContext): ArtifactRecord["details"] {
  switch (spec.kind) {
    case "images":
      return imagesDetails(spec, storedImageInfo(artifact.info));
    case "teacher":
      return teacherDetails(spec, artifact.info as TeacherInfo);
    case "logits":
      return logitsDetails(spec, artifact, required(context.images, "image array").info);
  }
}

function imagesDetails(spec: ImagesSpec, info: ImageArrayInfo): ImagesDetails {
  const { classNames, count, labels, skipped, trainCount, validationCount } = info;
  const end = validationEnd(info);
  const of = (part: readonly number[], label: number): number => part.filter((other) => other === label).length;
  const training = labels.slice(0, trainCount);
  const validationLabels = labels.slice(trainCount, end);
  const testing = labels.slice(end);
  const unlabelledCount = of(training, -1);
  return {
    kind: "images",
    dataset: spec.dataset,
    classNames,
    trainCount,
    validationCount,
    ...(end < count ? { testCount: count - end } : {}),
    ...(unlabelledCount > 0 ? { unlabelledCount } : {}),
    classCounts: classNames.map((_, label) => ({
      train: of(training, label),
      validation: of(validationLabels, label),
      ...(end < count ? { test: of(testing, label) } : {}),
    })),
    validationLabels,
    skipped,
  };
}

function teacherDetails(spec: TeacherSpec, info: TeacherInfo): TeacherDetails {
  return {
    kind: "teacher",
    imagesKey: artifactKey(spec.images),
    teacher: spec.teacher,
    ...(spec.labelledFraction === undefined ? {} : { labelledFraction: spec.labelledFraction }),
    parameters: info.parameters,
    epochs: info.epochs,
    ...(info.validation === undefined ? {} : { validation: info.validation }),
    ...(info.notes === undefined ? {} : { notes: info.notes }),
  };
}

function logitsDetails(spec: LogitsSpec, artifact: StoredArtifact, images: ImageArrayInfo): LogitsDetails {
  const { shape, timing } = artifact.info as LogitsInfo;
  const classes = shape.at(-1) ?? 0;
  const { trainCount } = images;
  const validationLogits =
    spec.views === null ? floats(artifact.data).slice(trainCount * classes, validationEnd(images) * classes) : null;
  const teacherKey = artifactKey(spec.teacher);
  return { kind: "logits", teacherKey, validationLogits, ...(timing !== undefined && { timing }) };
}

function floats(data: Uint8Array): Float32Array {
  return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
}

function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) {
    throw gone(what);
  }
  return value;
}
