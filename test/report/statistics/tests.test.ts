import assert from "node:assert/strict";
import fc from "fast-check";
import { bootstrapInterval } from "../../../src/report/statistics/bootstrap.js";
import { holm } from "../../../src/report/statistics/holm.js";
import { pairedPower, pairsToSee } from "../../../src/report/statistics/power.js";
import { signTest } from "../../../src/report/statistics/sign-test.js";
import { tTwoSided } from "../../../src/report/statistics/student-t.js";

function close(actual: number, expected: number, within: number): void {
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
}

describe("the exact McNemar test", () => {
  it("gives the p-values of R's exact2x2 and of Agresti's approval ratings", () => {
    // exact2x2's manual: mcnemar.exact(matrix(c(21, 9, 2, 12), 2, 2)), p-value = 0.06543
    assert.equal(signTest(2, 9).toFixed(5), "0.06543");
    // Agresti, Categorical Data Analysis, approval ratings, 86 and 150 discordant pairs: R's binom.test(86, 236), 3.716e-05
    assert.equal(signTest(86, 150).toExponential(3), "3.716e-5");
    assert.equal(signTest(90, 10).toExponential(3), "3.063e-17"); // scipy.stats.binomtest(10, 100)
  });

  it("is the sum of a row of Pascal's triangle over a power of two", () => {
    assert.equal(signTest(0, 0), 1);
    close(signTest(0, 5), 2 / 32, 1e-12);
    close(signTest(6, 1), (2 * (1 + 7)) / 128, 1e-12);
  });

  it("is symmetric, at most 1, and smaller the more one-sided", () => {
    const count = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(count, count, (a, b) => {
        const p = signTest(a, b);
        assert.equal(p, signTest(b, a));
        assert.ok(p > 0 || Math.abs(a - b) > 700);
        assert.ok(p <= 1);
        if (a > b) assert.ok(signTest(a + 1, b) <= p + 1e-9);
      }),
    );
  });
});

describe("the two-sided p-value of t", () => {
  it("is that of R's paired t.test of Student's sleep data", () => {
    assert.equal(tTwoSided(-4.0621, 9).toPrecision(4), "0.002833"); // t = -4.0621, df = 9, p-value = 0.002833
  });

  it("is the level that a tabulated quantile stands for, and has its closed forms", () => {
    close(tTwoSided(12.7062047, 1), 0.05, 1e-8);
    close(tTwoSided(4.30265273, 2), 0.05, 1e-9);
    close(tTwoSided(1, 1), 0.5, 1e-12); // the quartiles of Cauchy's distribution
    assert.equal(tTwoSided(0, 7), 1);
    assert.equal(tTwoSided(Infinity, 2), 0);
  });
});

describe("Holm's correction", () => {
  it("gives R's p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm')", () => {
    const expected = [0.03, 0.06, 0.06, 0.02]; // 3 * 0.01, max(2 * 0.03, 0.04), 2 * 0.03, 4 * 0.005
    for (const [index, value] of holm([0.01, 0.04, 0.03, 0.005]).entries()) close(value, expected[index]!, 1e-12);
    assert.deepEqual(holm([]), []);
    assert.deepEqual(holm([0.2]), [0.2]);
  });

  it("keeps the order, lowers nothing, and lies between the value and Bonferroni's", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (values) => {
        const corrected = holm(values);
        values.forEach((value, index) => {
          assert.ok(corrected[index]! >= value && corrected[index]! <= Math.min(1, value * values.length));
          values.forEach((other, at) => {
            if (value < other) assert.ok(corrected[index]! <= corrected[at]!);
          });
        });
      }),
    );
  });
});

describe("the number of seeds", () => {
  /** R: power.t.test(delta = d, sd = 1, power = 0.8, type = "paired") gives 198.1508, 33.36713, 14.30278, 9.937864. */
  for (const [effect, pairs] of [
    [0.2, 199],
    [0.5, 34],
    [0.8, 15],
    [1, 10],
  ] as const) {
    it(`is R's for an effect of ${effect} deviations`, () => {
      assert.equal(pairsToSee(effect, 1), pairs);
    });
  }

  it("has the power of the noncentral t distribution", () => {
    // scipy.stats.nct: sf(t, n - 1, d sqrt n) + cdf(-t, n - 1, d sqrt n)
    close(pairedPower(34, 0.5), 0.8077775, 1e-5);
    close(pairedPower(6, 1.5), 0.8325293, 1e-5);
    close(pairedPower(3, 5), 0.9754623, 1e-4);
    close(pairedPower(20, 0), 0.05, 1e-5);
  });

  it("is three where next to nothing spreads and is not counted where it never ends", () => {
    assert.equal(pairsToSee(0.01, 1e-9), 3);
    assert.equal(pairsToSee(0.01, 100), Infinity);
  });

  it("grows with the spread", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.5, noNaN: true }), (deviation) => {
        assert.ok(pairsToSee(0.01, deviation) <= pairsToSee(0.01, deviation * 1.1));
      }),
      { numRuns: 20 },
    );
  });
});

describe("the bootstrap interval", () => {
  it("covers images as their standard error says, where there is one seed", () => {
    // 550 differences of 1, 0 and -1: mean 40/550, deviation of a difference 0.42
    const differences = Float64Array.from({ length: 550 }, (_, image) => (image < 70 ? 1 : image < 100 ? -1 : 0));
    const mean = 40 / 550;
    const half = 1.96 * Math.sqrt((100 / 550 - mean ** 2) / 550);
    const { low, high } = bootstrapInterval([differences]);
    close(low, mean - half, 0.004);
    close(high, mean + half, 0.004);
  });

  it("of seeds that agree on every image is that of one, and of seeds that differ is wider", () => {
    const one = Float64Array.from({ length: 200 }, (_, image) => (image % 5 === 0 ? 1 : 0));
    const width = (differences: readonly Float64Array[]): number => {
      const { low, high } = bootstrapInterval(differences);
      return high - low;
    };
    close(width([one, one, one]), width([one]), 0.02);
    assert.ok(width([one, one.map((value) => value - 0.3), one.map((value) => value + 0.3)]) > 2 * width([one]));
  });

  it("of equal differences is a point, and the same each time", () => {
    const { low, high } = bootstrapInterval([new Float64Array(30).fill(0.25)]);
    assert.deepEqual([low, high], [0.25, 0.25]);
    const noisy = [Float64Array.from({ length: 50 }, (_, image) => (image * 7919) % 13)];
    assert.deepEqual(bootstrapInterval(noisy), bootstrapInterval(noisy));
  });

  it("refuses seeds of different images", () => {
    assert.throws(() => bootstrapInterval([]), RangeError);
    assert.throws(() => bootstrapInterval([new Float64Array(2), new Float64Array(3)]), RangeError);
  });
});
