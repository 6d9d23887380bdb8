import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson, sameValue } from "../../src/settings/canonical.js";
import type { Value } from "../../src/trial/value.js";

describe("settings: canonical JSON", () => {
  const written: readonly [unknown, string][] = [
    [{ b: 1, a: [true, null, "x"] }, '{"a":[true,null,"x"],"b":1}'],
    [{ outer: { z: 1, y: 2 } }, '{"outer":{"y":2,"z":1}}'],
    [1.0, "1"],
    [-0, "0"],
    [0.1 + 0.2, "0.3"],
    [1e-7, "1e-7"],
    [1 / 3, "0.333333333333"],
    [9007199254740991, "9007199254740991"],
    [{ gone: undefined, kept: 1 }, '{"kept":1}'],
    ['a "quote"', '"a \\"quote\\""'],
  ];
  for (const [value, expected] of written) {
    it(`writes ${expected}`, () => {
      assert.equal(canonicalJson(value), expected);
    });
  }

  it("refuses what JSON cannot write", () => {
    assert.throws(() => canonicalJson({ a: NaN }), /NaN has no place in an identity/);
  });

  it("is the same for any order of keys and reads back as what it was", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean())), (data) => {
        const reversed = Object.fromEntries(Object.entries(data).reverse());
        assert.equal(canonicalJson(reversed), canonicalJson(data));
        assert.deepEqual(JSON.parse(canonicalJson(data)), JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  it("sameValue tells type and value apart", () => {
    const pairs: readonly [Value | undefined, Value | undefined, boolean][] = [
      [1, 1.0, true],
      [0.3, 0.1 + 0.2, true],
      [1, "1", false],
      [null, undefined, false],
      [undefined, undefined, true],
      [[1, 2], [1, 2], true],
      [true, 1, false],
    ];
    for (const [one, other, same] of pairs) assert.equal(sameValue(one, other), same);
  });
});
