import assert from "node:assert/strict";
import fc from "fast-check";
import { constantRate, trapezoidRate } from "../../src/training/learning-rate.js";

describe("learning rates", () => {
  it("stay", () => {
    assert.equal(constantRate(0.01)(7, 10), 0.01);
  });

  it("rise and fall in straight lines", () => {
    const rates = Array.from({ length: 10 }, (_, index) => trapezoidRate(0.8, 0.2)(index + 1, 10));
    const expected = [0.4, 0.8, 8 / 9, 7 / 9, 6 / 9, 5 / 9, 4 / 9, 3 / 9, 2 / 9, 1 / 9];
    rates.forEach((rate, i) => {
      const line = i < 2 ? expected[i]! : expected[i]! * 0.8;
      assert.ok(Math.abs(rate - line) < 1e-12, `step ${i + 1}: ${rate}, expected ${line}`);
    });
  });

  it("are positive and at most the given rate in every step", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (steps, warmUp) => {
        for (let step = 1; step <= steps; step++) {
          const rate = trapezoidRate(0.5, warmUp)(step, steps);
          assert.ok(rate > 0 && rate <= 0.5, `step ${step} of ${steps}: ${rate}`);
        }
      }),
    );
  });
});
