import assert from "node:assert/strict";
import fc from "fast-check";
import { greatest, measure } from "../../src/training/metrics.js";

describe("a split's metrics", () => {
  // Probabilities (1, 2, 5)/8 and (6, 1, 1)/8; the teacher's (4, 2, 2)/8 and (6, 1, 1)/8.
  const logits = Float32Array.from([1, 2, 5, 6, 1, 1].map(Math.log));
  const teacher = Float32Array.from([4, 2, 2, 6, 1, 1].map(Math.log));

  it("are those worked out by hand", () => {
    const { accuracy, crossEntropy, kl, agreement, ece } = measure(logits, 3, [2, 1], teacher);
    const near = (actual: number | null, expected: number): void => {
      assert.ok(Math.abs(actual! - expected) < 1e-6, `${actual}, expected ${expected}`);
    };
    assert.equal(accuracy, 0.5);
    assert.equal(agreement, 0.5);
    near(crossEntropy, (Math.log(8 / 5) + Math.log(8)) / 2);
    near(kl, (0.5 * Math.log(4) + 0 + 0.25 * Math.log(2 / 5)) / 2);
    // Confidences 0.625 (right, bin 10 of 15) and 0.75 (wrong, bin 12).
    near(ece, ((1 - 0.625) + 0.75) / 2); // prettier-ignore
  });

  it("count images of one bin together", () => {
    // Four of confidence 0.8, three of them right: |0.75 - 0.8|.
    const rows = Float32Array.from([4, 1, 4, 1, 4, 1, 4, 1].map(Math.log));
    assert.ok(Math.abs(measure(rows, 2, [0, 0, 0, 1], null).ece - 0.05) < 1e-6);
  });

  it("leave KL and agreement out without a teacher", () => {
    const { kl, agreement } = measure(logits, 3, [2, 1], null);
    assert.deepEqual([kl, agreement], [null, null]);
  });

  it("have no KL to itself, and a positive one to others", () => {
    const row = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(row, row, (one, other) => {
        const [a, b] = [Float32Array.from(one), Float32Array.from(other)];
        assert.equal(measure(a, 4, [0], a).kl, 0);
        assert.ok(measure(a, 4, [0], b).kl! >= -1e-12);
      }),
    );
  });

  it("are finite for logits of ±1e4", () => {
    const extreme = Float32Array.from([1e4, -1e4, 0, -1e4, 1e4, 1e4]);
    const metrics = measure(extreme, 3, [1, 0], Float32Array.from([0, 1e4, 0, 1, 2, 3]));
    assert.ok(Object.values(metrics).every((value) => value === null || Number.isFinite(value)));
  });

  it("choose the first of equal logits", () => {
    assert.equal(greatest(Float32Array.from([1, 3, 3, 2])), 1);
  });

  it("refuse an empty split and lengths that do not fit", () => {
    assert.throws(() => measure(new Float32Array(), 3, [], null), /at least one image/);
    assert.throws(() => measure(logits, 3, [0], null), /expected 1 x 3 logits, found 6/);
    assert.throws(() => measure(logits, 3, [0, 1], teacher.subarray(1)), /expected 2 x 3 logits, found 5/);
  });

  it("counts a label among the five greatest logits, the first of equals before", () => {
    const of = (label: number, logits = [6, 5, 4, 3, 2, 1]): number | null =>
      measure(Float32Array.from(logits), logits.length, [label], null).topK;
    assert.deepEqual([0, 1, 2, 3, 4, 5].map((label) => of(label)), [1, 1, 1, 1, 1, 0]); // prettier-ignore
    assert.deepEqual([0, 4, 5].map((label) => of(label, [1, 1, 1, 1, 1, 1])), [1, 1, 0]); // prettier-ignore
    assert.equal(of(0, [1, 2, 3, 4, 5]), null, "no more than five classes");
  });
});
