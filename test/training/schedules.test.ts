import assert from "node:assert/strict";
import fc from "fast-check";
import { scheduledRate } from "../../src/training/learning-rate.js";
import { schedules } from "../../src/training/schedules/registry.js";

/** The rates of a training of 3 epochs of 4 steps from the learning rate 0.8. */
function rates(type: string, settings: object): number[] {
  const schedule = schedules.get(type);
  const rate = scheduledRate(0.8, schedule, schedule.settings.parse(settings), 3);
  return Array.from({ length: 12 }, (_, index) => rate(index + 1, 12));
}

function assertRates(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((rate, i) => {
    assert.ok(Math.abs(rate - expected[i]!) < 1e-15, `step ${i + 1}: ${rate}, expected ${expected[i]}`);
  });
}

const steps = Array.from({ length: 12 }, (_, index) => index);

describe("schedules", () => {
  it("constant keeps the rate to the last bit", () => {
    assert.deepEqual(rates("constant", {}), Array<number>(12).fill(0.8));
  });

  it("cosine falls as Keras's CosineDecay", () => {
    const expected = steps.map((t) => 0.8 * (0.75 * (0.5 * (1 + Math.cos((Math.PI * t) / 12))) + 0.25));
    assertRates(rates("cosine", { finalFraction: 0.25 }), expected);
    assert.ok(rates("cosine", {}).at(-1)! > 0, "the last step still learns");
  });

  it("step falls at epochs' ends", () => {
    assertRates(rates("step", { every: 1, gamma: 0.5 }), [0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2]);
    assertRates(rates("step", { every: 2, gamma: 0.1 }), steps.map((t) => (t < 8 ? 0.8 : 0.08))); // prettier-ignore
  });

  it("inverse_time falls as Keras's InverseTimeDecay, by steps and by epochs", () => {
    const article = { every: 2.4, unit: "steps", decay: 1 };
    assertRates(rates("inverse_time", article), steps.map((t) => 0.8 / (1 + t / 2.4))); // prettier-ignore
    assertRates(rates("inverse_time", { decay: 3 }), steps.map((t) => 0.8 / (1 + (3 * t) / 4))); // prettier-ignore
    const stairs = { every: 5, unit: "steps", decay: 2, staircase: true };
    assertRates(rates("inverse_time", stairs), steps.map((t) => 0.8 / (1 + 2 * Math.floor(t / 5)))); // prettier-ignore
  });

  it("rise in the warm-up and start after it", () => {
    const warm = rates("cosine", { warmUpEpochs: 0.5 });
    assertRates(warm.slice(0, 2), [0.4, 0.8]);
    assertRates(warm.slice(2), steps.slice(0, 10).map((t) => 0.8 * 0.5 * (1 + Math.cos((Math.PI * t) / 10)))); // prettier-ignore
    assertRates(rates("step", { warmUpEpochs: 1, every: 1, gamma: 0.5 }), [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.4]); // prettier-ignore
    assertRates(rates("constant", { warmUpEpochs: 6 }), steps.map((t) => (0.8 * (t + 1)) / 24)); // prettier-ignore
  });

  for (const schedule of schedules) {
    it(`${schedule.name} gives each step a finite rate, at most the optimizer's, that never rises after the warm-up`, () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 6 }),
          fc.integer({ min: 1, max: 9 }),
          fc.double({ min: 0, max: 8, noNaN: true }),
          (epochs, perEpoch, warmUpEpochs) => {
            const rate = scheduledRate(0.5, schedule, schedule.settings.parse({ warmUpEpochs }), epochs);
            const warm = Math.round(warmUpEpochs * perEpoch);
            let last = 0.5;
            for (let step = 1; step <= epochs * perEpoch; step++) {
              const now = rate(step, epochs * perEpoch);
              assert.ok(now > 0 && now <= 0.5, `step ${step}: ${now}`);
              if (step > warm) {
                assert.ok(now <= last);
                last = now;
              }
            }
          },
        ),
      );
    });
  }
});
