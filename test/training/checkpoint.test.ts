import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { CheckpointFile, type CheckpointReport } from "../../src/training/checkpoint-file.js";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
  type CheckpointOwner,
} from "../../src/training/checkpoint.js";
import { optimizers } from "../../src/training/optimizers/registry.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { temporaryFolder } from "../support/temporary.js";
import { bits, sampleImages, sampleTeacher, sampleTrial, train } from "./sample.js";

const images = sampleImages(24);
const epochs = 4;
const inputs = { images, teacher: sampleTeacher(images, epochs) };
const owner: CheckpointOwner = { work: "trial 0123456789abcdef", teacher: "teacher", backend: "native" };

function toldTo(lines: string[]): CheckpointReport {
  return { log: (line) => lines.push(`log: ${line}`), warn: (line) => lines.push(`warn: ${line}`) };
}

/** Everything that a step may depend on besides the weights. */
function trialWith(optimizer: TrialSpec["settings"]["optimizer"], patience: number | null = 3): TrialSpec {
  return sampleTrial(
    { type: "kd_ce" },
    {
      student: { type: "shallow", dropout: 0.25 },
      optimizer,
      schedule: { type: "cosine", warmUpEpochs: 1.5 },
      augmentation: { type: "flip_crop", padding: 2 },
      training: { epochs, batchSize: 7, clipNorm: 0.5, patience },
    },
  );
}

/** Each optimizer with all that it can carry from step to step. */
const full: Readonly<Record<string, object>> = {
  adam: {},
  adamw: {},
  sgd: { momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  rmsprop: { momentum: 0.5, centered: true },
};

describe("a checkpoint", () => {
  const { path: folder } = temporaryFolder();
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  for (const type of optimizers.names()) {
    it(`at each epoch's end leads to the bits of the undisturbed run, with ${type}`, async () => {
      const trial = trialWith({ type, learningRate: 0.003, ...full[type] });
      const written: Uint8Array[] = [];
      const record = { read: () => null, write: (one: Checkpoint) => written.push(encodeCheckpoint(owner, one)) };
      const undisturbed = bits(await train(tf, trial, inputs, { checkpoints: record }));
      assert.equal(bits(await train(tf, trial, inputs)), undisturbed);
      assert.equal(written.length, epochs);
      for (const [index, bytes] of written.entries()) {
        const decoded = decodeCheckpoint(owner, bytes);
        assert.ok(decoded.ok);
        const told: boolean[] = [];
        const again = await train(tf, trial, inputs, {
          checkpoints: { read: () => decoded.checkpoint, write: () => undefined },
          onEpoch: (_, restored) => told.push(restored),
        });
        assert.equal(bits(again), undisturbed, `after epoch ${index + 1}`);
        assert.deepEqual(
          told,
          Array.from({ length: epochs }, (_, epoch) => epoch <= index),
        );
      }
    });
  }

  it("is what a trial stopped in mid-epoch goes on from", async () => {
    const trial = trialWith({ type: "adam", learningRate: 0.003 });
    const lines: string[] = [];
    const checkpoints = new CheckpointFile(join(folder, "stopped"), owner, toldTo(lines));
    const abort = new AbortController();
    const stopped = train(tf, trial, inputs, {
      checkpoints,
      signal: abort.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 2) setImmediate(() => { abort.abort(new Error("enough")); }); // prettier-ignore
      },
    });
    await assert.rejects(stopped, /enough/);
    assert.deepEqual(readdirSync(join(folder, "stopped")), ["checkpoint-native.bin"]);
    const before = tf.memory().numTensors;
    assert.equal(bits(await train(tf, trial, inputs, { checkpoints })), bits(await train(tf, trial, inputs)));
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(lines, ["log: trial 0123456789abcdef: goes on after epoch 2"]);
  });

  it("of another revision is gone on from with a word to the user: no third training repeats it", async () => {
    const trial = trialWith({ type: "sgd", learningRate: 0.003 }, null);
    const lines: string[] = [];
    const place = join(folder, "mixed");
    const by = (on: string): CheckpointFile => new CheckpointFile(place, { ...owner, on }, toldTo(lines));
    await train(tf, trial, inputs, { checkpoints: by("one") });
    assert.ok(by("one").read() !== null);
    assert.ok(by("another").read() !== null);
    assert.deepEqual(lines, [
      `log: ${owner.work}: goes on after epoch ${epochs}`,
      `warn: ${owner.work}: goes on after epoch ${epochs}, trained with one; now with another, so that it may not repeat to the bit`,
    ]);
  });

  describe("that is none to go on from", () => {
    let good: Buffer;
    const trial = trialWith({ type: "sgd", learningRate: 0.003 }, null);
    before(async () => {
      const checkpoints = new CheckpointFile(join(folder, "good"), owner, toldTo([]));
      await train(tf, trial, inputs, { checkpoints });
      good = readFileSync(join(folder, "good", "checkpoint-native.bin"));
    });

    function lineOf(name: string, bytes: Uint8Array, of = owner): string {
      const place = join(folder, name);
      mkdirSync(place);
      writeFileSync(join(place, `checkpoint-${of.backend}.bin`), bytes);
      const lines: string[] = [];
      assert.equal(new CheckpointFile(place, of, toldTo(lines)).read(), null);
      assert.equal(lines.length, 1);
      return lines[0]!;
    }

    const flipped = (at: number): Buffer => {
      const bytes = Buffer.from(good);
      bytes[at]! ^= 1;
      return bytes;
    };

    it("is thrown away with a word to the user: damaged, cut short, empty", () => {
      const damaged = "warn: trial 0123456789abcdef: the checkpoint is damaged; it starts over";
      assert.equal(lineOf("first", flipped(0)), damaged);
      assert.equal(lineOf("middle", flipped(good.length >> 1)), damaged);
      assert.equal(lineOf("last", flipped(good.length - 1)), damaged);
      assert.equal(lineOf("cut", good.subarray(0, good.length - 4)), damaged);
      assert.equal(lineOf("short", good.subarray(0, 10)), damaged);
      assert.equal(lineOf("empty", new Uint8Array()), damaged);
    });

    it("is thrown away where it is another trial's, or was made with another teacher or on another backend", () => {
      const other = { ...owner, work: "trial fedcba9876543210" };
      assert.match(
        lineOf("trial", good, other),
        /^warn: trial fedcba9876543210: the checkpoint is of trial 0123456789abcdef;/,
      );
      assert.match(lineOf("teacher", good, { ...owner, teacher: "other" }), /other weights of the teacher/);
      assert.match(
        lineOf("backend", good, { ...owner, backend: "portable" }),
        /the checkpoint was made on the native backend; it starts over$/,
      );
    });

    it("is another backend's, which it stays for", () => {
      const lines: string[] = [];
      const place = join(folder, "good");
      const other = new CheckpointFile(place, { ...owner, backend: "portable" }, toldTo(lines));
      assert.equal(other.read(), null);
      assert.deepEqual(lines, [
        "warn: trial 0123456789abcdef: starts over; what the native backend trained of it stays, for that one to go on",
      ]);
      assert.deepEqual(readFileSync(join(place, "checkpoint-native.bin")), good);
    });

    it("lets the trial start over, to the same bits", async () => {
      const place = join(folder, "over");
      mkdirSync(place);
      writeFileSync(join(place, "checkpoint-native.bin"), flipped(100));
      const checkpoints = new CheckpointFile(place, owner, toldTo([]));
      assert.equal(bits(await train(tf, trial, inputs, { checkpoints })), bits(await train(tf, trial, inputs)));
      assert.ok(checkpoints.read() !== null);
    });

    it("costs no trial: where none can be written, it trains on and says so once", async () => {
      const place = join(folder, "file");
      writeFileSync(place, "in the way");
      const lines: string[] = [];
      const checkpoints = new CheckpointFile(join(place, "below"), owner, toldTo(lines));
      await train(tf, trial, inputs, { checkpoints });
      const [read, written, ...more] = lines;
      assert.match(read!, /^warn: .* cannot be read .*; it starts over/);
      assert.match(written!, /^warn: .* no checkpoint can be written .*; it trains on without/);
      assert.deepEqual(more, []);
    });
  });
});

