import type { Settings } from "./value.js";

/**
 * What the files that settings name hold, as planning found it. Fingerprints count for identities and artifact keys,
 * paths never do.
 */
export interface Fingerprints {
  /** Of a data set's content. */
  dataset(dataset: Settings["dataset"]): string;
  /**
   * Content of the files that a teacher starts from or consists of, a sha256; null for one that has none.
   * @param dataset whose image size decides among official files, and whose images a table of logits names
   */
  weights(teacher: NonNullable<Settings["teacher"]>, dataset: Settings["dataset"]): string | null;
}
