import { stat } from "node:fs/promises";
import { rememberedChecksums } from "../files/checksums.js";
import { teacherWeights } from "../models/pretrained/weight-files.js";
import { backbones, datasets } from "../settings/registries.js";
import type { SizedTeacher } from "../sweep/plan.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { UserError, formatIssue } from "../trial/issue.js";
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
 * Reads (or remembers) the content of each data set and of each weight file that a teacher starts from.
 * @param failed what could not be downloaded; undefined where nothing was tried
 */
export async function readInputs(
  sets: Iterable<Settings["dataset"]>,
  teachers: Iterable<SizedTeacher>,
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
  for (const { teacher, imageSize } of teachers) {
    const key = weightsKey(teacher, imageSize);
    await read(key, () => weightsOf({ teacher, imageSize }, cacheFolder), downloadNote(key, areFetched(teacher)));
  }
  return {
    fingerprints: {
      dataset: (dataset) => known(found.get(datasetKey(dataset)), `the data set ${dataset.name}`) ?? "",
      weights: (teacher, imageSize) =>
        known(found.get(weightsKey(teacher, imageSize)), `the weights of ${teacher.backbone}`),
    },
    missing: {
      all: [...new Set([...missing.values()].flat())],
      of: ({ dataset, teacher }) => [
        ...(missing.get(datasetKey(dataset)) ?? []),
        ...(teacher === null ? [] : (missing.get(weightsKey(teacher, dataset.imageSize)) ?? [])),
      ],
    },
  };
}

async function weightsOf({ teacher, imageSize }: SizedTeacher, cacheFolder: string): Promise<string | null> {
  const backbone = backbones.get(teacher.backbone);
  if (backbone.kind === "scratch") return null;
  const settings = backbone.settings.parse(teacher);
  return checksumOf(await teacherWeights(settings, backbone.officialWeights(imageSize), cacheFolder), cacheFolder);
}

async function checksumOf(path: string, cacheFolder: string): Promise<string> {
  const status = await stat(path, { bigint: true }).catch(() => null);
  const checksum =
    status === null
      ? undefined
      : (
          await rememberedChecksums(
            path,
            [{ source: path, path, bytes: Number(status.size), modified: status.mtimeNs }],
            cacheFolder,
          )
        ).get(path);
  if (checksum !== undefined) return checksum;
  const issue = { path: "teacher.weights", expected: "a file that can be read", found: `one that cannot, ${path}` };
  throw new UserError("the teacher's weights cannot be read", 1, [issue]);
}

function known<T>(fingerprint: T | undefined, what: string): T {
  if (fingerprint === undefined) throw new Error(`no fingerprint was made of ${what}`);
  return fingerprint;
}
