import type { FetchOptions } from "../data/dataset.js";
import { fetchWeights } from "../models/pretrained/weight-files.js";
import { backbones, datasets } from "../settings/registries.js";
import type { PlannedTeacher } from "../sweep/plan.js";
import { UserError, formatIssue } from "../trial/issue.js";
import type { Settings } from "../trial/value.js";
import { datasetKey, weightsKey } from "./input-keys.js";

/** Why inputs could not be downloaded, by their keys. */
export type FailedDownloads = ReadonlyMap<string, string>;

/**
 * Downloads the data sets and weight files that are absent and can be had. One that cannot is left missing, with the
 * reason.
 * @throws UserError with exit code 3 where the cache folder cannot be written
 * @throws the signal's reason where it is aborted
 */
export async function fetchInputs(
  sets: Iterable<Settings["dataset"]>,
  teachers: Iterable<PlannedTeacher>,
  cacheFolder: string,
  options: FetchOptions,
): Promise<FailedDownloads> {
  const failed = new Map<string, string>();
  const tried = new Set<string>();
  async function attempt(key: string, fetch: () => Promise<void> | undefined): Promise<void> {
    if (tried.has(key)) return;
    tried.add(key);
    try {
      await fetch();
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof UserError) || error.exitCode !== 1) throw error;
      failed.set(key, [error.message, ...error.issues.map(formatIssue)].join("; "));
    }
  }
  for (const set of sets) {
    await attempt(datasetKey(set), () => datasets.get(set.name).fetch?.(set, cacheFolder, options));
  }
  for (const planned of teachers) {
    const { dataset, teacher } = planned;
    const backbone = backbones.get(teacher.backbone);
    if (backbone.kind !== "pretrained" || !areFetched(teacher)) continue;
    await attempt(weightsKey(planned), () =>
      fetchWeights(backbone.officialWeights(dataset.imageSize), cacheFolder, {
        signal: options.signal,
        onProgress: (progress) => {
          options.onProgress({ what: `the weights of ${teacher.backbone}`, ...progress });
        },
      }),
    );
  }
  return failed;
}

/** Whether a run downloads this data set where it is absent: a copy that is named is the user's own. */
export function isFetched(dataset: Settings["dataset"]): boolean {
  return datasets.get(dataset.name).fetch !== undefined && dataset.path == null;
}

/** Whether a run downloads the weights that this teacher starts from, where they are absent. */
export function areFetched({ backbone, weights }: PlannedTeacher["teacher"]): boolean {
  return backbones.get(backbone).kind === "pretrained" && weights == null;
}
