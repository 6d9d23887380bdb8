import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bounds,
  logarithmicBounds,
  logarithmicTicks,
  spansMagnitudes,
  wrapped,
} from "../../../src/report/drawing/axes.js";

describe("an axis", () => {
  it("holds all values and stays within what can be", () => {
    const values = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, (all) => {
        const { min, max } = bounds(all, { least: 0, most: 100 });
        assert.ok(min >= 0 && max <= 100 && min < max);
        for (const value of all) assert.ok(min <= value && value <= max, `${value} outside ${min}..${max}`);
      }),
    );
  });

  it("ends at round numbers", () => {
    assert.deepEqual(bounds([67.8, 95.3], { least: 0, most: 100 }), { min: 65, max: 100 });
    assert.deepEqual(bounds([0.31, 1.48]), { min: 0.2, max: 1.6 });
    assert.deepEqual(bounds([50, 50], { least: 0, most: 100 }), { min: 47, max: 53 });
    assert.deepEqual(bounds([5e-324], { least: 0, most: 100 }), { min: 0, max: 0.6 });
    assert.deepEqual(bounds([0, 95]), { min: 0, max: 100 });
    assert.deepEqual(bounds([0, 0]), { min: 0, max: 0.6 });
    assert.deepEqual(bounds([16.67, 16.67], { least: 0, most: 100, span: 4 }), { min: 14, max: 19 });
  });

  it("is logarithmic only for positive values that span", () => {
    assert.ok(spansMagnitudes([0.1, 10], 5));
    assert.ok(!spansMagnitudes([1, 4], 5));
    assert.ok(!spansMagnitudes([0, 1000], 5));
    assert.ok(!spansMagnitudes([], 5));
  });

  it("that is logarithmic has ticks at round numbers, and no more than it has room for", () => {
    assert.deepEqual(logarithmicTicks({ min: 1.5, max: 8 }), [2, 3, 5, 7]);
    assert.deepEqual(logarithmicTicks({ min: 0.8, max: 130 }), [1, 2, 5, 10, 20, 50, 100]);
    assert.deepEqual(logarithmicTicks({ min: 0.015, max: 130 }), [0.03, 0.1, 0.3, 1, 3, 10, 30, 100]);
    assert.deepEqual(logarithmicTicks({ min: 0.001, max: 1000 }), [0.001, 0.01, 0.1, 1, 10, 100, 1000]);
    const magnitude = fc.double({ min: -300, max: 300, noNaN: true });
    fc.assert(
      fc.property(magnitude, fc.double({ min: 0.7, max: 8, noNaN: true }), (low, span) => {
        const { min, max } = logarithmicBounds([10 ** low, 10 ** (low + span)], 0.03);
        const ticks = logarithmicTicks({ min, max });
        assert.ok(ticks.length >= 2 && ticks.length <= 9, String(ticks.length));
        assert.ok(ticks.every((tick) => tick >= min && tick <= max));
        assert.deepEqual(
          ticks,
          [...new Set(ticks)].sort((a, b) => a - b),
        );
      }),
    );
    assert.equal(logarithmicTicks({ min: 1e-100, max: 1e100 }).length, 9);
  });
});

describe("a long label", () => {
  it("is broken at spaces and loses nothing", () => {
    assert.deepEqual(wrapped("kd_ce τ=5 α=0.9 + flip_crop", 16), ["kd_ce τ=5 α=0.9", "+ flip_crop"]);
    assert.equal(wrapped("hard", 16), "hard");
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 5, max: 40 }), (label, letters) => {
        const lines = wrapped(label, letters);
        assert.equal(typeof lines === "string" ? lines : lines.join(" "), label);
      }),
    );
  });
});
