import { datasets } from "../settings/registries.js";
import type { Settings } from "../trial/value.js";

/** Fingerprints of data sets' content, by their settings. */
export type Fingerprint = (dataset: Settings["dataset"]) => string;

/**
 * Reads (or remembers) the content of each data set.
 * @throws UserError naming the folder that is missing
 */
export async function fingerprints(sets: Iterable<Settings["dataset"]>, cacheFolder: string): Promise<Fingerprint> {
  const known = new Map<string, string>();
  for (const set of sets) {
    known.set(JSON.stringify(set), await datasets.get(set.name).fingerprint(set, cacheFolder));
  }
  return (dataset) => {
    const fingerprint = known.get(JSON.stringify(dataset));
    if (fingerprint === undefined) throw new Error(`no fingerprint was made of the data set ${dataset.name}`);
    return fingerprint;
  };
}
