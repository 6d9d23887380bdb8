import type { Cell } from "../csv.js";
import type { Replicate } from "../statistics/paired.js";
import type { Summary } from "../statistics/summary.js";

/** A mean and the single values that it is of. */
export interface Measured {
  readonly summary: Summary;
  readonly replicates: readonly Replicate[];
}

/** Whether some seed was run several times, once with each teacher's seed: its runs are no further seeds. */
export function haveRuns(all: readonly Measured[]): boolean {
  return all.some(({ summary, replicates }) => replicates.length > summary.n);
}

/** Whether runs learned from teachers of several seeds: the student's seed alone does not name one then. */
export function hasSeveralTeacherSeeds(replicates: readonly Replicate[]): boolean {
  return new Set(replicates.flatMap(({ teacherSeed }) => teacherSeed ?? [])).size > 1;
}

/** The last column of a table with a row per run: the teacher's seed, where there are several; else there is none. */
export function teacherSeedColumn(all: readonly Pick<Measured, "replicates">[]): {
  readonly columns: readonly string[];
  cells(replicate: Replicate): Cell[];
} {
  const isThere = hasSeveralTeacherSeeds(all.flatMap(({ replicates }) => replicates));
  return {
    columns: isThere ? ["teacher_seed"] : [],
    cells: ({ teacherSeed }) => (isThere ? [teacherSeed] : []),
  };
}
