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
import type { ArtifactCache, StoredArtifact } from "../artifacts/cache.js";
import { artifactKey } from "../artifacts/key.js";
import type { ImageArray, ImageArrayInfo } from "../data/images.js";
import { datasets } from "../data/registry.js";
import type { Ops } from "../tensorflow/ops.js";
import { CheckpointFile } from "../training/checkpoint-file.js";
import { trainTrial } from "../training/distill.js";
import { teacherLogits, trainTeacher } from "../training/teacher.js";
import type { Outcome } from "../trial/outcome.js";
import type { ArtifactOutcome, EpochListener, TrialWork } from "./messages.js";

export interface WorkContext {
  readonly tf: Ops;
  /** null only for the work that makes them. */
  readonly images: ImageArray | null;
  readonly cache: ArtifactCache;
  readonly signal: AbortSignal;
  readonly onEpoch: EpochListener;
  /** A line for the study's log. */
  readonly log: (line: string) => void;
}

/** Trains a trial's student on artifacts that are in the cache. */
export async function runTrial(work: TrialWork, context: WorkContext): Promise<Outcome> {
  const { needs, trial } = work;
  const { tf, cache, signal } = context;
  const images = required(context.images, "images");
  let teacher = null;
  if (needs.teacher !== null && needs.logits !== null) {
    const weights = required(await cache.read(needs.teacher), "teacher");
    const logits = required(await cache.read(needs.logits), "teacher's logits");
    const views =
      needs.views === null ? null : required(await cache.read(needs.views), "teacher's logits of the views");
    teacher = {
      checksum: weights.checksum,
      logits: floats(logits.data),
      views: views === null ? null : floats(views.data),
    };
  }
  const owner = { trial: trial.id, teacher: teacher?.checksum ?? null };
  const checkpoints =
    work.checkpoints === undefined ? {} : { checkpoints: new CheckpointFile(work.checkpoints, owner, context.log) };
  const { onEpoch } = context;
  const { result, weights } = await trainTrial(tf, trial, { images, teacher }, { signal, onEpoch, ...checkpoints });
  return { state: "complete", result, ...(work.wantsWeights === true && { weights }) };
}

/** Makes an artifact, or finds it in the cache, and says what it holds. */
export async function makeArtifact(spec: ArtifactSpec, context: WorkContext): Promise<ArtifactOutcome> {
  const { cache, signal } = context;
  const artifact = await cache.ensure(spec, () => make(spec, context), signal);
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

async function make(spec: ArtifactSpec, context: WorkContext): Promise<{ info: unknown; data: Uint8Array }> {
  const { tf, cache, signal } = context;
  switch (spec.kind) {
    case "images": {
      const { info, pixels } = await datasets.get(spec.dataset.name).make(spec.dataset, spec.fingerprint);
      return { info, data: pixels };
    }
    case "teacher":
      return trainTeacher(tf, spec, required(context.images, "images"), {
        signal,
        onEpoch: context.onEpoch,
      });
    case "logits": {
      const weights = required(await cache.read(spec.teacher), "teacher");
      const teacher = { info: weights.info as TeacherInfo, data: weights.data };
      return teacherLogits(tf, spec, required(context.images, "images"), teacher, signal);
    }
  }
}

function details(spec: ArtifactSpec, artifact: StoredArtifact, context: WorkContext): ArtifactRecord["details"] {
  switch (spec.kind) {
    case "images":
      return imagesDetails(spec, artifact.info as ImageArrayInfo);
    case "teacher":
      return teacherDetails(spec, artifact.info as TeacherInfo);
    case "logits":
      return logitsDetails(spec, artifact, required(context.images, "images").info);
  }
}

function imagesDetails(spec: ImagesSpec, info: ImageArrayInfo): ImagesDetails {
  const classCounts = info.classNames.map(() => ({ train: 0, validation: 0 }));
  info.labels.forEach((label, image) => {
    const counts = classCounts[label];
    if (counts !== undefined) counts[image < info.trainCount ? "train" : "validation"]++;
  });
  return {
    kind: "images",
    dataset: spec.dataset,
    classNames: info.classNames,
    trainCount: info.trainCount,
    validationCount: info.count - info.trainCount,
    classCounts,
    validationLabels: info.labels.slice(info.trainCount),
    skipped: info.skipped,
  };
}

function teacherDetails(spec: TeacherSpec, info: TeacherInfo): TeacherDetails {
  return {
    kind: "teacher",
    imagesKey: artifactKey(spec.images),
    teacher: spec.teacher,
    parameters: info.parameters,
    epochs: info.epochs,
  };
}

function logitsDetails(spec: LogitsSpec, artifact: StoredArtifact, images: ImageArrayInfo): LogitsDetails {
  const classes = (artifact.info as LogitsInfo).shape.at(-1) ?? 0;
  const validationLogits = spec.views === null ? floats(artifact.data).slice(images.trainCount * classes) : null;
  return { kind: "logits", teacherKey: artifactKey(spec.teacher), validationLogits };
}

function floats(data: Uint8Array): Float32Array {
  return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
}

function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) {
    throw new Error(`the ${what} this work needs are not in the cache; run the sweep again to make them`);
  }
  return value;
}
