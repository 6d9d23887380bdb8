import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { plan, type Plan } from "../../src/sweep/plan.js";
import { draw, distributions, type Range } from "../../src/sweep/range.js";
import { Random } from "../../src/trial/random.js";
import type { Value } from "../../src/trial/value.js";
import { smallRegistries } from "../settings/small-registries.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { parsed } from "./parsing.js";

function planned(text: string): Plan {
  return plan(parsed(text), fingerprintsOf(), smallRegistries);
}

function drawn(text: string): Readonly<Record<string, Value>>[] {
  return [...planned(text).configurations()].map(({ parameters }) => parameters);
}

const space = `
seeds: 2
parameters:
  loss.type: { values: [kd, both, mse] }
  loss.temperature: { min: 1, max: 20, distribution: log_uniform_values }
  loss.alpha: { min: 0.1, max: 1, when: { loss.type: both } }
  training.epochs: { min: 5, max: 50 }
`;
const method = (count: number, seed = 1): string =>
  `method: { name: random, count: ${count}, seed: ${seed} }\n${space}`;

describe("sweep: method random", () => {
  it("draws as many distinct configurations as it is asked for, each with every seed", () => {
    const all = planned(method(50));
    const trials = [...all];
    assert.equal(all.size, 100);
    assert.equal(trials.length, 100);
    assert.equal(new Set(trials.map(({ id }) => id)).size, 100);
    assert.equal(new Set(trials.map(({ configuration }) => configuration)).size, 50);
    assert.deepEqual(all.warnings, ["loss.temperature plays no part where loss.type is mse"]);
  });

  it("draws within the bounds, and a parameter only where it applies", () => {
    for (const parameters of drawn(method(200))) {
      const { "loss.temperature": temperature, "loss.alpha": alpha, "training.epochs": epochs } = parameters;
      assert.equal(temperature === undefined, parameters["loss.type"] === "mse");
      assert.equal(alpha === undefined, parameters["loss.type"] !== "both");
      assert.ok(temperature === undefined || (Number(temperature) >= 1 && Number(temperature) <= 20));
      assert.ok(alpha === undefined || (Number(alpha) >= 0.1 && Number(alpha) <= 1));
      assert.ok(Number.isInteger(epochs) && Number(epochs) >= 5 && Number(epochs) <= 50);
    }
  });

  it("keeps what a smaller count has drawn", () => {
    assert.deepEqual(drawn(method(40)).slice(0, 10), drawn(method(10)));
  });

  it("draws others with another seed, and the same again with the same", () => {
    assert.deepEqual(drawn(method(10)), drawn(method(10)));
    assert.notDeepEqual(drawn(method(10)), drawn(method(10, 2)));
  });

  it("draws a parameter's values whatever else is swept", () => {
    const alone = drawn(
      "method: { name: random, count: 5 }\nparameters: { training.epochs: { min: 1, max: 100000 } }\n",
    );
    const together = drawn(
      "method: { name: random, count: 5 }\nparameters: { loss.type: { values: [kd, mse] }, training.epochs: { min: 1, max: 100000 } }\n",
    );
    assert.deepEqual(
      together.map((parameters) => parameters["training.epochs"]),
      alone.map((parameters) => parameters["training.epochs"]),
    );
  });

  it("leaves out what is excluded, values among it that do not go together", () => {
    const weights =
      "loss.type: both\nparameters: { loss.alpha: { values: [0, 1] }, loss.beta: { values: [0, 1] } }\n" +
      "exclude: [{ loss.type: both, loss.alpha: 0, loss.beta: 0 }]\n";
    assert.equal(planned(`method: { name: random, count: 3 }\nseeds: 1\n${weights}`).size, 3);
    const excluded = "exclude: [{ loss.type: [kd, both] }]\n";
    for (const parameters of drawn(method(20) + excluded)) assert.equal(parameters["loss.type"], "mse");
  });

  it("takes all of a small space, and says that there is no more", () => {
    const all = planned(
      "method: { name: random, count: 9 }\nseeds: 1\nparameters: { loss.type: { values: [hard, kd, mse] }, loss.temperature: { values: [1, 2] } }\n",
    );
    assert.equal(all.size, 4);
    assert.deepEqual(all.warnings.slice(-1), ["4 configurations were drawn in place of 9: no others were found"]);
  });

  it("honours zip and exclude, and has written trials beside it", () => {
    const text = `
method: { name: random, count: 20 }
seeds: 1
loss.type: both
parameters: { training.epochs: { min: 1, max: 9 } }
zip: [{ loss.alpha: [1, 2], loss.beta: [3, 5] }]
exclude: [{ training.epochs: [1, 2, 3] }]
trials: [{ training.epochs: 100 }]
`;
    const all = drawn(text);
    assert.equal(all.length, 13);
    for (const { "loss.alpha": alpha, "loss.beta": beta, "training.epochs": epochs } of all.slice(0, -1)) {
      assert.ok(Number(epochs) > 3);
      assert.equal(beta, alpha === 1 ? 3 : 5);
    }
    assert.deepEqual(all.at(-1), { "training.epochs": 100, "loss.alpha": 0.9, "loss.beta": 0.1 });
  });

  it("gives every file distinct trials within its bounds, the same whatever the order of its keys", () => {
    const range = fc
      .tuple(fc.double({ min: 0.01, max: 10, noNaN: true }), fc.double({ min: 0.01, max: 10, noNaN: true }))
      .map(([min, width]) => ({ min, max: min + width }));
    const file = fc.record({
      count: fc.integer({ min: 1, max: 20 }),
      seed: fc.integer({ min: 1, max: 1000 }),
      temperature: range,
      alpha: range,
      types: fc.shuffledSubarray(["kd", "both", "hard"], { minLength: 1 }),
    });
    fc.assert(
      fc.property(file, ({ count, seed, temperature, alpha, types }) => {
        const parameters = Object.entries({
          "loss.type": { values: types },
          "loss.temperature": { ...temperature, distribution: "log_uniform_values" },
          ...(types.includes("both") && { "loss.alpha": { ...alpha, when: { "loss.type": "both" } } }),
        });
        const written = (entries: typeof parameters): string =>
          stringify({ seeds: 1, method: { name: "random", count, seed }, parameters: Object.fromEntries(entries) });
        const all = [...planned(written(parameters))];
        assert.ok(all.length <= count && all.length > 0);
        assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
        for (const { settings } of all) {
          const tau = settings.loss.temperature;
          assert.ok(tau === undefined || (Number(tau) >= temperature.min && Number(tau) <= temperature.max));
        }
        const other = [...planned(written([...parameters].reverse()))];
        assert.deepEqual(
          other.map(({ id }) => id),
          all.map(({ id }) => id),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe("sweep: a range", () => {
  const samples = (range: Range): number[] => {
    const random = new Random(7);
    return Array.from({ length: 4000 }, () => draw(range, random)).sort((one, other) => one - other);
  };
  // The median of 4,000 draws is within 3 standard errors of the distribution's: 3 * 0.5 / sqrt(4000) = 2.4 % of the ranks.
  const medians: readonly (readonly [Range, number, number])[] = [
    [{ distribution: "uniform", min: 2, max: 4 }, 2.95, 3.05],
    [{ distribution: "log_uniform_values", min: 0.001, max: 10 }, 0.08, 0.125],
    [{ distribution: "int_uniform", min: 1, max: 9 }, 5, 5],
    [{ distribution: "q_uniform", min: 0, max: 1, q: 0.25 }, 0.5, 0.5],
    [{ distribution: "q_log_uniform_values", min: 1, max: 100, q: 5 }, 10, 10],
  ];
  for (const [range, low, high] of medians) {
    it(`lies as ${range.distribution} says`, () => {
      const sorted = samples(range);
      const median = sorted[2000] ?? NaN;
      assert.ok(low <= median && median <= high, `${median}`);
      assert.ok((sorted[0] ?? NaN) >= range.min && (sorted.at(-1) ?? NaN) <= range.max);
    });
  }

  it("reaches both bounds of whole numbers, and every step between others", () => {
    assert.deepEqual([...new Set(samples({ distribution: "int_uniform", min: 3, max: 6 }))], [3, 4, 5, 6]);
    assert.deepEqual([...new Set(samples({ distribution: "q_uniform", min: 0, max: 1, q: 0.5 }))], [0, 0.5, 1]);
  });

  it("knows each distribution that it names", () => {
    assert.deepEqual(medians.map(([{ distribution }]) => distribution).sort(), [...distributions].sort());
  });
});