describe("early stopping", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  it("ends after its patience with the monitored best epoch's weights, metrics and logits", async () => {
    // A rate that diverges from a good start: the best epoch is not the last.
    const settings = {
      optimizer: { type: "sgd", learningRate: 3 },
      training: { epochs: 30, batchSize: 9, patience: 2 },
    };
    const stopping = await train(tf, sampleTrial({ type: "hard" }, settings), { images, teacher: null });
    const { final } = stopping.result;
    assert.ok(stopping.epochs.length < 30, "it stopped");
    assert.equal(stopping.epochs.length - final.epoch, 2);
    assert.equal(final.val_loss, Math.min(...stopping.epochs.map(({ val_loss }) => val_loss)));
    const training = { epochs: final.epoch, batchSize: 9 };
    const undisturbed = await train(tf, sampleTrial({ type: "hard" }, { ...settings, training }), {
      images,
      teacher: null,
    });
    assert.deepEqual(stopping.result.validationLogits, undisturbed.result.validationLogits);
    assert.deepEqual(stopping.weights.final, undisturbed.weights.final);
  });

  it("by val_accuracy goes back to the epoch that the result names as best", async () => {
    const training = { epochs: 12, batchSize: 9, patience: 3, monitor: "val_accuracy" };
    const trial = sampleTrial({ type: "hard" }, { optimizer: { type: "sgd", learningRate: 3 }, training });
    const { result, weights } = await train(tf, trial, { images, teacher: null });
    assert.deepEqual(result.final, result.best);
    assert.equal(weights.best, null);
  });
});
