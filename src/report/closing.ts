import type { Comparison, ComparisonRow } from "./comparison.js";
import type { Evidence } from "./evidence.js";
import { axisTitle, quantities } from "./quantities.js";
import { leastSeeds, resamples } from "./statistics/bootstrap.js";
import { firstNamed } from "./values.js";

const mostNamed = 10;

/** What the finding rests on, by which of the tested rows have a bootstrap interval. */
function findingLine(tested: readonly Evidence[]): string {
  const start = "finding: by p over seeds below 0.05";
  const having = tested.filter(({ bootstrap }) => bootstrap !== null).length;
  if (having === 0) return `${start} alone; there is no bootstrap interval of this metric here.`;
  const where = having < tested.length ? ", where there is one," : "";
  return `${start}, the bootstrap interval${where} excluding zero on the same side.`;
}

/** What a comparison could not compare, and what else a reader must know of it, a line each. */
export function remarks({ alone, notes }: Comparison): string[] {
  return [
    ...(alone.length === 0 ? [] : [`Nothing to compare with: ${firstNamed(alone, mostNamed)}`]),
    ...notes.map((note) => `Note: ${note}`),
  ];
}

/**
 * How to read a comparison's columns, a sentence each, and what it could not compare.
 * @param options whether the columns' heads are short, and whether several comparisons share these sentences
 */
export function closing(
  comparison: Comparison,
  { isNarrow, isShared }: { readonly isNarrow: boolean; readonly isShared: boolean },
): string[] {
  const rows = comparison.blocks.flatMap((block) => block.rows);
  const evidence = rows.flatMap((row) => row.evidence ?? []);
  const tested = (test: "seeds" | "images"): number =>
    new Set(rows.filter(({ evidence: own }) => own?.[test] != null).map(pairName)).size;
  const family = (count: number): string =>
    isShared ? "all comparisons of one title" : count === 1 ? "1 comparison" : `${count} comparisons`;
  const short = (head: string): string => (isNarrow ? ` (${head})` : "");
  const several = evidence.some(({ images }) => (images?.seeds ?? 0) > 1);
  const lines = [
    `${axisTitle(quantities[comparison.metric])}; ± half the 95 % t interval over seeds (from three up); differences are paired by seed.`,
  ];
  const drawn = rows.filter((row) => row.evidence?.bootstrap != null);
  if (drawn.length > 0) {
    const isFew = drawn.some((row) => row.difference !== null && row.difference.n < leastSeeds);
    const narrow = isFew ? ` Of fewer than ${leastSeeds} seeds it is too narrow.` : "";
    lines.push(`bootstrap: 95 % interval of the difference over seeds and images, ${resamples} resamples.${narrow}`);
  }
  const bySeeds = evidence.filter(({ seeds: test }) => test !== null);
  if (bySeeds.length > 0) {
    const count = tested("seeds");
    const only = isShared || count > 1 ? " Intervals are not corrected for the number of comparisons." : "";
    lines.push(`p over seeds${short("p seed")}: paired t test, Holm's correction for ${family(count)}.${only}`);
    lines.push(findingLine(bySeeds));
  }
  if (evidence.some(({ images }) => images !== null)) {
    const how = several ? ", an image counting once, for the side that is right under more seeds" : "";
    lines.push(
      `p on images${short("p img")}: exact McNemar test${how}; Holm's correction for ${family(tested("images"))}. It says nothing of other trainings.`,
    );
  }
  if (evidence.some(({ seedsToSeePoint }) => seedsToSeePoint !== null)) {
    lines.push(
      `seeds for 1 point${short("1 pt")}: to see a true difference of one point with a chance of 0.8 (level 0.05, two-sided).`,
    );
  }
  return [...lines, ...remarks(comparison)];
}

function pairName({ configuration, against }: ComparisonRow): string {
  return `${configuration} ${against ?? ""}`;
}
