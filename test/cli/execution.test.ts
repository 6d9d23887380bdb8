import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { StudyReader } from "../../src/store/reader.js";
import type { TrialRecord } from "../../src/store/store.js";
import { kdSweep, place, type Place } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

const sweepText = `
name: small
seeds: 4
dataset: { name: petals, imageSize: 16, images: 80 }
training: { epochs: 2, batchSize: 16 }
loss: { type: hard }
execution: { maxTrials: 1 }
`;

function trialsOf(at: Place, name = "small"): readonly TrialRecord[] {
  const reader = StudyReader.open(join(at.results, name));
  try {
    return reader.snapshot().trials;
  } finally {
    reader.close();
  }
}

describe("how a run is told to run", function () {
  this.timeout(120_000);
  const at = place(temporaryFolder().path, sweepText);
  const states = (): string[] => trialsOf(at).map(({ state }) => state);

  it("--json prints an object a line, the limits of the file overridden by options", async () => {
    const options = ["--json", "--max-trials", "2", "--timeout", "30d"];
    const { code, stdout, stderr } = await kdSweep(at, ["run", at.sweep, ...options]);
    assert.equal(code, 2, stderr);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.ok(events.every(({ time }) => typeof time === "string" && !Number.isNaN(Date.parse(time))));
    const ofType = (type: string): Record<string, unknown>[] => events.filter((event) => event.type === type);
    assert.deepEqual(
      [ofType("begin")[0]?.unfinished, ofType("begin")[0]?.name, ofType("end")[0]?.limit, ofType("end")[0]?.complete],
      [4, "small", "maxTrials", 2],
    );
    const finished = ofType("trial-finished");
    assert.deepEqual(
      new Set(finished.map(({ trial }) => trial)),
      new Set(trialsOf(at).flatMap(({ spec, state }) => (state === "complete" ? [spec.id] : []))),
    );
    assert.equal(ofType("trial-epoch").length, 4);
    assert.ok(!stdout.includes("\u001b"));
  });

  it("the file's limits hold where no option overrides them; --quiet prints warnings alone", async () => {
    const { code, stdout, stderr } = await kdSweep(at, ["run", at.sweep, "--quiet"]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.equal(stderr, "kd-sweep: as many trials as --max-trials allows were begun; the same command goes on\n");
    assert.deepEqual(states(), ["complete", "complete", "complete", "waiting"]);
  });

  it("--fresh starts over and keeps the old study aside", async () => {
    const { code, stderr } = await kdSweep(at, ["run", at.sweep, "--fresh"]);
    assert.equal(code, 2, stderr);
    assert.deepEqual(states(), ["complete", "waiting", "waiting", "waiting"]);
    const [aside] = readdirSync(at.results).filter((name) => /^small-\d{4}-\d\d-\d\d-\d{6}$/.test(name));
    assert.ok(aside !== undefined && stderr.includes(join("results", aside)), stderr);
    assert.equal(trialsOf(at, aside).filter(({ state }) => state === "complete").length, 3);
    assert.ok(existsSync(join(at.results, aside, "report.html")));
  });

  it("--timeout fails a trial; it is run again by --retry-failed, and not without it", async () => {
    const long = ["run", at.sweep, "--name", "long", "--set", "training.epochs=100000", "--set", "seeds=1"];
    const first = await kdSweep(at, [...long, "--timeout", "1s"]);
    assert.equal(first.code, 2, first.stderr);
    assert.match(first.stderr, /seed 1 {2}failed \(timeout\): not finished after 1 s/);
    const second = await kdSweep(at, long);
    assert.equal(second.code, 2);
    assert.match(second.stderr, /1 trial failed before; --retry-failed runs it again/);
    assert.match(second.stderr, /0 complete, 0 to run, 1 failed before/);
    const third = await kdSweep(at, [...long, "--timeout", "0.5s", "--retry-failed", "--workers", "2"]);
    assert.equal(third.code, 2);
    assert.match(third.stderr, /: 1 trial, 0 complete, 1 failed before and to run now on 2 workers\n/);
    assert.doesNotMatch(third.stderr, /--retry-failed/);
    assert.deepEqual(
      trialsOf(at, "long")[0]?.attempts.map(({ reason, message }) => [reason, message]),
      [
        ["timeout", "not finished after 1 s"],
        ["timeout", "not finished after 0.5 s"],
      ],
    );
  });

  it("plan tells the time on the workers that the file asks for", async () => {
    const plan = ["plan", at.sweep, "--name", "planned", "--set"];
    const one = await kdSweep(at, [...plan, "execution.workers=1"]);
    assert.match(one.stdout, /\nRoughly .* on 1 worker, beside/, one.stderr);
    const three = await kdSweep(at, [...plan, "execution.workers=3"]);
    assert.match(three.stdout, /\nRoughly .* on 3 workers, beside/, three.stderr);
  });

  for (const [option, value, expected] of [
    ["--workers", "many", "auto, or a whole number from 1 to 256"],
    ["--workers", "0", "auto, or a whole number from 1 to 256"],
    ["--max-time", "8", "a time > 0 like 90s, 30m or 8h"],
    ["--timeout", "-1s", "a time > 0 like 90s, 30m or 8h"],
    ["--timeout", "0s", "a time > 0 like 90s, 30m or 8h"],
    ["--max-time", "0.0h", "a time > 0 like 90s, 30m or 8h"],
    ["--retries", "1.5", "a whole number from 0 to 100"],
    ["--max-failures", "0", "a whole number from 1"],
  ] as const) {
    it(`refuses ${option} ${value}`, async () => {
      const { code, stderr } = await kdSweep(at, ["run", at.sweep, `${option}=${value}`]);
      assert.equal(code, 1);
      assert.ok(stderr.startsWith(`kd-sweep: ${option}: expected ${expected}, found ${value}\n`), stderr);
    });
  }

  for (const options of [
    ["--fresh", "--retry-failed"],
    ["--quiet", "--json"],
  ]) {
    it(`refuses ${options.join(" with ")}`, async () => {
      const { code, stderr } = await kdSweep(at, ["run", at.sweep, ...options]);
      assert.equal(code, 1);
      assert.match(stderr, /exclude each other/);
    });
  }
});
