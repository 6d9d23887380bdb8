import assert from "node:assert/strict";
import { statusLines } from "../../src/cli/status-lines.js";
import type { StudySnapshot, TrialRecord } from "../../src/store/store.js";
import { statusOf } from "../../src/study/status.js";
import { studyOf } from "../report/study.js";
import { overviewOf } from "../store/overview.js";

const now = Date.parse("2026-01-01T00:01:01.000Z");

describe("a study's status", () => {
  const study = studyOf(
    [
      { parameters: { "loss.type": "kd" }, outcomes: [0.6, "failed", "running"] },
      { parameters: { "loss.type": "mse" }, outcomes: [0.7, "waiting", "waiting"] },
    ],
    { epochs: 10 },
  );
  const [running] = study.trials.filter(({ state }) => state === "running");
  const [, absent] = study.trials.filter(({ state }) => state === "waiting");
  const epoch = study.trials[0]!.epochs[3]!;
  const trials = study.trials.map((trial): TrialRecord => (trial === running ? { ...trial, epochs: [epoch] } : trial));
  const plan = { ...study.plan, waitsFor: { [absent!.spec.id]: "photos" } };
  const snapshot: StudySnapshot = { ...study, trials, plan };

  it("counts, and names what runs, what is best, what failed and how long it takes", () => {
    const status = statusOf(overviewOf(snapshot), true, now);
    assert.deepEqual(status.counts, { complete: 2, failed: 1, running: 1, waiting: 2 });
    assert.equal(status.waitingForInputs, 1);
    assert.deepEqual(status.running, [
      { trial: running!.spec, attempt: 1, startedAt: running!.attempts[0]!.startedAt, epoch },
    ]);
    assert.ok(Math.abs(status.best!.value - 0.7) < 0.01);
    assert.equal(status.best?.trial.parameters["loss.type"], "mse");
    assert.equal(status.failed[0]?.reason, "non-finite");
    // One trial is left beside the running one, which began 60 s ago.
    const seconds = study.trials.flatMap(({ result }) => (result === null ? [] : [result.seconds]));
    const mean = (seconds[0]! + seconds[1]!) / 2;
    assert.equal(status.secondsLeft, mean + Math.max(0, mean - 60));
  });

  it("is lines for a person", () => {
    const lines = statusLines(statusOf(overviewOf(snapshot), true, now), { mostFailures: 0, usual: {} });
    assert.match(
      lines[0]!,
      /\(running\): 2 of 6 trials complete, 1 running, 2 waiting, 1 of them for missing inputs, 1 failed; about/,
    );
    assert.match(lines[1]!, /^ {2}kd seed 3 {2}epoch 4\/10 {2}val_accuracy \d\d\.\d %$/);
    assert.match(lines[2]!, /^best: mse seed 1 {2}val_accuracy 70\.\d %$/);
    assert.equal(lines[3], "and 1 more failed");
  });

  it("tells no time of what does not run, and takes that of the running epochs before a trial has finished", () => {
    assert.equal(statusOf(overviewOf(snapshot), false, now).secondsLeft, null);
    const unfinished = { ...snapshot, trials: trials.filter(({ state }) => state === "running") };
    const { secondsLeft } = statusOf(overviewOf(unfinished), true, Date.parse(running!.attempts[0]!.startedAt));
    assert.equal(secondsLeft, epoch.seconds * 10 * (1 - 4 / 10));
  });

  it("counts what a trial had done before it was gone on with", () => {
    const begun = Date.parse(running!.attempts[0]!.startedAt);
    const alone = overviewOf({ ...snapshot, trials: trials.filter(({ state }) => state !== "waiting") });
    const { meanSeconds } = alone;
    assert.equal(statusOf(alone, true, begun + 1).secondsLeft, meanSeconds! * (1 - 4 / 10));
  });
});
