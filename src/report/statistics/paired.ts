import { mean } from "simple-statistics";
import { summarise, type Summary } from "./summary.js";

/** What a training was started from. */
export interface Seeds {
  readonly seed: number;
  /** Of the teacher that it learned from; null without a teacher, and of a teacher that has no seed. */
  readonly teacherSeed: number | null;
}

/** A measurement and the seeds that it was made with. */
export interface Replicate extends Seeds {
  readonly value: number;
}

/** Those of one side whose seed has a run with each of the teachers' seeds that the side has. */
function ofWholeSeeds<T extends Seeds>(runs: readonly T[]): readonly T[] {
  const teachers = new Set(runs.map(({ teacherSeed }) => teacherSeed));
  if (teachers.size < 2) return runs;
  const bySeed = new Map<number, Set<number | null>>();
  for (const { seed, teacherSeed } of runs) {
    bySeed.set(seed, (bySeed.get(seed) ?? new Set<number | null>()).add(teacherSeed));
  }
  return runs.filter(({ seed }) => bySeed.get(seed)?.size === teachers.size);
}

/**
 * What two sides measured alike, by seed: each run of the one with each of the other that has the same seed and, where
 * both learned from a teacher with a seed, the same teacher's seed. A run that has no such partner counts on neither side:
 * what its teacher is like would pass for a difference. For the same reason, where one side alone has teachers' seeds, its
 * seeds count that have a run with each of these.
 */
export function pairBySeed<A extends Seeds, B extends Seeds>(
  sample: readonly A[],
  reference: readonly B[],
): Map<number, (readonly [A, B])[]> {
  const isUntaught = (runs: readonly Seeds[]): boolean => runs.every(({ teacherSeed }) => teacherSeed === null);
  const ours = isUntaught(reference) ? ofWholeSeeds(sample) : sample;
  const theirs = isUntaught(sample) ? ofWholeSeeds(reference) : reference;
  const pairs = new Map<number, (readonly [A, B])[]>();
  for (const own of ours) {
    for (const other of theirs) {
      const sameTeacher =
        own.teacherSeed === null || other.teacherSeed === null || own.teacherSeed === other.teacherSeed;
      if (own.seed !== other.seed || !sameTeacher) continue;
      const known = pairs.get(own.seed);
      if (known === undefined) pairs.set(own.seed, [[own, other]]);
      else known.push([own, other]);
    }
  }
  return pairs;
}

/** A measurement and its seed, whatever the teacher's. */
export type SeedValue = Pick<Replicate, "seed" | "value">;

/** One value for each seed: the mean over its runs, which differ in their teachers' seeds. Those are no further sample. */
export function valuesBySeed(replicates: readonly SeedValue[]): number[] {
  const values = new Map<number, number[]>();
  for (const { seed, value } of replicates) {
    const known = values.get(seed);
    if (known === undefined) values.set(seed, [value]);
    else known.push(value);
  }
  return [...values.values()].map((several) => mean(several));
}

/**
 * The differences `sample - reference` of the seeds that pair, in short; a seed's is the mean over its pairs of
 * runs. The same seed shuffles and initializes alike on both sides, so pairing takes out what the seed alone does. Null
 * where nothing pairs.
 */
export function pairedDifference(sample: readonly Replicate[], reference: readonly Replicate[]): Summary | null {
  const pairs = [...pairBySeed(sample, reference).values()];
  return summarise(pairs.map((several) => mean(several.map(([own, other]) => own.value - other.value))));
}
