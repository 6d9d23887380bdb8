import assert from "node:assert/strict";
import fc from "fast-check";
import { pairedDifference, type Replicate } from "../../../src/report/statistics/paired.js";
import { summarise } from "../../../src/report/statistics/summary.js";

/** Additional hours of sleep of ten patients under two drugs: Student, The probable error of a mean, Biometrika 6 (1908). */
const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

function close(actual: number | null | undefined, expected: number, within = 1e-6): void {
  assert.ok(actual != null && Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
}

const run = (seed: number, value: number, teacherSeed: number | null = null): Replicate => ({
  seed,
  teacherSeed,
  value,
});

const seeded = (values: readonly number[]): Replicate[] => values.map((value, index) => run(index + 1, value));

describe("a summary", () => {
  it("gives Student's own sleep data the mean, deviation and interval of R's t.test", () => {
    const summary = summarise(first);
    close(summary?.mean, 0.75);
    close(summary?.standardDeviation, 1.78901, 1e-5);
    close(summary?.interval?.low, -0.5297804);
    close(summary?.interval?.high, 2.0297804);
  });

  it("has no deviation below two values and no interval below three", () => {
    assert.equal(summarise([]), null);
    assert.deepEqual(summarise([0.5]), { n: 1, mean: 0.5, standardDeviation: null, interval: null });
    assert.equal(summarise([0.25, 0.75])?.interval, null);
    close(summarise([0.25, 0.75])?.standardDeviation, Math.SQRT1_2 / 2);
    assert.notEqual(summarise([1, 2, 3])?.interval, null);
  });

  it("moves and stretches with its values", () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: -5, max: 5 }),
        (sample, factor, shift) => {
          const before = summarise(sample);
          const after = summarise(sample.map((value) => value * factor + shift));
          assert.ok(before?.interval && after?.interval);
          close(after.mean, before.mean * factor + shift, 1e-9);
          close(after.interval.low, before.interval.low * factor + shift, 1e-8);
          close(after.interval.high, before.interval.high * factor + shift, 1e-8);
          assert.ok(after.interval.low <= after.mean && after.mean <= after.interval.high);
        },
      ),
    );
  });

  it("of equal values is a point", () => {
    assert.deepEqual(summarise([0.5, 0.5, 0.5])?.interval, { low: 0.5, high: 0.5 });
  });
});

describe("a paired difference", () => {
  it("gives Student's own sleep data the interval of R's paired t.test", () => {
    const difference = pairedDifference(seeded(second), seeded(first));
    close(difference?.mean, 1.58);
    close(difference?.standardDeviation, 1.229995, 1e-6);
    close(difference?.interval?.low, 0.7001142);
    close(difference?.interval?.high, 2.4598858);
  });

  it("pairs by seed, whatever the order, and leaves out seeds that one side lacks", () => {
    const sample = [run(3, 0.9), run(1, 0.5), run(9, 0)];
    const reference = [run(1, 0.25), run(2, 100), run(3, 0.4)];
    const difference = pairedDifference(sample, reference);
    assert.equal(difference?.n, 2);
    close(difference.mean, (0.25 + 0.5) / 2);
    assert.equal(pairedDifference(sample, [run(4, 1)]), null);
  });

  it("counts several measurements of one seed once", () => {
    const sample = [run(1, 0.6, 1), run(1, 0.8, 2), run(2, 0.4, 1), run(2, 0.6, 2)];
    const difference = pairedDifference(sample, seeded([0.5, 0.5]));
    assert.equal(difference?.n, 2);
    close(difference.mean, 0.1);
  });

  it("leaves out a seed that lost a teacher's run, where the other side has no teacher", () => {
    const all = [1, 2, 3].flatMap((seed) => [run(seed, 0.6, 1), run(seed, 0.8, 2)]);
    const lost = all.filter(({ seed, teacherSeed }) => seed !== 3 || teacherSeed !== 1);
    const untaught = seeded([0.5, 0.5, 0.5]);
    for (const difference of [pairedDifference(lost, untaught), pairedDifference(untaught, lost)]) {
      assert.equal(difference?.n, 2);
      close(Math.abs(difference.mean), 0.2);
    }
    assert.equal(pairedDifference([run(1, 0.6, 1), run(2, 0.8, 2)], untaught), null);
  });

  it("pairs within each teacher's seed, so that a lost run leaves no trace of its teacher", () => {
    const all = [1, 2, 3].flatMap((seed) => [run(seed, 0.6 + seed / 100, 1), run(seed, 0.8 + seed / 100, 2)]);
    const lost = all.filter(({ seed, teacherSeed }) => seed !== 3 || teacherSeed !== 1);
    for (const [sample, reference] of [
      [lost, all],
      [all, lost],
    ] as const) {
      assert.deepEqual(pairedDifference(sample, reference), {
        n: 3,
        mean: 0,
        standardDeviation: 0,
        interval: { low: 0, high: 0 },
      });
    }
    assert.equal(pairedDifference([run(1, 0.6, 1)], [run(1, 0.8, 2)]), null);
  });

  it("takes out what the seed alone does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 8 }), (noise) => {
        const reference = seeded(noise);
        const sample = reference.map(({ seed, value }) => run(seed, value + 7));
        assert.deepEqual(pairedDifference(sample, reference)?.interval, { low: 7, high: 7 });
      }),
    );
  });
});
