import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { StudyReader } from "../../src/store/reader.js";
import { openStudy } from "../../src/store/sqlite.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { metrics, result } from "./samples.js";
import { start, temporaryFolder } from "./programs/programs.js";

/** What a writer has said that it wrote: per trial its epochs and whether it was finished. */
function acknowledged(lines: readonly string[]): Map<number, { epochs: number; finished: boolean }> {
  const trials = new Map<number, { epochs: number; finished: boolean }>();
  for (const line of lines) {
    const [word, index] = line.split(" ");
    if (word === "begun") trials.set(Number(index), { epochs: 0, finished: false });
    const trial = trials.get(Number(index));
    if (word === "epoch") trial!.epochs++;
    if (word === "finished") trial!.finished = true;
  }
  return trials;
}

/** Everything in a snapshot that a moment of the writer's program can have left. */
function assertConsistent(snapshot: StudySnapshot): void {
  for (const [index, { state, attempts, epochs, result: found }] of snapshot.trials.entries()) {
    assert.deepEqual(
      epochs,
      epochs.map((_, i) => metrics(i + 1, { train_loss: index + (i + 1) / 7 })),
    );
    if (state === "complete") {
      assert.deepEqual([epochs.length, found?.final, attempts.at(-1)?.state], [5, epochs[4], "complete"]);
      assert.deepEqual(snapshot.validationLogits(snapshot.trials[index]!.spec.id), result().validationLogits);
    } else {
      assert.equal(found, null);
      if (state === "failed") assert.equal(epochs.length, 5);
    }
  }
}

describe("a study whose writer is killed", () => {
  const folder = temporaryFolder();
  const study = (): string => join(folder(), "study");

  it("begins anew where its database is removed, whatever is left of its log", async () => {
    const writer = start("write", study(), "3");
    for (let line = await writer.next(); line !== null && line !== "finished 1";) line = await writer.next();
    await writer.kill();
    assert.ok(statSync(join(study(), "study.sqlite-wal")).size > 0);
    rmSync(join(study(), "study.sqlite"));
    const store = openStudy(study(), { create: true });
    assert.equal(store.allStates().size, 0);
    store.close();
  });

  it("has kept all that was acknowledged, and runs nothing twice", async () => {
    const trials = 40;
    const moments = [0, 1, 2, 7, 8, 20, 53, 100];
    const attemptsAt = new Map<number, number>();
    for (const moment of moments) {
      const writer = start("write", study(), String(trials));
      const lines: string[] = [];
      // Killed while it goes on writing, some time after this line.
      while (lines.length < moment) {
        const line = await writer.next();
        if (line === null) break;
        lines.push(line);
      }
      writer.child.kill("SIGKILL");
      for (let line = await writer.next(); line !== null; line = await writer.next()) lines.push(line);
      await writer.ended;
      if (moment === 0) continue;

      const reader = StudyReader.open(study());
      const left = reader.snapshot();
      assertConsistent(left);
      for (const [index, { epochs, finished }] of acknowledged(lines)) {
        const record = left.trials[index]!;
        assert.ok(record.epochs.length >= epochs, `trial ${index}: ${epochs} epochs were acknowledged`);
        if (finished) assert.equal(record.state, index % 4 === 3 ? "failed" : "complete");
        else assert.notEqual(record.state, "running", "nobody runs it any more");
        attemptsAt.set(index, record.attempts.length);
      }
      reader.close();

      const store = openStudy(study());
      const recovered = store.snapshot();
      assertConsistent(recovered);
      for (const { state, attempts } of recovered.trials) {
        assert.ok(state !== "running");
        for (const { reason, message, endedAt } of attempts.filter((attempt) => attempt.reason === "worker-exit")) {
          assert.deepEqual([reason, message, endedAt], ["worker-exit", "the process was killed", null]);
          assert.ok(attempts.at(-1)?.reason !== "worker-exit" || state === "waiting", "it is tried again");
        }
        assert.ok(attempts.filter((attempt) => attempt.state === "complete").length <= 1);
      }
      store.close();
    }

    const last = start("write", study(), String(trials));
    while ((await last.next()) !== null);
    assert.equal(await last.ended, 0);
    const reader = StudyReader.open(study());
    const end = reader.snapshot();
    assertConsistent(end);
    assert.deepEqual(
      end.trials.map(({ state }) => state),
      end.trials.map((_, index) => (index % 4 === 3 ? "failed" : "complete")),
    );
    reader.close();
    assert.ok([...attemptsAt.values()].some((count) => count > 0));
  });

  it("is one plain file again once the next writer has closed it", async () => {
    const writer = start("write", study(), "40");
    for (let line = 0; line < 20; line++) await writer.next();
    await writer.kill();
    assert.ok(readdirSync(study()).includes("study.sqlite-wal"));
    openStudy(study()).close();
    assert.deepEqual(readdirSync(study()).sort(), [".lock", "study.sqlite"]);
  });

  it("is refused to a second writer while the first lives, with its process id; readers see it", async () => {
    const writer = start("write", study(), "3000");
    for (let line = 0; line < 20; line++) await writer.next();
    assert.throws(() => openStudy(study()), {
      name: "UserError",
      exitCode: 3,
      message: `${study()} is in use by process ${writer.child.pid}; wait until that has ended, or stop it`,
    });
    const reader = StudyReader.open(study());
    assert.equal([...reader.states().values()].filter((state) => state === "running").length <= 1, true);
    reader.close();
    await writer.kill();
    openStudy(study()).close();
  });

  it("reads consistently, over and over, while another process writes", async () => {
    const writer = start("write", study(), "300");
    assert.equal(await writer.next(), "planned");
    const reader = StudyReader.open(study());
    const writing = { done: false };
    const lines = (async () => {
      while ((await writer.next()) !== null);
      writing.done = true;
    })();
    let seen = 0;
    const finished: number[] = [];
    while (!writing.done) {
      const snapshot = reader.snapshot();
      assertConsistent(snapshot);
      const running = snapshot.trials.filter(({ state }) => state === "running");
      assert.ok(running.length <= 1);
      finished.push(snapshot.trials.filter(({ state }) => state === "complete" || state === "failed").length);
      seen++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await lines;
    assert.equal(await writer.ended, 0);
    assert.deepEqual(
      finished,
      finished.toSorted((a, b) => a - b),
      "nothing finished is ever unfinished again",
    );
    assert.ok(seen > 1);
    assert.deepEqual(new Set(reader.states().values()), new Set(["complete", "failed"]));
    reader.close();
  });
});
