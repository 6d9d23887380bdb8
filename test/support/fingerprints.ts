import type { Fingerprints } from "../../src/trial/fingerprints.js";

/** Every data set holds the same, and no teacher starts from a file, unless said. */
export function fingerprintsOf({
  dataset = () => "f",
  weights = () => null,
}: Partial<Fingerprints> = {}): Fingerprints {
  return { dataset, weights };
}
