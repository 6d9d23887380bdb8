/** Edit distance: insertions, deletions, replacements and swaps of neighbours, one each. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) least = Math.min(least, at(beforeLast, column - 2) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

/** The candidates, the nearest to `word` first; equally near ones in their own order. */
export function byDistance(word: string, candidates: readonly string[]): string[] {
  const short = word.slice(0, 100);
  return candidates
    .map((candidate) => ({ candidate, distance: distance(short, candidate) }))
    .sort((one, other) => one.distance - other.distance)
    .map(({ candidate }) => candidate);
}

/** The candidate that `word` most likely meant; undefined where none is near (a third of its letters, at least two). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [first] = byDistance(word, candidates);
  if (first === undefined) return undefined;
  return distance(word.slice(0, 100), first) <= Math.max(2, Math.floor(first.length / 3)) ? first : undefined;
}

/** A candidate that begins with the word is near; so is a dotted one to a word that lacks its group: `temperature`. */
function distance(word: string, candidate: string): number {
  const [lower, whole] = [word.toLowerCase(), candidate.toLowerCase()];
  const ofWhole =
    lower.length >= 3 && whole.startsWith(lower)
      ? Math.min(1, whole.length - lower.length)
      : editDistance(lower, whole);
  if (word.includes(".")) return ofWhole;
  const last = whole.slice(whole.lastIndexOf(".") + 1);
  return Math.min(ofWhole, editDistance(lower, last) + 1.5);
}

/** The hint for an unknown name; undefined where nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = nearest(word, candidates);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}
