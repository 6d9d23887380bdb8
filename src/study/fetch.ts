import type { FetchOptions } from "../data/dataset.js";
import { datasets } from "../settings/registries.js";
import { UserError, formatIssue } from "../trial/issue.js";
import type { Settings } from "../trial/value.js";

/** Why inputs could not be downloaded, by the JSON of the settings that ask for them. */
export type FailedDownloads = ReadonlyMap<string, string>;

/**
 * Downloads the data sets that are absent and can be had. One that cannot is left missing, with the reason.
 * @throws the signal's reason where it is aborted
 */
export async function fetchDatasets(
  sets: Iterable<Settings["dataset"]>,
  cacheFolder: string,
  options: FetchOptions,
): Promise<FailedDownloads> {
  const failed = new Map<string, string>();
  for (const set of sets) {
    try {
      await datasets.get(set.name).fetch?.(set, cacheFolder, options);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
      failed.set(JSON.stringify(set), [error.message, ...error.issues.map(formatIssue)].join("; "));
    }
  }
  return failed;
}

/** Whether a run downloads this data set where it is absent: a copy that is named is the user's own. */
export function isFetched(dataset: Settings["dataset"]): boolean {
  return datasets.get(dataset.name).fetch !== undefined && dataset.path == null;
}
