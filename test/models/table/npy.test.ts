import assert from "node:assert/strict";
import fc from "fast-check";
import { readNpy } from "../../../src/models/table/npy.js";
import { npy, npyHeader } from "./files.js";

/** What `numpy.save` of NumPy 2.4 wrote for `np.array([[1, -2.5, 0.1], [65504, 0, 6e-8]], dtype)`, base64. */
const numpyFiles: Readonly<Record<string, string>> = {
  "<f2":
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAPADBZi7/ewAAAQA=",
};

function matrix(bytes: Uint8Array): number[][] {
  const read = readNpy(bytes);
  assert.ok(!("reason" in read), JSON.stringify(read));
  return Array.from({ length: read.rows }, (_, row) => [
    ...read.values.subarray(row * read.columns, (row + 1) * read.columns),
  ]);
}

function reason(bytes: Uint8Array): string {
  const read = readNpy(bytes);
  assert.ok("reason" in read, "it was read");
  return `${read.reason}${read.hint === undefined ? "" : ` (${read.hint})`}`;
}

describe("a .npy file", () => {
  it("is read as NumPy wrote it", () => {
    const bytes = Buffer.from(numpyFiles["<f2"]!, "base64");
    // 0.1 and 6e-8 in half precision.
    assert.deepEqual(matrix(bytes), [
      [1, -2.5, 0.0999755859375],
      [65504, 0, 2 ** -24],
    ]);
  });

  it("gives every float32, and float64 as the nearest, in all versions of the format", () => {
    const rows = fc.array(fc.tuple(fc.float(), fc.float(), fc.float()), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.constantFrom(1, 2, 3), fc.constantFrom("<f4", "<f8"), (values, version, type) => {
        assert.deepEqual(matrix(npy(values, { type, version })), values);
      }),
    );
    assert.deepEqual(matrix(npy([[0.1]], { type: "<f8" })), [[Math.fround(0.1)]]);
  });

  const good = npy([
    [1, 2],
    [3, 4],
  ]);
  const broken: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    "an empty file": [new Uint8Array(), /does not begin as numpy\.save's/],
    "another kind of file": [Buffer.from("path,daisy,roses\n1,2,3\n"), /does not begin/],
    "a version to come": [Uint8Array.from(good, (byte, i) => (i === 6 ? 9 : byte)), /version 9/],
    "a cut in the header": [good.subarray(0, 40), /cut short in its header/],
    "a cut in the values": [good.subarray(0, good.length - 3), /13 bytes of values where the header says 16/],
    "more values than rows": [Buffer.concat([good, Buffer.alloc(8)]), /24 bytes of values where/],
    "a header of four gigabytes": [
      Uint8Array.from(npy([[1]], { version: 2 }), (byte, i) => (i >= 8 && i < 12 ? 255 : byte)),
      /a header of 4294967295 bytes/,
    ],
    "a shape of 10^14 rows": [npyHeader("'<f4'", "False", "(100000000000000, 5)"), /0 bytes of values/],
    "a shape without end": [npyHeader("'<f4'", "False", `(${"9".repeat(300)}, 5)`), /an array of shape/],
    "a negative shape": [npyHeader("'<f4'", "False", "(-1, 5)"), /an array of shape \(-1, 5\)/],
    "a vector": [npyHeader("'<f4'", "False", "(4,)"), /an array of shape \(4,\)/],
    "a single number": [npyHeader("'<f4'", "False", "()"), /an array of shape \(\)/],
    "a cube": [npyHeader("'<f4'", "False", "(2, 2, 2)"), /an array of shape/],
    "big-endian numbers": [npyHeader("'>f4'", "False", "(2, 2)"), /type >f4 \(save logits\.astype/],
    "whole numbers": [npyHeader("'<i8'", "False", "(2, 2)"), /type <i8/],
    "pickled objects": [npyHeader("'|O'", "False", "(2, 2)"), /type \|O/],
    records: [npyHeader("[('a', '<f4'), ('b', '<f4')]", "False", "(2,)"), /records of several fields/],
    "Fortran order": [npyHeader("'<f4'", "True", "(2, 2)"), /Fortran order \(save np\.ascontiguousarray/],
    "a header of nothing": [npyHeader("", "", ""), /a header without a matrix/],
  };
  for (const [what, [bytes, expected]] of Object.entries(broken)) {
    it(`with ${what} is refused for it`, () => {
      assert.match(reason(bytes), expected);
    });
  }

  it("of any bytes is read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, headed) => {
        readNpy(headed ? Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), bytes]) : bytes);
      }),
    );
  });
});
