import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactOutcome, Executor, RunOptions } from "../../src/execution/messages.js";
import { TrainingProcess, type TrainingProcessOptions } from "../../src/execution/process.js";
import { UserError } from "../../src/trial/issue.js";
import { temporaryFolder } from "../support/temporary.js";

const module = (name: string): string => new URL(`./programs/${name}.js`, import.meta.url).href;

/** What every executor must do, whatever its work does to it. */
function conformance(name: string, make: (more?: Partial<TrainingProcessOptions>) => Executor): void {
  describe(name, function () {
    this.timeout(60_000);
    const never = new AbortController().signal;
    const opened: Executor[] = [];

    function open(workers = 1, more: Partial<TrainingProcessOptions> = {}): Executor {
      const executor = make({ workers, ...more });
      opened.push(executor);
      return executor;
    }

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((executor) => executor.close()));
    });

    function work(executor: Executor, what: string, options: Partial<RunOptions> = {}): Promise<ArtifactOutcome> {
      const dataset = { name: what, imageSize: 8, trainFraction: 0.5 };
      const artifact = { kind: "images", dataset, fingerprint: "f" } as const;
      return executor.run({ kind: "artifact", artifact }, { signal: never, ...options });
    }

    const reason = (outcome: ArtifactOutcome): string => (outcome.state === "failed" ? outcome.reason : outcome.state);

    async function afterwards(executor: Executor): Promise<void> {
      assert.equal(reason(await work(executor, "succeeds")), "complete", "and works on");
    }

    it("gives what work results in, its epochs before", async () => {
      const epochs: number[] = [];
      const executor = open();
      const outcome = await work(executor, "succeeds", { onEpoch: ({ epoch }) => epochs.push(epoch) });
      assert.deepEqual([reason(outcome), epochs], ["complete", [1]]);
      await afterwards(executor);
    });

    it("gives a thrown error as a failure", async () => {
      const executor = open();
      const outcome = await work(executor, "throws");
      assert.deepEqual([reason(outcome), outcome.state === "failed" && outcome.message], ["error", "wrong"]);
      await afterwards(executor);
    });

    for (const what of ["throws late", "throws in the pool's answer"]) {
      it(`lets an error after the end cost nothing where work ${what}`, async () => {
        const executor = open(2);
        const beside = work(executor, "takes a while", { timeoutMs: 1_500 });
        assert.equal(reason(await work(executor, what)), "complete");
        assert.equal(reason(await beside), "timeout", "what ran beside it goes on to its own end");
        await afterwards(executor);
      });
    }

    it("counts an earlier work's late error as the end of the worker, after which work is tried again", async () => {
      const executor = open();
      assert.equal(reason(await work(executor, "throws late")), "complete");
      assert.equal(reason(await work(executor, "takes a while", { timeoutMs: 5_000 })), "worker-exit");
      await afterwards(executor);
    });

    it("tells of a worker that ends itself", async () => {
      const executor = open();
      assert.equal(reason(await work(executor, "exits")), "worker-exit");
      await afterwards(executor);
    });

    it("tells of a worker that runs out of memory", async () => {
      const executor = open(1, { heapMegabytes: 64 });
      assert.equal(reason(await work(executor, "fills its memory")), "out-of-memory");
      await afterwards(executor);
    });

    it("makes nothing of what is stopped while it waits for a worker", async () => {
      const executor = open();
      const first = work(executor, "takes a while", { timeoutMs: 1_000 });
      const stop = new AbortController();
      let began = false;
      const waiting = work(executor, "succeeds", { signal: stop.signal, onEpoch: () => (began = true) });
      stop.abort();
      assert.equal(reason(await waiting), "cancelled");
      assert.ok(!began);
      assert.equal(reason(await first), "timeout");
      await afterwards(executor);
    });

    for (const what of ["takes a while", "loops", "is in native code"]) {
      it(`stops work that ${what}, and other work is done`, async () => {
        const executor = open();
        const stop = new AbortController();
        const outcome = work(executor, what, {
          signal: stop.signal,
          onEpoch: () => {
            stop.abort();
          },
        });
        assert.equal(reason(await outcome), "cancelled");
        await afterwards(executor);
      });

      it(`ends work that ${what} at its timeout`, async () => {
        const executor = open();
        const outcome = await work(executor, what, { timeoutMs: 200 });
        assert.deepEqual(
          [reason(outcome), outcome.state === "failed" && outcome.message],
          ["timeout", "not finished after 0.2 s"],
        );
        await afterwards(executor);
      });
    }

    it("says with exit code 3 that its workers do not start", async () => {
      const executor = open(1, { worker: module("failing-worker") });
      for (const attempt of [executor.start(), work(executor, "succeeds")]) {
        await assert.rejects(attempt, (error) => {
          assert.ok(error instanceof UserError && error.exitCode === 3);
          assert.match(
            error.message,
            /^the training process did not start \(exit code 1\): Error: no TensorFlow here\n/,
          );
          return true;
        });
      }
    });

    it("ends what is in flight as cancelled when it is closed", async () => {
      const executor = open(2);
      let closing: Promise<void> | undefined;
      const close = (): void => void (closing ??= executor.close());
      const outcomes = await Promise.all([
        work(executor, "is in native code", { onEpoch: close }),
        work(executor, "takes a while", { onEpoch: close }),
      ]);
      await closing;
      assert.deepEqual(outcomes.map(reason), ["cancelled", "cancelled"]);
      assert.equal(reason(await work(executor, "succeeds")), "cancelled", "nor is anything begun afterwards");
    });

    it("replaces a process that has grown too large, once nothing runs in it", async () => {
      const executor = open(2, { recycleAboveBytes: 1 });
      const [first, second] = await Promise.all([work(executor, "succeeds"), work(executor, "succeeds")]);
      assert.deepEqual([reason(first), reason(second)], ["complete", "complete"]);
      await afterwards(executor);
    });
  });
}

describe("an executor", () => {
  const folder = temporaryFolder().path;
  const logFile = join(folder, "study.log");
  conformance("that is a training process", (more) => {
    return new TrainingProcess({ workers: 1, logFile, graceMs: 300, worker: module("misbehaving-worker"), ...more });
  });

  describe("and its log", () => {
    it("says what ended without costing a result", () => {
      const log = readFileSync(logFile, "utf8");
      assert.match(log, /a worker ended between two pieces of work: Error: too late/);
      assert.match(log, /a worker did not come out of native code; the training process is replaced/);
    });
  });
});
