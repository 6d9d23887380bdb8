import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readResults } from "../../../src/report/results.js";
import { epochEvent, fileStart } from "../../../src/report/tensorboard/event.js";
import { Board } from "../../../src/report/tensorboard/board.js";
import type { TrialRecord } from "../../../src/store/store.js";
import { metrics, trial } from "../../store/samples.js";
import { temporaryFolder } from "../../support/temporary.js";
import { studyOf, typicalStudy } from "../study.js";

const file = "events.out.tfevents.0.kd-sweep";
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

  it("are of the latest plan's trials and their teachers; what it no longer wants goes, what others made stays", () => {
    const study = join(folder.path, "planned");
    const runs = (): string[] => readdirSync(join(study, "tensorboard")).sort();
    const snapshot = typicalStudy();
    const board = new Board(study);
    board.write(readResults(snapshot));
    const [first] = snapshot.trials;
    const [teacher] = snapshot.artifacts.flatMap(({ key, details }) => (details.kind === "teacher" ? [key] : []));
    assert.equal(runs().length, 22);
    const foreign = ["mine", "mine 0123abcd", `kept seed 1 ${first!.spec.id.slice(0, 8)}`];
    for (const name of foreign) mkdirSync(join(study, "tensorboard", name));
    writeFileSync(join(study, "tensorboard", "mine", file), "");
    writeFileSync(join(study, "tensorboard", "mine 0123abcd", "events.out.tfevents.1.mine"), "");
    const stale = runs().find((name) => name.startsWith("mse"))!;
    writeFileSync(join(study, "tensorboard", stale, "notes.txt"), "");

    const learned = snapshot.trials.find(({ spec, state }) => state === "complete" && spec.settings.teacher !== null)!;
    board.write(readResults({ ...snapshot, plan: { ...snapshot.plan, trials: [learned.spec] } }));
    const own = runs().filter((name) => !foreign.includes(name) && name !== stale);
    assert.deepEqual(
      own.map((name) => name.slice(-8)).sort(),
      [learned.spec.id.slice(0, 8), teacher!.slice(0, 8)].sort(),
    );
    assert.deepEqual(
      runs().filter((name) => foreign.includes(name)),
      foreign.toSorted(),
    );
    assert.deepEqual(readdirSync(join(study, "tensorboard", stale)), ["notes.txt"]);
    const events = readFileSync(
      join(
        study,
        "tensorboard",
        own.find((name) => !name.startsWith("teacher"))!,
        file,
      ),
    );
    let time = Date.parse(learned.attempts[0]!.startedAt) / 1000;
    const start = fileStart(time);
    assert.deepEqual(
      events,
      Buffer.concat([start, ...learned.epochs.map((epoch) => epochEvent((time += epoch.seconds), epoch))]),
    );
  });

  it("leave a run alone that another process has begun and has no epoch yet", () => {
    const study = join(folder.path, "begun");
    const snapshot = studyOf([{ parameters: { "loss.type": "kd" }, outcomes: ["running"] }]);
    const [{ spec }] = snapshot.trials as [TrialRecord];
    const board = new Board(study);
    board.begin(spec, 10);
    new Board(study).write(readResults(snapshot));
    board.epoch(spec, metrics(1), 11);
    const [run = ""] = readdirSync(join(study, "tensorboard"));
    const bytes = readFileSync(join(study, "tensorboard", run, file));
    assert.deepEqual(bytes, Buffer.concat([fileStart(10), epochEvent(11, metrics(1))]));
  });

  it("take away what a killed process left half written, which TensorBoard would read too", () => {
    const study = join(folder.path, "killed");
    const results = readResults(studyOf([{ parameters: { "loss.type": "kd" }, outcomes: [0.5] }]));
    const board = new Board(study);
    board.write(results);
    const [run = ""] = readdirSync(join(study, "tensorboard"));
    const { pid: gone } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(join(study, "tensorboard", run, `${file}.${gone}.tmp`), "half");
    board.write(results);
    assert.deepEqual(readdirSync(join(study, "tensorboard", run)), [file]);
  });

  it("have names that a file system takes, whole letters of them", () => {
    const study = join(folder.path, "long");
    const board = new Board(study);
    const value = "蒸𠮷留".repeat(100);
    const parameters = {
      "loss.type": value,
      "student.type": value,
      "optimizer.type": value,
      "teacher.backbone": value,
    };
    board.begin({ ...trial(0), parameters }, 10);
    const [run = ""] = readdirSync(join(study, "tensorboard"));
    assert.ok(Buffer.byteLength(run) > 100 && Buffer.byteLength(run) <= 255, run);
    assert.doesNotMatch(run, /\ufffd/);
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
