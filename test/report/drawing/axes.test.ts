import assert from "node:assert/strict";
import fc from "fast-check";
import { bounds, spansMagnitudes, wrapped } from "../../../src/report/drawing/axes.js";

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
