import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { StudyReader } from "../../src/store/reader.js";
import { exited, kdSweep, place, startKdSweep, trainingProcessOf, untilPrinted } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

const sweepText = `
name: small
seeds: 4
dataset: { name: petals, imageSize: 16, images: 80 }
training: { epochs: 3000, batchSize: 16 }
loss: { type: hard }
`;

interface Status {
  readonly inUse: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly running: readonly { readonly epoch: { readonly epoch: number } | null }[];
}

describe("a running study", function () {
  this.timeout(120_000);
  const at = place(temporaryFolder().path, sweepText);
  const study = join(at.results, "small");

  async function status(): Promise<Status> {
    return JSON.parse((await kdSweep(at, ["status", study, "--json"])).stdout) as Status;
  }

  async function untilEpochs(): Promise<Status> {
    for (;;) {
      const now = existsSync(join(study, "study.sqlite")) ? await status().catch(() => null) : null;
      if (now?.running.length === 2 && now.running.every(({ epoch }) => epoch !== null)) return now;
      await sleep(100);
    }
  }

  it("shows its trials to kd-sweep status, and stops in order at SIGTERM", async () => {
    const run = startKdSweep(at, ["run", at.sweep, "--workers", "2"]);
    const now = await untilEpochs();
    assert.deepEqual([now.inUse, now.counts.running, now.counts.waiting], [true, 2, 2]);
    const { stdout } = await kdSweep(at, ["status", study]);
    assert.match(
      stdout,
      /^small \(running\): 0 of 4 trials complete, 2 running, 2 waiting; about .* left\n {2}seed 1 {2}epoch \d+\/3000/,
    );
    const unread = startKdSweep(at, ["status", study, "--watch"]);
    await untilPrinted(unread, "4 trials");
    unread.stdout?.destroy();
    assert.equal(await exited(unread), 0, "nobody reads it any more");
    assert.equal(run.exitCode, null);
    run.kill("SIGTERM");
    assert.equal(await exited(run), 143);
    const after = await status();
    assert.deepEqual([after.inUse, after.counts.waiting], [false, 4]);
    const watched = await kdSweep(at, ["status", study, "--watch"]);
    assert.equal(watched.code, 0, "there is nothing to wait for");
    assert.match(watched.stdout, /^small \(not running\): 0 of 4 trials complete, 4 waiting\n/);
  });

  it("ends at once at the second Ctrl-C, and goes on from its checkpoints", async function () {
    if (process.platform !== "linux") this.skip();
    const before = StudyReader.open(study);
    const epochs = before.snapshot().trials[0]!.epochs.length;
    before.close();
    const run = startKdSweep(at, ["run", at.sweep, "--workers", "2"]);
    const now = await untilEpochs();
    assert.ok(now.running[0]!.epoch!.epoch >= epochs);
    const training = trainingProcessOf(run.pid!)!;
    // Its trials never reach their next step: the run cannot stop in order.
    process.kill(training, "SIGSTOP");
    const stopping = untilPrinted(run, "stopping");
    run.kill("SIGINT");
    await stopping;
    // One Ctrl-C may come twice; this is a second one.
    await sleep(500);
    run.kill("SIGINT");
    assert.equal(await exited(run), 130);
    process.kill(training, "SIGCONT");
    assert.equal((await status()).counts.waiting, 4);
  });
});

describe("kd-sweep verify", function () {
  this.timeout(120_000);
  const at = place(temporaryFolder().path, sweepText.replace("3000", "2").replace("type: hard", "type: kd"));
  const study = join(at.results, "small");

  it("finds the same bits, and names what has others", async () => {
    const run = await kdSweep(at, ["run", at.sweep, "--max-trials", "1"]);
    assert.equal(run.code, 2, run.stderr);
    const same = await kdSweep(at, ["verify", study]);
    assert.equal(same.code, 0, same.stderr);
    assert.match(same.stdout, /^trial [0-9a-f]{16} gives the same metrics and logits, bit for bit\n$/);

    const database = new DatabaseSync(join(study, "study.sqlite"));
    database.exec("UPDATE epochs SET val_loss = val_loss + 1 WHERE epoch = 2");
    database.exec("UPDATE validation_logits SET logits = zeroblob(length(logits))");
    database.exec("UPDATE environments SET processor = 'Another one'");
    database.close();
    const other = await kdSweep(at, ["verify", study]);
    assert.equal(other.code, 2, other.stderr);
    assert.match(other.stdout, /\n {2}epoch 2 val_loss: \S+ then, \S+ now\n {2}\d+ of \d+ logits have other bits\n/);
    assert.match(other.stdout, /\nit ran on something else:\n {2}processor: Another one then, /);
  });

  it("ends with 3 where the cache cannot be written, and keeps the log that it names", async () => {
    const cache = join(at.results, "small", "trials.csv");
    const { code, stderr } = await kdSweep(at, ["verify", study], { KD_SWEEP_CACHE: cache });
    assert.equal(code, 3, stderr);
    assert.match(stderr, /expected a cache folder that can be written, found a file in its place/);
    const [, log] = /^what the training process said is in (.+)$/m.exec(stderr) ?? [];
    if (log === undefined) return; // it said nothing
    assert.ok(existsSync(log), log);
    rmSync(dirname(log), { recursive: true });
  });

  it("refuses trials that are not there or not finished", async () => {
    const reader = StudyReader.open(study);
    const waiting = reader.snapshot().trials.find(({ state }) => state === "waiting")!.spec.id;
    reader.close();
    const unfinished = await kdSweep(at, ["verify", study, waiting]);
    assert.equal(unfinished.code, 1);
    assert.match(unfinished.stderr, /is waiting; only a finished one can be run again/);
    const unknown = await kdSweep(at, ["verify", study, "xyz"]);
    assert.match(unknown.stderr, /expected the id of a trial, found xyz/);
  });
});
