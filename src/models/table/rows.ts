import { extname } from "node:path";
import { parse } from "csv-parse/sync";
import { UserError, type Issue } from "../../trial/issue.js";
import { readNpy } from "./npy.js";

/** Logits as a file gives them. */
export interface LogitTable {
  /** What the columns are called; null where the file does not say. */
  readonly columnNames: readonly string[] | null;
  readonly columns: number;
  /** The image of each row, as the file names it. */
  readonly paths: readonly string[];
  /** `[paths.length, columns]`, row-major. */
  readonly values: Float32Array;
  /** Where a row stands, for messages: `logits.csv:12`. */
  place(row: number): string;
}

/** A longer text is no table of a sweep's images; as `.npy` it takes a fifth of the room. */
const csvLimit = 256 * 1024 * 1024;

/** The files that a table consists of: a `.npy` has its paths beside it. */
export function tableFiles(path: string): readonly string[] {
  return isNpy(path) ? [path, pathsOf(path)] : [path];
}

const isNpy = (path: string): boolean => extname(path).toLowerCase() === ".npy";
const pathsOf = (path: string): string => `${path.slice(0, -extname(path).length)}.txt`;

/**
 * Reads a table of logits from its files' bytes.
 * @param contents as `tableFiles` lists the files
 * @throws UserError naming the file and the line of what is wrong
 */
export function readTable(path: string, contents: readonly Uint8Array[]): LogitTable {
  const [first = new Uint8Array(), second = new Uint8Array()] = contents;
  return isNpy(path) ? readMatrix(path, first, second) : readCsv(path, first);
}

function readMatrix(path: string, bytes: Uint8Array, listed: Uint8Array): LogitTable {
  const matrix = readNpy(bytes);
  if ("reason" in matrix) {
    const expected = "a matrix of float16, float32 or float64, little-endian, in C order";
    const { reason, hint } = matrix;
    throw refusal([{ path, expected, found: reason, ...(hint === undefined ? {} : { hint }) }]);
  }
  const names = pathsOf(path);
  const paths = lines(listed);
  if (paths.length !== matrix.rows) {
    const expected = `${matrix.rows} paths, one for each row of ${path}`;
    throw refusal([{ path: names, expected, found: String(paths.length) }]);
  }
  const empty = paths.findIndex((line) => line.trim() === "");
  if (empty >= 0) throw refusal([{ path: `${names}:${empty + 1}`, expected: "an image's path", found: "nothing" }]);
  const place = (row: number): string => `${names}:${row + 1}`;
  const { columns, values } = matrix;
  checkFinite(values, columns, place);
  return { columnNames: null, columns, paths, values, place };
}

function lines(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  const all = text.split(/\r\n|\n/);
  if (all.at(-1) === "") all.pop();
  return all;
}

/** Rows of a CSV file as they come: nothing of a row is kept but its numbers, its path and its line. */
class CsvRows {
  columnNames: readonly string[] | null = null;
  /** Fields of the first row; 0 before it. */
  width = 0;
  readonly paths: string[] = [];
  readonly lines: number[] = [];
  readonly issues: Issue[] = [];
  private numbers = new Float32Array(1024);

  constructor(private readonly path: string) {}

  get values(): Float32Array {
    return this.numbers.subarray(0, this.paths.length * (this.width - 1));
  }

  add(record: readonly string[], line: number): void {
    if (this.width === 0) {
      this.width = record.length;
      if (record[0]?.trim().toLowerCase() === "path") {
        this.columnNames = record.slice(1).map((name) => name.trim());
        return;
      }
    }
    const place = `${this.path}:${line}`;
    if (record.length !== this.width) {
      this.issue(place, `a path and ${this.width - 1} logits`, `${record.length} fields`);
      return;
    }
    const path = record[0] ?? "";
    if (path.trim() === "") this.issue(place, "an image's path", "nothing");
    const start = this.paths.length * (this.width - 1);
    this.grow(start + this.width);
    for (let column = 1; column < this.width; column++) {
      const field = record[column]?.trim() ?? "";
      const value = field === "" ? Number.NaN : Number(field);
      if (Number.isFinite(Math.fround(value))) this.numbers[start + column - 1] = value;
      else this.issue(place, "finite numbers", JSON.stringify(field.slice(0, 60)));
    }
    this.paths.push(path);
    this.lines.push(line);
  }

