import assert from "node:assert/strict";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import type { OptimizerState } from "../../src/training/optimizers/optimizer.js";
import { optimizers } from "../../src/training/optimizers/registry.js";

/** Keras's Adam, one number at a time, in double precision. */
function adamByHand(start: number, gradients: readonly number[], rate = 0.01): number {
  let [theta, mean, square] = [start, 0, 0];
  gradients.forEach((g, index) => {
    const t = index + 1;
    mean = 0.9 * mean + 0.1 * g;
    square = 0.999 * square + 0.001 * g * g;
    theta -= (rate * Math.sqrt(1 - 0.999 ** t) * mean) / ((1 - 0.9 ** t) * (Math.sqrt(square) + 1e-7));
  });
  return theta;
}

describe("adam", () => {
  const adam = optimizers.get("adam");
  const settings = adam.settings.parse({});
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  function run(gradients: readonly (readonly number[])[], from: readonly number[]): number[] {
    return tf.tidy(() => {
      let parameters = tf.tensor1d([...from]);
      let state: OptimizerState = adam.start(tf, parameters, settings);
      for (const gradient of gradients) {
        const input = { parameters, gradient: tf.tensor1d([...gradient]), state, learningRate: settings.learningRate };
        ({ parameters, state } = adam.step(tf, input, settings));
      }
      return [...parameters.dataSync()];
    });
  }

  it("has the article's learning rate and Keras's other defaults", () => {
    assert.deepEqual(settings, { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
  });

  it("takes the steps of Keras's formula", () => {
    const gradients = [[0.5, -2, 0, 1e-4], [0.1, 3, 0, 1e-4], [-0.7, 1, 0, -3e-4], [0.2, 0, 0, 2e-4]]; // prettier-ignore
    const from = [1, -1, 0.25, 0];
    run(gradients, from).forEach((actual, i) => {
      const expected = adamByHand(from[i]!, gradients.map((row) => row[i]!)); // prettier-ignore
      assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, expected ${expected}`);
    });
  });

  it("moves by the learning rate in the first step", () => {
    const [moved] = run([[0.5]], [0]);
    assert.ok(Math.abs(moved! + 0.01) < 1e-5, `${moved}`);
  });

  for (const wrong of [{ learningRate: 0 }, { learningRate: -1 }, { beta1: 1 }, { beta2: -0.1 }, { epsilon: 0 }]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.equal(adam.settings.safeParse(wrong).success, false);
    });
  }
});
