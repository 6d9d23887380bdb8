import type { Settings } from "./value.js";

/**
 * What the files that settings name hold, as planning found it. Fingerprints count for identities and artifact keys,
 * paths never do.
 */
export interface Fingerprints {
  /** Of a data set's content. */
  dataset(dataset: Settings["dataset"]): string;
  /**
   * sha256 of the weight file that a teacher starts from; null for one that starts from none.
   * @param imageSize of the data set, on which the choice among official files depends
   */
  weights(teacher: NonNullable<Settings["teacher"]>, imageSize: number): string | null;
}
