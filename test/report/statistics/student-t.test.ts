import assert from "node:assert/strict";
import fc from "fast-check";
import { tQuantile } from "../../../src/report/statistics/student-t.js";

/** Percentage points of the t distribution as printed in the NIST/SEMATECH handbook, 1.3.6.7.2: [df, 97.5 %, 99.5 %]. */
const published: readonly (readonly [number, number, number])[] = [
  [1, 12.706, 63.657],
  [2, 4.303, 9.925],
  [3, 3.182, 5.841],
  [4, 2.776, 4.604],
  [5, 2.571, 4.032],
  [7, 2.365, 3.499],
  [9, 2.262, 3.25],
  [10, 2.228, 3.169],
  [15, 2.131, 2.947],
  [24, 2.064, 2.797],
  [30, 2.042, 2.75],
  [60, 2.0, 2.66],
  [100, 1.984, 2.626],
];

describe("t quantiles", () => {
  for (const [df, at975, at995] of published) {
    it(`are those of the printed table for ${df} degrees of freedom`, () => {
      assert.equal(tQuantile(df, 0.95).toFixed(3), at975.toFixed(3));
      assert.equal(tQuantile(df, 0.99).toFixed(3), at995.toFixed(3));
    });
  }

  it("are exact where there is a closed form", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.999, noNaN: true }), (confidence) => {
        const cauchy = Math.tan((Math.PI / 2) * confidence);
        const two = confidence * Math.sqrt(2 / (1 - confidence * confidence));
        assert.ok(Math.abs(tQuantile(1, confidence) / cauchy - 1) < 1e-9);
        assert.ok(Math.abs(tQuantile(2, confidence) / two - 1) < 1e-9);
      }),
    );
  });

  it("grow with the confidence, shrink with the degrees of freedom, and end at the normal's", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.05, max: 0.99, noNaN: true }),
        (df, confidence) => {
          assert.ok(tQuantile(df, confidence) > tQuantile(df + 1, confidence));
          assert.ok(tQuantile(df, confidence) < tQuantile(df, confidence + 0.005));
        },
      ),
    );
    assert.ok(Math.abs(tQuantile(1_000_000, 0.95) - 1.959964) < 1e-5);
  });

  it("refuse what has no quantile", () => {
    for (const df of [0, -1, 1.5, NaN]) assert.throws(() => tQuantile(df, 0.95), RangeError);
    for (const confidence of [0, 1, -0.1, NaN]) assert.throws(() => tQuantile(3, confidence), RangeError);
  });
});
