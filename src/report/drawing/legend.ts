/** Pixels that a row of a legend takes, about how many letters stand in one, and those that a mark and its margin take. */
const rowHeight = 26;
const rowLetters = 105;
const markLetters = 5;

/** Pixels that the rows of a legend beyond its first take: they make the picture higher, not the chart lower. */
export function furtherLegendRows(labels: readonly string[]): number {
  let rows = 0;
  let letters = rowLetters;
  for (const { length } of labels) {
    if (letters + length + markLetters > rowLetters) {
      rows++;
      letters = 0;
    }
    letters += length + markLetters;
  }
  return rowHeight * Math.max(0, rows - 1);
}
