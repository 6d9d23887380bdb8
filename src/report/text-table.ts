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

/**
 * Lines of at most `width` characters.
 * @param long what becomes of the first column where the cells need more: it is cut, with an ellipsis, or what does not fit
 *   stands on a line of its own above the other cells
 */
export function layOut(table: TextTable, width: number, long: "cut" | "own line" = "cut"): string[] {
  const all = [table.columns, ...table.rows];
  const widths = table.columns.map((_, column) => Math.max(...all.map((row) => length(row[column] ?? ""))));
  const others = widths.slice(1).reduce((sum, each) => sum + each + gap.length, 0);
  const least = long === "cut" ? leastFirst : 0;
  const first = Math.max(least, Math.min(widths[0] ?? 0, width - others));
  const allNames = all.map(([name = ""]) => name);
  const names = long === "cut" ? cutAll(allNames, first) : allNames;
  return all.flatMap(([, ...cells], line) => {
    const name = names[line] ?? "";
    const isOver = length(name) > first;
    const padded = cells.map((cell, index) => pad(cell, widths[index + 1] ?? 0));
    const row = [padEnd(isOver ? "" : name, first), ...padded].join(gap).trimEnd();
    return isOver ? [cut(name, width), row] : [row];
  });
}

function padEnd(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - length(cell)));
}

function pad(cell: string, width: number): string {
  return " ".repeat(Math.max(0, width - length(cell))) + cell;
}
