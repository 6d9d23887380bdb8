import assert from "node:assert/strict";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import type { OptimizerState } from "../../src/training/optimizers/optimizer.js";
import { optimizers } from "../../src/training/optimizers/registry.js";

/** One parameter's way, one gradient after the other, in double precision: Keras's formulas. */
type ByHand = (start: number, gradients: readonly number[]) => number;

function adam(rate: number, weightDecay = 0): ByHand {
  return (start, gradients) => {
    let [theta, mean, square] = [start, 0, 0];
    gradients.forEach((g, index) => {
      const t = index + 1;
      theta -= theta * weightDecay * rate;
      mean = 0.9 * mean + 0.1 * g;
      square = 0.999 * square + 0.001 * g * g;
      theta -= (rate * Math.sqrt(1 - 0.999 ** t) * mean) / ((1 - 0.9 ** t) * (Math.sqrt(square) + 1e-7));
    });
    return theta;
  };
}

function sgd(rate: number, momentum: number, nesterov: boolean, weightDecay: number): ByHand {
  return (start, gradients) => {
    let [theta, velocity] = [start, 0];
    for (const g of gradients) {
      theta -= theta * weightDecay * rate;
      velocity = momentum * velocity - rate * g;
      theta += nesterov ? momentum * velocity - rate * g : velocity;
    }
    return theta;
  };
}

function rmsprop(rate: number, rho: number, momentum: number, centered: boolean, weightDecay: number): ByHand {
  return (start, gradients) => {
    let [theta, square, mean, change] = [start, 0, 0, 0];
    for (const g of gradients) {
      theta -= theta * weightDecay * rate;
      square = rho * square + (1 - rho) * g * g;
      mean = rho * mean + (1 - rho) * g;
      change = momentum * change + (rate * g) / Math.sqrt(square - (centered ? mean * mean : 0) + 1e-7);
      theta -= change;
    }
    return theta;
  };
}

const cases: readonly { readonly name: string; readonly settings: object; readonly byHand: ByHand }[] = [
  { name: "adam", settings: {}, byHand: adam(0.01) },
  { name: "adamw", settings: {}, byHand: adam(0.001, 0.004) },
  { name: "adamw", settings: { learningRate: 0.02, weightDecay: 0.5 }, byHand: adam(0.02, 0.5) },
  { name: "sgd", settings: {}, byHand: sgd(0.01, 0, false, 0) },
  { name: "sgd", settings: { learningRate: 0.1, weightDecay: 0.3 }, byHand: sgd(0.1, 0, false, 0.3) },
  { name: "sgd", settings: { learningRate: 0.1, momentum: 0.9 }, byHand: sgd(0.1, 0.9, false, 0) },
  { name: "sgd", settings: { momentum: 0.8, nesterov: true, weightDecay: 1 }, byHand: sgd(0.01, 0.8, true, 1) },
  { name: "rmsprop", settings: {}, byHand: rmsprop(0.001, 0.9, 0, false, 0) },
  { name: "rmsprop", settings: { learningRate: 0.01, centered: true }, byHand: rmsprop(0.01, 0.9, 0, true, 0) },
  {
    name: "rmsprop",
    settings: { rho: 0.5, momentum: 0.7, centered: true, weightDecay: 2 },
    byHand: rmsprop(0.001, 0.5, 0.7, true, 2),
  },
];

describe("optimizers", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  function run(name: string, chosen: object, from: readonly number[], gradients: readonly number[][]): number[] {
    const optimizer = optimizers.get(name);
    const settings = optimizer.settings.parse(chosen);
    return tf.tidy(() => {
      let parameters = tf.tensor1d([...from]);
      let state: OptimizerState = optimizer.start(tf, parameters, settings);
      for (const gradient of gradients) {
        const input = { parameters, gradient: tf.tensor1d(gradient), state, learningRate: settings.learningRate };
        ({ parameters, state } = optimizer.step(tf, input, settings));
      }
      return [...parameters.dataSync()];
    });
  }

  const gradients = [[0.5, -2, 0, 1e-4], [0.1, 3, 0, 1e-4], [-0.7, 1, 0, -3e-4], [0.2, 0, 0, 2e-4]]; // prettier-ignore
  const from = [1, -1, 0.25, 0];
  for (const { name, settings, byHand } of cases) {
    it(`${name} takes the steps of Keras's formula with ${JSON.stringify(settings)}`, () => {
      run(name, settings, from, gradients).forEach((actual, i) => {
        const expected = byHand(from[i]!, gradients.map((row) => row[i]!)); // prettier-ignore
        assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, expected ${expected}`);
      });
    });
  }

  it("have each a case here", () => {
    assert.deepEqual([...new Set(cases.map(({ name }) => name))].sort(), optimizers.names().sort());
  });

  it("have the article's learning rate in adam, and else Keras's defaults", () => {
    const defaults = (name: string): object => optimizers.get(name).settings.parse({});
    const moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
    assert.deepEqual(defaults("adam"), { learningRate: 0.01, ...moments });
    assert.deepEqual(defaults("adamw"), { learningRate: 0.001, ...moments, weightDecay: 0.004 });
    assert.deepEqual(defaults("sgd"), { learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0 });
    assert.deepEqual(defaults("rmsprop"), {
      learningRate: 0.001,
      rho: 0.9,
      momentum: 0,
      epsilon: 1e-7,
      centered: false,
      weightDecay: 0,
    });
  });

  it("adam moves by the learning rate in the first step", () => {
    const [moved] = run("adam", {}, [0], [[0.5]]);
    assert.ok(Math.abs(moved! + 0.01) < 1e-5, `${moved}`);
  });

  it("rmsprop stays finite where rounding takes the centred square below 0", () => {
    const [moved] = run("rmsprop", { centered: true, rho: 0.9 }, [0], Array<number[]>(40).fill([1234.567]));
    assert.ok(Number.isFinite(moved));
  });

  it("sgd without momentum is one trial whatever nesterov says", () => {
    const optimizer = optimizers.get("sgd");
    const [plain, nesterov] = [{}, { nesterov: true }].map((chosen) =>
      optimizer.canonical?.(optimizer.settings.parse(chosen)),
    );
    assert.deepEqual(nesterov, plain);
  });

  const wrong: readonly [string, object][] = [
    ["adam", { learningRate: 0 }],
    ["adam", { learningRate: -1 }],
    ["adam", { beta1: 1 }],
    ["adam", { beta2: -0.1 }],
    ["adam", { epsilon: 0 }],
    ["adamw", { weightDecay: -1 }],
    ["sgd", { momentum: 1 }],
    ["rmsprop", { rho: 1 }],
  ];
  for (const [name, settings] of wrong) {
    it(`${name} refuses ${JSON.stringify(settings)}`, () => {
      assert.equal(optimizers.get(name).settings.safeParse(settings).success, false);
    });
  }
});
