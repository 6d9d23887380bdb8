import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { epochEvent, fileStart } from "../../../src/report/tensorboard/event.js";
import { Board } from "../../../src/report/tensorboard/board.js";
import { metrics, trial } from "../../store/samples.js";
import { temporaryFolder } from "../../support/temporary.js";

const python = process.env.KD_SWEEP_TEST_PYTHON ?? "python3";

describe("TensorBoard event files", () => {
  const folder = temporaryFolder();

  it("have the bytes that TensorFlow writes", () => {
    // tf.io.TFRecordWriter (2.21) of event_pb2.Event(wall_time=2.5, file_version="brain.Event:2") and of
    // Event(wall_time=3.5, step=300, summary=...) with a simple_value for each tag
    assert.equal(
      fileStart(2.5).toString("hex"),
      "1800000000000000a37f4b220900000000000004401a0d627261696e2e4576656e743a32b19bcaec",
    );
    const own = {
      train_loss: 0.5,
      train_accuracy: 0.75,
      val_loss: 0.25,
      val_accuracy: 0.125,
      val_cross_entropy: 1.5,
      val_ece: 0.0625,
    };
    assert.equal(
      epochEvent(3.5, { epoch: 300, ...own, val_kl: null, val_agreement: null, seconds: 1 }).toString("hex"),
      [
        "b3000000000000000fbfd841090000000000000c4010ac022aa4010a110a0a6c6f73732f747261696e150000003f0a160a0f",
        "6c6f73732f76616c69646174696f6e150000803e0a150a0e61636375726163792f747261696e150000403f0a1a0a13616363",
        "75726163792f76616c69646174696f6e150000003e0a1f0a1876616c69646174696f6e2f63726f73735f656e74726f707915",
        "0000c03f0a230a1c76616c69646174696f6e2f63616c6962726174696f6e5f6572726f72150000803d3c9b9692",
      ].join(""),
    );
  });

  it("are one run for each trial, an epoch a step, and nothing outside the folder", () => {
    const board = new Board(folder.path);
    const named = { ...trial(0), parameters: { "loss.type": "../../etc", "loss.module": "a/b\nc" } };
    board.begin(named, 10);
    for (const epoch of [1, 2]) board.epoch(named, metrics(epoch), 10 + epoch);
    const runs = readdirSync(join(folder.path, "tensorboard"));
    assert.equal(runs.length, 1);
    const [file = ""] = readdirSync(join(folder.path, "tensorboard", runs[0]!));
    const bytes = readFileSync(join(folder.path, "tensorboard", runs[0]!, file));
    assert.deepEqual(bytes, Buffer.concat([fileStart(10), epochEvent(11, metrics(1)), epochEvent(12, metrics(2))]));
  });

  it("are read by TensorBoard (needs Python with tensorboard)", function () {
    if (spawnSync(python, ["-c", "import tensorboard"]).status !== 0) this.skip();
    const board = new Board(folder.path);
    board.begin(trial(1), 10);
    for (const epoch of [1, 2]) board.epoch(trial(1), metrics(epoch), 10 + epoch);
    const program = `
import json, sys
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
found = EventMultiplexer().AddRunsFromDirectory(sys.argv[1]); found.Reload()
print(json.dumps({run: {tag: [[e.step, e.value] for e in found.Scalars(run, tag)] for tag in tags["scalars"]} for run, tags in found.Runs().items()}))`;
    const read = spawnSync(python, ["-c", program, join(folder.path, "tensorboard")], { encoding: "utf8" });
    assert.equal(read.status, 0, read.stderr);
    const runs = JSON.parse(read.stdout) as Record<string, Record<string, [number, number][]>>;
    const [run] = Object.entries(runs).filter(([name]) => name.includes(trial(1).id.slice(0, 8)));
    assert.deepEqual(
      run![1]["loss/train"],
      [1, 2].map((epoch) => [epoch, Math.fround(metrics(epoch).train_loss)]),
    );
    assert.equal(Object.keys(run![1]).length, 9);
  });
});
