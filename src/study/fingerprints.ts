import { stat } from "node:fs/promises";
import { combinedChecksum, rememberedChecksums } from "../files/checksums.js";
import { contentFiles, tableFingerprint } from "../models/content.js";
import { backbones, datasets } from "../settings/registries.js";
import type { PlannedTeacher } from "../sweep/plan.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { UserError, formatIssue, type Issue } from "../trial/issue.js";
import type { Settings } from "../trial/value.js";
import { areFetched, isFetched, type FailedDownloads } from "./fetch.js";
import { datasetKey, weightsKey } from "./input-keys.js";

/** What the files hold that a sweep's settings name, and which of them are not there. */
export interface Inputs {
  /** Of an input that is missing a placeholder that no content has, a function of the setting alone. */
  readonly fingerprints: Fingerprints;
  readonly missing: MissingInputs;
}

/** Inputs that trials need and that are not there, or cannot be used as they are. */
export interface MissingInputs {
  /** What was expected, where, and what to do: a line for each. */
  readonly all: readonly string[];
  /** Those of `all` that a trial of these settings needs. */
  of(settings: Settings): readonly string[];
}

/**
 * Reads (or remembers) the content of each data set and of the files that a teacher starts from or consists of.
 * @param failed what could not be downloaded; undefined where nothing was tried
 */
export async function readInputs(
  sets: Iterable<Settings["dataset"]>,
  teachers: Iterable<PlannedTeacher>,
  cacheFolder: string,
  failed?: FailedDownloads,
): Promise<Inputs> {
  const found = new Map<string, string | null>();
  const missing = new Map<string, readonly string[]>();
  async function read(key: string, content: () => Promise<string | null>, note = ""): Promise<void> {
    if (found.has(key)) return;
    try {
      found.set(key, await content());
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode !== 1) throw error;
      found.set(key, `missing:${key}`);
      const lines = error.issues.length === 0 ? [error.message] : error.issues.map(formatIssue);
      missing.set(
        key,
        lines.map((line) => line + note),
      );
    }
  }
  function downloadNote(key: string, canBeHad: boolean): string {
    const reason = failed?.get(key);
    if (reason !== undefined) return `; the download failed: ${reason}`;
    return failed === undefined && canBeHad ? "; a run downloads it" : "";
  }
  for (const set of sets) {
    const key = datasetKey(set);
    await read(key, () => datasets.get(set.name).fingerprint(set, cacheFolder), downloadNote(key, isFetched(set)));
  }
  for (const planned of teachers) {
    const key = weightsKey(planned);
    const hasImages = !missing.has(datasetKey(planned.dataset));
    await read(key, () => weightsOf(planned, hasImages, cacheFolder), downloadNote(key, areFetched(planned.teacher)));
  }
  return {
    fingerprints: {
      dataset: (dataset) => known(found.get(datasetKey(dataset)), `the data set ${dataset.name}`) ?? "",
      weights: (teacher, dataset) =>
        known(found.get(weightsKey({ teacher, dataset })), `the weights of ${teacher.backbone}`),
    },
    missing: {
      all: [...new Set([...missing.values()].flat())],
      of: ({ dataset, teacher }) => [
        ...(missing.get(datasetKey(dataset)) ?? []),
        ...(teacher === null ? [] : (missing.get(weightsKey({ teacher, dataset })) ?? [])),
      ],
    },
  };
}

/** @param hasImages false where the data set is missing, and its images have no names yet */
async function weightsOf(
  { teacher, dataset }: PlannedTeacher,
  hasImages: boolean,
  cacheFolder: string,
): Promise<string | null> {
  const backbone = backbones.get(teacher.backbone);
  const files = await contentFiles(backbone, teacher, dataset.imageSize, cacheFolder);
  const checksums = await checksumsOf(files, `teacher.${backbone.contentSettings?.[0] ?? "backbone"}`, cacheFolder);
  if (backbone.kind === "table") {
    const names = hasImages ? await datasets.get(dataset.name).names?.fingerprint(dataset, cacheFolder) : "missing";
    return tableFingerprint(checksums, names);
  }
  return checksums.length === 0 ? null : combinedChecksum(checksums);
}

/** Each file's sha256. */
async function checksumsOf(files: readonly string[], setting: string, cacheFolder: string): Promise<string[]> {
  const checksums: string[] = [];
  const issues: Issue[] = [];
  for (const path of files) {
    const found = await checksumOf(path, cacheFolder);
    if (found === undefined) issues.push(await unreadable(path, setting));
    else checksums.push(found);
  }
  if (issues.length > 0) throw new UserError("the teacher's files cannot be read", 1, issues);
  return checksums;
}

async function checksumOf(path: string, cacheFolder: string): Promise<string | undefined> {
  const status = await stat(path, { bigint: true }).catch(() => null);
  // A device or a pipe may never end.
  if (status?.isFile() !== true) return undefined;
  const listed = { source: path, path, bytes: Number(status.size), modified: status.mtimeNs };
  return (await rememberedChecksums(path, [listed], cacheFolder)).get(path);
}

async function unreadable(path: string, setting: string): Promise<Issue> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  const found = there ? `one that cannot, ${path}` : `nothing at ${path}`;
  return { path: setting, expected: "a file that can be read", found };
}

function known<T>(fingerprint: T | undefined, what: string): T {
  if (fingerprint === undefined) throw new Error(`no fingerprint was made of ${what}`);
  return fingerprint;
}
