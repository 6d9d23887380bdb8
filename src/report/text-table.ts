/** A table for a terminal. The first column is left-aligned, the others right-aligned. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const gap = "  ";
const leastFirst = 12;

function lettersOf(text: string): string[] {
  return Array.from(text);
}

function length(text: string): number {
  return lettersOf(text).length;
}

function cut(text: string, width: number): string {
  const letters = lettersOf(text);
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join("")}…`;
}

function cutStart(text: string, width: number): string {
  const letters = lettersOf(text);
  return letters.length <= width ? text : `…${letters.slice(1 - width).join("")}`;
}

/** Cells of at most `width` characters: cut at the end, or, where different ones would then look alike, at the start. */
function cutAll(cells: readonly string[], width: number): string[] {
  const atEnd = cells.map((cell) => cut(cell, width));
  if (new Set(atEnd).size === new Set(cells).size) return atEnd;
  return cells.map((cell) => cutStart(cell, width));
}

/** Lines of at most `width` characters: where the cells need more, the first column is cut, with an ellipsis. */
export function layOut(table: TextTable, width: number): string[] {
  const all = [table.columns, ...table.rows];
  const widths = table.columns.map((_, column) => Math.max(...all.map((row) => length(row[column] ?? ""))));
  const others = widths.slice(1).reduce((sum, each) => sum + each + gap.length, 0);
  const first = Math.max(leastFirst, Math.min(widths[0] ?? 0, width - others));
  const allNames = all.map(([name = ""]) => name);
  const names = cutAll(allNames, first);
  return all.map(([, ...cells], line) =>
    [padEnd(names[line] ?? "", first), ...cells.map((cell, index) => pad(cell, widths[index + 1] ?? 0))]
      .join(gap)
      .trimEnd(),
  );
}

function padEnd(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - length(cell)));
}

function pad(cell: string, width: number): string {
  return " ".repeat(Math.max(0, width - length(cell))) + cell;
}
