import assert from "node:assert/strict";
import fc from "fast-check";
import { matchLogits } from "../../../src/models/table/match.js";
import { readTable, tableFiles, type LogitTable } from "../../../src/models/table/rows.js";
import { formatIssue, UserError } from "../../../src/trial/issue.js";
import { csv, npy } from "./files.js";

const classNames = ["daisy", "roses", "tulips"];
const sources = ["roses/2.jpg", "daisy/1.jpg", "tulips/a b.jpg", "daisy/3.jpg"];
/** Of each source, so that a value tells its image and class. */
const rows = sources.map((_, image) => classNames.map((_, label) => 10 * image + label));

const fromCsv = (text: string): LogitTable => readTable("t.csv", [Buffer.from(text)]);
const fromNpy = (bytes: Uint8Array, paths: string): LogitTable => readTable("t.npy", [bytes, Buffer.from(paths)]);
const matched = (table: LogitTable): number[] => [...matchLogits("t.csv", table, { sources, classNames }).logits];

function refused(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.issues.map(formatIssue).join("\n");
  }
  assert.fail("nothing was refused");
}

describe("a table of logits", () => {
  it("gives each image its own row, in whatever order the file has them", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.boolean(), (order, header) => {
        const paths = order.map((image) => sources[image]!);
        const values = order.map((image) => rows[image]!);
        assert.deepEqual(matched(fromCsv(csv(paths, values, header ? classNames : undefined))), rows.flat());
        assert.deepEqual(matched(fromNpy(npy(values), `${paths.join("\n")}\n`)), rows.flat());
      }),
    );
  });

  it("puts columns that the header names into the data set's order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), fc.boolean(), (order, numbered) => {
        const names = order.map((label) => (numbered ? String(label) : classNames[label]!));
        const values = rows.map((row) => order.map((label) => row[label]!));
        assert.deepEqual(matched(fromCsv(csv(sources, values, names))), rows.flat());
      }),
    );
  });

  it("knows an image by the end of its path: the class's folder and the file's name", () => {
    const written = ["flowers/roses/2.jpg", "./daisy/1.jpg", "/data/flowers/tulips/a b.jpg", "flowers\\daisy\\3.jpg"];
    assert.deepEqual(matched(fromCsv(csv(written, rows))), rows.flat());
    assert.match(
      refused(() => matched(fromCsv(csv(["2.jpg", "1.jpg", "a b.jpg", "3.jpg"], rows)))),
      /none for 4 of them .*its paths are like 2\.jpg; they must end in the class's folder and the file's name/,
    );
  });

  it("takes what spreadsheets and other systems write: a byte order mark, CRLF, quotes, blanks, empty lines", () => {
    const text = `\uFEFFpath, daisy ,roses,tulips\r\n${sources
      .map((path, image) => `"${path}", ${rows[image]!.join(" , ")}`)
      .join("\r\n\r\n")}\r\n`;
    assert.deepEqual(matched(fromCsv(text)), rows.flat());
    assert.deepEqual(matched(fromNpy(npy(rows), `\uFEFF${sources.join("\r\n")}`)), rows.flat());
  });

  it("leaves rows of other images out, and says so", () => {
    const others = Array.from({ length: 7 }, (_, i) => `daisy/${i + 10}.jpg`);
    const table = fromCsv(csv([...others, ...sources], [...others.map(() => [0, 0, 0]), ...rows]));
    const { logits, notes } = matchLogits("t.csv", table, { sources, classNames });
    assert.deepEqual([...logits], rows.flat());
    assert.deepEqual(notes, [
      "t.csv: 7 rows of images that are not in the data set are left out " +
        "(daisy/10.jpg, daisy/11.jpg, daisy/12.jpg, daisy/13.jpg, daisy/14.jpg, ...)",
    ]);
  });

  const broken: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    "images without a row": [
      () => matched(fromCsv(csv(sources.slice(2), rows.slice(2)))),
      /^t\.csv: expected a row for each of the 4 images, found none for 2 of them \(roses\/2\.jpg, daisy\/1\.jpg\) \(write/,
    ],
    "an image twice": [
      () => matched(fromCsv(csv([...sources, "x/daisy/1.jpg"], [...rows, [0, 0, 0]]))),
      /^t\.csv:5: expected one row per image, found daisy\/1\.jpg again, after t\.csv:2$/,
    ],
    "another number of classes": [
      () => matched(fromCsv(csv(sources, rows.map((row) => [...row, 1])))), // prettier-ignore
      /^t\.csv: expected 3 logits a row, one per class \(daisy, roses, tulips\), found 4$/,
    ],
    "other classes": [
      () => matched(fromCsv(csv(sources, rows, ["daisy", "rose", "tulips"]))),
      /^t\.csv:1: expected columns named after the classes: path,daisy,roses,tulips, found path,daisy,rose,tulips \(there is no roses\)$/,
    ],
    "a class twice": [
      () => matched(fromCsv(csv(sources, rows, ["daisy", "daisy", "tulips"]))),
      /^t\.csv:1: expected columns named after the classes/,
    ],
    "a value that is no number": [
      () => fromCsv("path,a,b\ndaisy/1.jpg,1,2\ndaisy/2.jpg,1,nan\ndaisy/3.jpg,,1e999\ndaisy/4.jpg,1e39,1\n"),
      /^t\.csv:3: expected finite numbers, found "nan"\nt\.csv:4: .*""\nt\.csv:4: .*"1e999"\nt\.csv:5: .*"1e39"$/,
    ],
    "a row that is too short": [
      () => fromCsv("path,a,b\ndaisy/1.jpg,1,2\ndaisy/2.jpg,1\n"),
      /^t\.csv:3: expected a path and 2 logits, found 2 fields$/,
    ],
    "a row without a path": [() => fromCsv("path,a,b\n,1,2\n"), /^t\.csv:2: expected an image's path, found nothing$/],
    "nothing in it": [() => fromCsv(""), /^t\.csv: expected rows of a path and a logit per class, found none$/],
    "a header alone": [() => fromCsv("path,a,b\n"), /expected rows .*found none$/],
    "paths alone": [() => fromCsv("daisy/1.jpg\ndaisy/2.jpg\n"), /expected rows .*found none$/],
    "a quote without end": [() => fromCsv('path,a\n"daisy/1.jpg,1\n'), /^t\.csv: expected CSV, found an error: /],
    "a row of commas without end": [
      () => fromCsv(`path,a\ndaisy/1.jpg,1\n${",".repeat(2_000_000)}`),
      /^t\.csv:3: expected at most 1048576 bytes a row, found more$/,
    ],
    "a quoted text of megabytes": [
      () => fromCsv(`path,a\n"${"x\n".repeat(1_000_000)}",1\n`),
      /^t\.csv: expected CSV, found an error: Max Record Size/,
    ],
    "bytes that are no UTF-8": [
      () => matched(readTable("t.csv", [Buffer.from("path,daisy,roses,tulips\n\xff\xfe.jpg,1,2,3\n", "latin1")])),
      /^t\.csv: expected a row for each of the 4 images, found none for 4 of them/,
    ],
    "NaN in the matrix": [
      () => fromNpy(npy([[0, 1], [NaN, 1], [1, -Infinity]]), "a\nb\nc\n"), // prettier-ignore
      /^t\.txt:2: expected finite float32 numbers, found NaN\nt\.txt:3: .*found -Infinity$/,
    ],
    "more paths than rows": [
      () => fromNpy(npy([[0, 1]]), "a\nb\n"),
      /^t\.txt: expected 1 paths, one for each row of t\.npy, found 2$/,
    ],
    "an empty path": [() => fromNpy(npy([[0, 1], [0, 1]]), "a\n\n"), /^t\.txt:2: .*found nothing$/], // prettier-ignore
    "a matrix of another kind": [
      () => fromNpy(Buffer.from("PK"), "a\n"),
      /^t\.npy: expected a matrix of float16, float32 or float64, little-endian, in C order, found a file that does not/,
    ],
  };
  for (const [what, [work, expected]] of Object.entries(broken)) {
    it(`with ${what} is refused, with its place`, () => {
      assert.match(refused(work), expected);
    });
  }

  it("shows the first errors of very many", () => {
    const text = csv(Array.from({ length: 500 }, (_, i) => `daisy/${i}.jpg`), Array(500).fill([NaN])); // prettier-ignore
    const shown = refused(() => fromCsv(text)).split("\n");
    assert.equal(shown.length, 11);
    assert.equal(shown.at(-1), "t.csv: expected a table of logits, found 490 more errors");
  });

  it("is a .csv, or a .npy with a .txt beside it", () => {
    assert.deepEqual(tableFiles("/a/logits.csv"), ["/a/logits.csv"]);
    assert.deepEqual(tableFiles("/a.b/logits.NPY"), ["/a.b/logits.NPY", "/a.b/logits.txt"]);
  });
});
