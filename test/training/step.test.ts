import assert from "node:assert/strict";
import fc from "fast-check";
import { forward, initialParameters, parameterTensors } from "../../src/models/network.js";
import { students } from "../../src/models/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { trainNetwork } from "../../src/training/loop.js";
import { NonFiniteError } from "../../src/training/non-finite.js";
import { objectiveOf } from "../../src/training/objective.js";
import { optimizers } from "../../src/training/optimizers/registry.js";
import { clipped } from "../../src/training/step.js";
import { losses } from "../../src/losses/registry.js";
import { bits, sampleImages, sampleTrial, train } from "./sample.js";

const images = sampleImages();

describe("a training step", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  const clip = (gradient: number[], norm: number): number[] =>
    tf.tidy(() => [...clipped(tf, tf.tensor1d(gradient), norm).dataSync()]);

  it("shortens a long gradient to the norm and leaves a short one alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 }),
        fc.float({ min: Math.fround(0.01), max: 1e3, noNaN: true }),
        (gradient, norm) => {
          const length = Math.hypot(...gradient);
          const scale = norm / Math.max(length, norm);
          clip(gradient, norm).forEach((number, i) => {
            const expected = gradient[i]! * scale;
            assert.ok(Math.abs(number - expected) <= 1e-5 * Math.abs(expected) + 1e-30, `${number}, not ${expected}`);
          });
        },
      ),
    );
  });

  it("shortens a gradient whose squares no float32 holds, and one of zeros", () => {
    clip([3e30, -4e30], 5).forEach((number, i) => {
      assert.ok(Math.abs(number - [3, -4][i]!) < 1e-5, `${number}`);
    });
    assert.deepEqual(clip([0, 0], 1), [0, 0]);
  });

  it("with a norm that no gradient reaches gives the bits of none, with a small one others", async () => {
    const trial = (clipNorm: number | null): ReturnType<typeof sampleTrial> =>
      sampleTrial({ type: "hard" }, { training: { epochs: 2, batchSize: 10, clipNorm } });
    const [none, vast, small] = await Promise.all(
      [null, 1e9, 1e-3].map((norm) => train(tf, trial(norm), { images, teacher: null })),
    );
    assert.equal(bits(vast!), bits(none!));
    assert.notEqual(bits(small!), bits(none!));
  });

  it("leaves out another share of the features in every step, and none in validation", () => {
    const student = students.get("shallow");
    const layers = student.layers(3, student.settings.parse({ dropout: 0.5 }));
    tf.tidy(() => {
      const parameters = tf.tensor1d(initialParameters(parameterTensors(layers), 1));
      const x = tf.ones([4, 16, 16, 3]) as never;
      const of = (seed: number | null): number[] => [...forward(tf, layers, parameters, x, seed).dataSync()];
      const plain = forward(tf, student.layers(3, student.settings.parse({})), parameters, x).dataSync();
      assert.deepEqual(of(null), [...plain]);
      assert.deepEqual(of(7), of(7));
      assert.notDeepEqual(of(7), of(8));
      assert.notDeepEqual(of(7).slice(0, 3), of(7).slice(3, 6), "one image as another");
    });
  });

  it("keeps the features' mean under dropout", () => {
    tf.tidy(() => {
      const layers = [
        { kind: "globalAveragePool" },
        { kind: "dropout", rate: 0.25 },
        { kind: "dense", units: 1, activation: "none" },
      ] as const;
      // One feature of 1, passed on: the mean of what dropout leaves of it.
      const parameters = tf.tensor1d([1, 0, 0, 0]);
      const kept = [...forward(tf, layers, parameters, tf.ones([4000, 1, 1, 3]), 3).dataSync()];
      assert.deepEqual([...new Set(kept)].sort(), [0, Math.fround(1 / 0.75)]);
      const mean = kept.reduce((sum, value) => sum + value) / kept.length;
      assert.ok(Math.abs(mean - 1) < 0.03, `${mean}`);
    });
  });

  it("smooths labels as Keras does, the teacher's term left alone", () => {
    const value = (smoothing: number): number =>
      tf.tidy(() => {
        const student = tf.tensor2d([[1, 2, 0]]);
        const labels = tf.tensor2d([[0, 1, 0]]);
        const objective = objectiveOf(losses.get("hard"), { labelSmoothing: smoothing });
        return objective.perSample(tf, { student, labels, epoch: 1 }).dataSync()[0]!;
      });
    const logSum = Math.log(Math.exp(1) + Math.exp(2) + 1);
    const expected = -(0.1 * (1 - logSum) + 0.8 * (2 - logSum) + 0.1 * -logSum);
    assert.ok(Math.abs(value(0.3) - expected) < 1e-6, `${value(0.3)}, not ${expected}`);
    for (const name of ["kd", "mse", "kd_mse"]) assert.ok(!("labelSmoothing" in losses.get(name).settings.shape), name);
  });

  it("ends the trial where the gradient is no number though the loss is", async () => {
    const optimizer = optimizers.get("sgd");
    const training = trainNetwork(
      tf,
      {
        recipe: {
          model: (parameters, x) => tf.mul(tf.ones([x.shape[0], 3]), tf.sum(parameters)),
          // The root of 0 is 0, and its slope is not finite.
          objective: {
            title: "the test's loss",
            perSample: (_, { student }) => tf.sqrt(tf.sum(tf.mul(student, 0), 1)),
          },
          optimizer,
          optimizerSettings: optimizer.settings.parse({}),
          learningRate: () => 0.1,
        },
        parameters: new Float32Array(2),
        images,
        seed: 1,
        epochs: 1,
        batchSize: 10,
        augmentation: null,
        teacher: null,
      },
      { onEpoch: () => undefined, signal: new AbortController().signal },
    );
    await assert.rejects(training, (error) => {
      assert.ok(error instanceof NonFiniteError);
      assert.match(error.message, /^the gradient became NaN in epoch 1, step 1;/);
      return true;
    });
  });
});
