import type { ImageArrayInfo } from "../../data/images.js";
import type { Issue } from "../../trial/issue.js";
import { refusal, type LogitTable } from "./rows.js";

/** A table's rows in an image array's order. */
export interface MatchedLogits {
  /** `[count, classes]`, row-major; row `i` is image `i`. */
  readonly logits: Float32Array;
  /** What a user should know though nothing is wrong. */
  readonly notes: readonly string[];
}

type Images = Pick<ImageArrayInfo, "sources" | "classNames">;

/** How many names a message shows. */
const shownNames = 5;

/**
 * Puts a table's rows into the order of an image array and its columns into the order of its classes.
 *
 * A row's path names the image whose source it is or ends in (whole folders: `photos/daisy/1.jpg` and `./daisy/1.jpg` are
 * `daisy/1.jpg`); `\` counts as `/`. Rows of other images are left out, with a note.
 * @throws UserError for another number of classes or other class names, for images without a row (how many, and the first
 *   few), and for images with several
 */
export function matchLogits(path: string, table: LogitTable, images: Images): MatchedLogits {
  const order = columnOrder(path, table, images.classNames);
  const imageOf = new Map(images.sources.map((source, image) => [source, image]));
  const rowOf = new Map<number, number>();
  const unknown: string[] = [];
  const repeated: Issue[] = [];
  table.paths.forEach((name, row) => {
    const image = imageNamed(name, imageOf);
    if (image === undefined) {
      unknown.push(name);
      return;
    }
    const first = rowOf.get(image);
    if (first === undefined) rowOf.set(image, row);
    else {
      const found = `${images.sources[image] ?? ""} again, after ${table.place(first)}`;
      repeated.push({ path: table.place(row), expected: "one row per image", found });
    }
  });
  if (repeated.length > 0) throw refusal(repeated);
  const missing = images.sources.filter((_, image) => !rowOf.has(image));
  if (missing.length > 0) throw refusal([missingIssue(path, missing, unknown, images.sources.length)]);
  const logits = new Float32Array(images.sources.length * order.length);
  for (const [image, row] of rowOf) {
    order.forEach((column, label) => {
      logits[image * order.length + label] = table.values[row * table.columns + column] ?? Number.NaN;
    });
  }
  const extra = `${path}: ${unknown.length} rows of images that are not in the data set are left out (${some(unknown)})`;
  return { logits, notes: unknown.length === 0 ? [] : [extra] };
}

/** Without its first folders, one after the other, until an image is called so. */
function imageNamed(name: string, imageOf: ReadonlyMap<string, number>): number | undefined {
  const parts = name.trim().replaceAll("\\", "/").split("/");
  for (let first = 0; first < parts.length; first++) {
    const image = imageOf.get(parts.slice(first).join("/"));
    if (image !== undefined) return image;
  }
  return undefined;
}

function missingIssue(path: string, missing: readonly string[], unknown: readonly string[], count: number): Issue {
  const all = missing.length === count && unknown.length > 0;
  return {
    path,
    expected: `a row for each of the ${count} images`,
    found: `none for ${missing.length} of them (${some(missing)})`,
    hint: all
      ? `its paths are like ${unknown[0] ?? ""}; they must end in the class's folder and the file's name`
      : "write the file again for the whole data set",
  };
}

/** The table's column of each class. */
function columnOrder(path: string, { columnNames, columns }: LogitTable, classNames: readonly string[]): number[] {
  const classes = classNames.length;
  if (columns !== classes) {
    const found = columnNames === null ? String(columns) : `${columns} (${some(columnNames)})`;
    throw refusal([{ path, expected: `${classes} logits a row, one per class (${some(classNames)})`, found }]);
  }
  const inOrder = classNames.map((_, label) => label);
  if (columnNames === null) return inOrder;
  for (const names of [classNames, inOrder.map(String)]) {
    const order = names.map((name) => columnNames.indexOf(name));
    if (!order.includes(-1)) return order;
  }
  const lacking = classNames.filter((name) => !columnNames.includes(name));
  const expected = `columns named after the classes: path,${classNames.join(",")}`;
  throw refusal([
    { path: `${path}:1`, expected, found: `path,${columnNames.join(",")}`, hint: `there is no ${some(lacking)}` },
  ]);
}

function some(names: readonly string[]): string {
  return names.length <= shownNames ? names.join(", ") : `${names.slice(0, shownNames).join(", ")}, ...`;
}
