import { mean } from "simple-statistics";
import { summarise, type Summary } from "./summary.js";

/** A measurement and the seed that it was made with. */
export interface Replicate {
  readonly seed: number;
  readonly value: number;
}

/** Several measurements of one seed (several teachers' seeds) count as one: their mean. */
function bySeed(replicates: readonly Replicate[]): Map<number, number> {
  const values = new Map<number, number[]>();
  for (const { seed, value } of replicates) {
    const known = values.get(seed);
    if (known === undefined) values.set(seed, [value]);
    else known.push(value);
  }
  return new Map([...values].map(([seed, several]) => [seed, mean(several)]));
}

/**
 * The differences `sample - reference` of the seeds that both have, in short. The same seed shuffles and initializes
 * alike on both sides, so pairing takes out what the seed alone does. Null where no seed is shared.
 */
export function pairedDifference(sample: readonly Replicate[], reference: readonly Replicate[]): Summary | null {
  const references = bySeed(reference);
  const differences: number[] = [];
  for (const [seed, value] of bySeed(sample)) {
    const other = references.get(seed);
    if (other !== undefined) differences.push(value - other);
  }
  return summarise(differences);
}