  private issue(path: string, expected: string, found: string): void {
    this.issues.push({ path, expected, found });
  }

  private grow(count: number): void {
    if (count <= this.numbers.length) return;
    const larger = new Float32Array(2 * count);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

function readCsv(path: string, bytes: Uint8Array): LogitTable {
  if (bytes.byteLength > csvLimit) {
    const found = `${bytes.byteLength} bytes`;
    throw refusal([{ path, expected: `a CSV file of at most ${csvLimit} bytes`, found, hint: "save it as .npy" }]);
  }
  const long = longLine(bytes);
  if (long !== undefined) {
    throw refusal([{ path: `${path}:${long}`, expected: `at most ${mostRowBytes} bytes a row`, found: "more" }]);
  }
  const rows = new CsvRows(path);
  parseCsv(path, bytes, rows);
  const { columnNames, issues, lines, paths, values, width } = rows;
  if (issues.length > 0) throw refusal(issues);
  if (paths.length === 0 || width < 2) {
    throw refusal([{ path, expected: "rows of a path and a logit per class", found: "none" }]);
  }
  return { columnNames, columns: width - 1, paths, values, place: (row) => `${path}:${lines[row] ?? 0}` };
}

/** A longer row names no class each; more rows no images that anyone trains on here. */
const mostRowBytes = 1024 * 1024;
const mostRows = 4_000_000;
/** Errors beyond these are not looked for. */
const mostCounted = 10_000;

/** The number of the first line that is too long. The parser's own bound does not count delimiters. */
function longLine(bytes: Uint8Array): number | undefined {
  let line = 1;
  for (let at = 0, start = 0; at <= bytes.length; at++) {
    if (at - start > mostRowBytes) return line;
    if (bytes[at] !== 10 && bytes[at] !== 13) continue;
    if (bytes[at] === 10) line++;
    start = at + 1;
  }
  return undefined;
}

function parseCsv(path: string, bytes: Uint8Array, rows: CsvRows): void {
  let stopped: Issue | undefined;
  const on_record = (record: readonly string[], { lines }: { readonly lines: number }): null => {
    if (rows.paths.length >= mostRows) stopped ??= { path, expected: `at most ${mostRows} rows`, found: "more" };
    if (stopped !== undefined || rows.issues.length >= mostCounted) throw new Error("enough");
    rows.add(record, lines);
    return null;
  };
  const options = { bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: mostRowBytes };
  try {
    parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { ...options, on_record });
  } catch (error) {
    if (stopped !== undefined) throw refusal([stopped]);
    if (rows.issues.length > 0) return;
    const found = (error as Error).message.split("\n", 1)[0] ?? "";
    throw refusal([{ path, expected: "CSV", found: `an error: ${found.slice(0, 200)}` }]);
  }
}

function checkFinite(values: Float32Array, columns: number, place: (row: number) => string): void {
  const issues: Issue[] = [];
  for (let i = 0; i < values.length && issues.length <= mostIssues; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value)) continue;
    issues.push({ path: place(Math.floor(i / columns)), expected: "finite float32 numbers", found: String(value) });
  }
  if (issues.length > 0) throw refusal(issues);
}

/** More would push the first out of sight. */
const mostIssues = 10;

/** @param issues the first ones are shown */
export function refusal(issues: readonly Issue[]): UserError {
  const [first] = issues;
  const more = issues.length - mostIssues;
  const shown = issues.slice(0, mostIssues);
  if (first !== undefined && more > 0) {
    shown.push({ path: first.path.replace(/:\d+$/, ""), expected: "a table of logits", found: `${more} more errors` });
  }
  return new UserError("the teacher's logits cannot be used", 1, shown);
}
