import assert from "node:assert/strict";
import fc from "fast-check";
import { levels } from "../../../src/report/drawing/levels.js";

describe("values that would hide each other", () => {
  it("stand on different levels, the first free one each", () => {
    assert.deepEqual(levels([3, 3, 5, 3.5, 3], 1), [0, 1, 0, 2, 3]);
    assert.deepEqual(levels([], 1), []);
  });

  it("are never nearer than asked on one level", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { maxLength: 20 }), (values) => {
        const found = levels(values, 0.7);
        for (const [i, a] of values.entries()) {
          for (const [j, b] of values.entries()) {
            if (i < j && found[i] === found[j]) assert.ok(Math.abs(a - b) >= 0.7, `${a} and ${b}`);
          }
        }
      }),
    );
  });
});
