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

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function readCsv(path: string, bytes: Uint8Array): LogitTable {
  if (bytes.byteLength > csvLimit) {
    const found = `${bytes.byteLength} bytes`;
    throw refusal([{ path, expected: `a CSV file of at most ${csvLimit} bytes`, found, hint: "save it as .npy" }]);
  }
  const all = parseCsv(path, bytes);
  const [first] = all;
  const header = first?.record[0]?.trim().toLowerCase() === "path" ? first : undefined;
  const records = header === undefined ? all : all.slice(1);
  const width = (header ?? first)?.record.length ?? 0;
  if (records.length === 0 || width < 2) {
    throw refusal([{ path, expected: "rows of a path and a logit per class", found: "none" }]);
  }
  const columns = width - 1;
  const values = new Float32Array(records.length * columns);
  const place = (row: number): string => `${path}:${records[row]?.info.lines ?? 0}`;
  const issues: Issue[] = [];
  records.forEach(({ record }, row) => {
    if (record.length !== width) {
      issues.push({ path: place(row), expected: `a path and ${columns} logits`, found: `${record.length} fields` });
      return;
    }
    if (record[0]?.trim() === "") issues.push({ path: place(row), expected: "an image's path", found: "nothing" });
    for (let column = 0; column < columns; column++) {
      const field = record[column + 1]?.trim() ?? "";
      const value = field === "" ? Number.NaN : Number(field);
      if (Number.isFinite(Math.fround(value))) values[row * columns + column] = value;
      else issues.push({ path: place(row), expected: "finite numbers", found: JSON.stringify(field) });
    }
  });
  if (issues.length > 0) throw refusal(issues);
  const columnNames = header === undefined ? null : header.record.slice(1).map((name) => name.trim());
  return { columnNames, columns, paths: records.map(({ record }) => record[0] ?? ""), values, place };
}

function parseCsv(path: string, bytes: Uint8Array): CsvRecord[] {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true };
    return parse(Buffer.from(bytes), options) as unknown as CsvRecord[];
  } catch (error) {
    const found = (error as Error).message.split("\n", 1)[0] ?? "";
    throw refusal([{ path, expected: "CSV", found: `an error: ${found}` }]);
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
