import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { forward } from "../../src/models/network.js";
import { students } from "../../src/models/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { BatchMaker } from "../../src/training/batch.js";
import { trainTrial } from "../../src/training/distill.js";
import { measure } from "../../src/training/metrics.js";
import { NonFiniteError } from "../../src/training/non-finite.js";
import { predictLogits } from "../../src/training/predict.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { bits, sampleImages, sampleTeacher, sampleTrial, train } from "./sample.js";

const images = sampleImages();
const teacher = sampleTeacher(images, 2);
const augmented = { augmentation: { type: "flip_crop", padding: 2 } };

describe("a trial", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  it("learns, and tells every epoch's metrics on the whole validation split", async () => {
    const trial = sampleTrial({ type: "kd_ce" }, { training: { epochs: 12, batchSize: 8 } });
    const { result, epochs } = await train(tf, trial, { images, teacher: sampleTeacher(images, 12) });
    assert.deepEqual(
      epochs.map(({ epoch }) => epoch),
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    assert.ok(result.final.val_accuracy > 0.8, `${result.final.val_accuracy}`);
    assert.ok(result.final.train_loss < epochs[0]!.train_loss);
    for (const metrics of epochs) {
      // 11 validation images: every share is a multiple of 1/11.
      for (const share of [metrics.val_accuracy, metrics.val_agreement!]) {
        assert.ok(Math.abs(share * 11 - Math.round(share * 11)) < 1e-9);
      }
      assert.ok(Object.values(metrics).every(Number.isFinite));
    }
    assert.deepEqual(result.final, epochs.at(-1));
    const most = Math.max(...epochs.map((metrics) => metrics.val_accuracy));
    assert.deepEqual(
      result.best,
      epochs.find((metrics) => metrics.val_accuracy === most),
      "the first of equals",
    );
    assert.equal(result.validationLogits.length, 11 * 3);
    assert.equal(result.classes, 3);
    assert.equal(result.parameters, 144_261 - 2 * 513);
    assert.equal(result.teacherChecksum, "teacher");
  });

  it("fails where a metric is no number though the loss is, which no store would take", async () => {
    const logits = teacher.logits.map((value, index) => (index % 3 === 1 ? -Infinity : value));
    await assert.rejects(
      train(tf, sampleTrial({ type: "kd" }), { images, teacher: { ...teacher, logits } }),
      (error) => {
        assert.ok(error instanceof NonFiniteError);
        assert.match(error.message, /^the val_kl became NaN in epoch 1/);
        return true;
      },
    );
  });

  it("takes all images as one batch where that asks for more than there are", async () => {
    const of = (batchSize: number): TrialSpec => sampleTrial({ type: "hard" }, { training: { epochs: 2, batchSize } });
    const whole = await train(tf, of(33), { images, teacher: null });
    assert.equal(bits(await train(tf, of(10 ** 9), { images, teacher: null })), bits(whole));
  });

  it("measures the test split with the weights it ends with, and trains as without one", async () => {
    const trial = sampleTrial({ type: "kd_ce" });
    const { info } = images;
    const split = { ...images, info: { ...info, validationCount: 6 } };
    const without = { ...images, info: { ...info, count: 39, validationCount: 6 } };
    const { result, weights } = await train(tf, trial, { images: split, teacher });
    const small = { ...teacher, logits: teacher.logits.subarray(0, 39 * 3) };
    const plain = await train(tf, trial, { images: without, teacher: small });
    assert.deepEqual(weights, plain.weights);
    assert.equal(plain.result.test, undefined);
    // The five test images as the validation split of the same weights: the last epoch's metrics, by other means.
    const layers = students.get("shallow").layers(3, {});
    const { logits } = await predictLogits(
      tf,
      (x) => forward(tf, layers, tf.tensor1d(weights.final), x),
      new BatchMaker(images, 10),
      { start: 39, end: 44 },
      { batchSize: 10, classes: 3, views: null, signal: new AbortController().signal },
    );
    const measured = measure(logits, 3, info.labels.slice(39), teacher.logits.subarray(39 * 3));
    assert.deepEqual(result.test, {
      images: 5,
      accuracy: measured.accuracy,
      cross_entropy: measured.crossEntropy,
      kl: measured.kl,
      agreement: measured.agreement,
      ece: measured.ece,
    });
    assert.equal(result.validationLogits.length, 6 * 3);
  });

  it("without a teacher has no KL and no agreement", async () => {
    const { result } = await train(tf, sampleTrial({ type: "hard" }), { images, teacher: null });
    assert.equal(result.final.val_kl, null);
    assert.equal(result.final.val_agreement, null);
    assert.equal(result.teacherChecksum, null);
  });

  it("gives the same bits alone, after another trial, and in two workers at once", async function () {
    this.timeout(120_000);
    const trial = sampleTrial({ type: "kd_ce" }, augmented);
    const alone = bits(await train(tf, trial, { images, teacher }));
    await train(tf, sampleTrial({ type: "mse" }, { seed: 2 }), { images, teacher });
    assert.equal(bits(await train(tf, trial, { images, teacher })), alone);
    assert.deepEqual(await Promise.all([inWorker(trial), inWorker(trial)]), [alone, alone]);
  });

  it("gives other bits for another seed", async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((seed) => train(tf, sampleTrial({ type: "hard" }, { seed }), { images, teacher: null })),
    );
    assert.notEqual(bits(one!), bits(two!));
  });

  it("gives the same bits when two run in turns on one thread", async () => {
    const trial = sampleTrial({ type: "kd" }, augmented);
    const alone = bits(await train(tf, trial, { images, teacher }));
    const [one] = await Promise.all([
      train(tf, trial, { images, teacher }),
      train(tf, sampleTrial({ type: "hard" }, { seed: 9 }), { images, teacher: null }),
    ]);
    assert.equal(bits(one), alone);
  });

  it("takes weights of the same share for the same work, to the last bit", async () => {
    const trained = [
      { alpha: 0.9, beta: 0.1 },
      { alpha: 9, beta: 1 },
    ].map((weights) => train(tf, sampleTrial({ type: "kd_ce", ...weights }), { images, teacher }));
    const [one, two] = await Promise.all(trained);
    assert.equal(bits(one!), bits(two!));
  });

  it("leaves no tensor behind, whether it ends well, diverges or is aborted", async () => {
    await train(tf, sampleTrial({ type: "kd_ce" }), { images, teacher });
    const before = tf.memory().numTensors;
    const perEpoch: number[] = [];
    await trainTrial(
      tf,
      sampleTrial({ type: "kd_ce" }),
      { images, teacher },
      {
        signal: new AbortController().signal,
        onEpoch: () => perEpoch.push(tf.memory().numTensors),
      },
    );
    assert.equal(perEpoch[0], perEpoch[1]);
    assert.equal(tf.memory().numTensors, before);
    await assert.rejects(train(tf, diverging, { images, teacher }), NonFiniteError);
    assert.equal(tf.memory().numTensors, before);
    const abort = new AbortController();
    const aborted = trainTrial(
      tf,
      sampleTrial({ type: "kd_ce" }),
      { images, teacher },
      {
        signal: abort.signal,
        onEpoch: () => {
          abort.abort(new Error("enough"));
        },
      },
    );
    await assert.rejects(aborted, /enough/);
    assert.equal(tf.memory().numTensors, before);
  });

  const diverging = sampleTrial({ type: "mse" }, { optimizer: { type: "adam", learningRate: 1e12 } });

  it("ends as non-finite with epoch and step where it diverges", async () => {
    await assert.rejects(train(tf, diverging, { images, teacher }), (error) => {
      assert.ok(error instanceof NonFiniteError);
      assert.equal(error.reason, "non-finite");
      assert.equal(error.epoch, 1);
      assert.ok(error.step >= 2 && error.step <= 4);
      assert.match(error.message, /became (NaN|-?Infinity) in epoch 1, step [2-4]/);
      return true;
    });
  });

  it("lets messages of its thread pass between steps, so that an abort comes through", async () => {
    const abort = new AbortController();
    const long = sampleTrial({ type: "hard" }, { training: { epochs: 10_000, batchSize: 10 } });
    setTimeout(() => {
      abort.abort(new Error("cancelled"));
    }, 50);
    const running = trainTrial(tf, long, { images, teacher: null }, { signal: abort.signal, onEpoch: () => undefined });
    await assert.rejects(running, /cancelled/);
  });

  it("refuses a teacher that is missing or does not fit", async () => {
    const trial = sampleTrial({ type: "kd" });
    await assert.rejects(train(tf, trial, { images, teacher: null }), /needs a teacher's logits/);
    const short = { ...teacher, logits: teacher.logits.subarray(3) };
    await assert.rejects(train(tf, trial, { images, teacher: short }), /expected 132 numbers, found 129/);
    const viewless = { ...teacher, views: null };
    await assert.rejects(train(tf, sampleTrial({ type: "kd" }, augmented), { images, teacher: viewless }), /views/);
  });
});

async function inWorker(trial: TrialSpec): Promise<string> {
  const worker = new Worker(new URL("programs/train-worker.js", import.meta.url), { workerData: trial });
  try {
    return await new Promise<string>((resolve, reject) => worker.once("message", resolve).once("error", reject));
  } finally {
    await worker.terminate();
  }
}
