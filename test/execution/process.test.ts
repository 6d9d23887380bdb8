import assert from "node:assert/strict";
import { join } from "node:path";
import type { Outcome } from "../../src/trial/outcome.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import type { ArtifactContent } from "../../src/artifacts/artifact.js";
import { ArtifactCache } from "../../src/artifacts/cache.js";
import { artifactsOf, needs } from "../../src/artifacts/needs.js";
import { TrainingProcess } from "../../src/execution/process.js";
import { readInputs } from "../../src/study/fingerprints.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { datasetsOf, plainTrial, plan, teachersOf } from "../../src/sweep/plan.js";
import type { Fingerprints } from "../../src/trial/fingerprints.js";
import { smallSweep } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";
import { onNative } from "../support/backend.js";

describe("the training process", function () {
  this.timeout(120_000);
  const folder = temporaryFolder().path;
  const never = new AbortController().signal;
  const opened: TrainingProcess[] = [];
  let trials: TrialSpec[];
  let fingerprints: Fingerprints;
  let cacheBefore: string | undefined;

  before(async () => {
    cacheBefore = process.env.KD_SWEEP_CACHE;
    process.env.KD_SWEEP_CACHE = join(folder, "cache");
    const sweep = parseSweep(smallSweep, "small.yaml");
    assert.ok(sweep.ok);
    ({ fingerprints } = await readInputs(datasetsOf(sweep.value), teachersOf(sweep.value), join(folder, "cache")));
    trials = Array.from(plan(sweep.value, fingerprints), plainTrial);
  });

  after(async () => {
    await Promise.all(opened.map((executor) => executor.close()));
    if (cacheBefore === undefined) delete process.env.KD_SWEEP_CACHE;
    else process.env.KD_SWEEP_CACHE = cacheBefore;
  });

  function open(workers: number): TrainingProcess {
    const executor = new TrainingProcess({ workers, logFile: join(folder, "study.log") });
    opened.push(executor);
    return executor;
  }

  function needsOf(trial: TrialSpec): ReturnType<typeof needs> {
    return needs(trial, fingerprints);
  }

  async function makeArtifacts(executor: TrainingProcess, trial: TrialSpec): Promise<void> {
    for (const artifact of artifactsOf(needsOf(trial))) {
      const outcome = await executor.run({ kind: "artifact", artifact }, { signal: never });
      assert.equal(outcome.state, "complete", JSON.stringify(outcome));
    }
  }

  function train(executor: TrainingProcess, trial: TrialSpec, signal = never, onEpoch?: () => void): Promise<Outcome> {
    return executor.run({ kind: "trial", trial, needs: needsOf(trial) }, { signal, ...(onEpoch && { onEpoch }) });
  }

  function logits(outcome: Outcome): number[] {
    assert.equal(outcome.state, "complete", JSON.stringify(outcome));
    return [...outcome.result.validationLogits];
  }

  const kd = (): TrialSpec => trials.find((trial) => trial.settings.loss.type === "kd")!;
  const longKd = (): TrialSpec => ({
    ...kd(),
    settings: { ...kd().settings, training: { ...kd().settings.training, epochs: 2_000 } },
  });

  it("gives a trial the same bits alone, beside others, and in another process", async () => {
    const one = open(1);
    await makeArtifacts(one, kd());
    const alone = logits(await train(one, kd()));
    const again = logits(await train(one, kd()));
    const two = open(2);
    const others = trials.filter((trial) => trial.settings.loss.type === "hard");
    const [first, , second] = await Promise.all([train(two, kd()), train(two, others[0]!), train(two, kd())]);
    assert.deepEqual(again, alone);
    assert.deepEqual(logits(first), alone);
    assert.deepEqual(logits(second), alone);
  });

  it("sends every epoch before the outcome", async () => {
    const executor = open(1);
    await makeArtifacts(executor, kd());
    const epochs: number[] = [];
    const outcome = await executor.run(
      { kind: "trial", trial: kd(), needs: needsOf(kd()) },
      { signal: never, onEpoch: (metrics) => epochs.push(metrics.epoch) },
    );
    assert.equal(outcome.state, "complete");
    assert.deepEqual(epochs, [1, 2, 3]);
  });

  it("tells of work lost to kill -9, and works on in a new process", async () => {
    const executor = open(2);
    await makeArtifacts(executor, kd());
    let killed = false;
    const kill = (): void => {
      if (killed) return;
      killed = true;
      process.kill(executor.pid!, "SIGKILL");
    };
    const lost = await train(executor, longKd(), never, kill);
    assert.deepEqual(lost, {
      state: "failed",
      reason: "worker-exit",
      wholeProcess: true,
      message: "the training process ended in the middle of the work (signal SIGKILL)",
    });
    assert.equal((await train(executor, kd())).state, "complete");
  });

  it("makes logits again where their teacher has other weights by now, and records the teacher that they are of", async () => {
    const executor = open(1);
    await makeArtifacts(executor, kd());
    const cache = new ArtifactCache(process.env.KD_SWEEP_CACHE!);
    const { logits: spec } = needsOf(kd());
    const before = await cache.read(spec!.teacher);
    const data = Uint8Array.from(before!.data);
    data[0]! ^= 1;
    const change = (): Promise<ArtifactContent> => Promise.resolve({ info: before!.info, data });
    const other = await cache.ensure(spec!.teacher, change, undefined, ({ checksum }) =>
      checksum === before!.checksum ? "is to be another" : null,
    );
    const early = await train(executor, kd());
    assert.ok(early.state === "failed" && early.environment === true, "its logits are of the teacher before");
    for (const reused of [false, true]) {
      const made = await executor.run({ kind: "artifact", artifact: spec! }, { signal: never });
      assert.equal(made.state === "complete" && made.record.reused, reused);
    }
    const outcome = await train(executor, kd());
    assert.equal(outcome.state === "complete" && outcome.result.teacherChecksum, other.checksum);
  });

  it("starts another where it is killed before it is ready", async () => {
    const executor = open(1);
    const started = executor.start();
    const first = executor.pid;
    process.kill(first!, "SIGKILL");
    assert.equal((await started).backend, onNative ? "native" : "portable");
    assert.notEqual(executor.pid, first);
  });

  it("goes on from the checkpoint of a trial that was killed with kill -9, to the bits of an undisturbed one", async () => {
    const trial: TrialSpec = {
      ...kd(),
      settings: { ...kd().settings, training: { ...kd().settings.training, epochs: 6 } },
    };
    const executor = open(1);
    await makeArtifacts(executor, trial);
    const undisturbed = logits(await train(executor, trial));
    const checkpoints = join(folder, "checkpoints", trial.id);
    const run = (told: [number, boolean][], killAfter = 0): Promise<Outcome> =>
      executor.run(
        { kind: "trial", trial, needs: needsOf(trial), checkpoints, wantsWeights: true },
        {
          signal: never,
          onEpoch: ({ epoch }, restored) => {
            told.push([epoch, restored]);
            if (epoch === killAfter) process.kill(executor.pid!, "SIGKILL");
          },
        },
      );
    const first: [number, boolean][] = [];
    assert.equal((await run(first, 3)).state, "failed");
    const second: [number, boolean][] = [];
    const outcome = await run(second);
    assert.deepEqual(logits(outcome), undisturbed);
    assert.deepEqual(second.map(([epoch]) => epoch), [1, 2, 3, 4, 5, 6]); // prettier-ignore
    assert.deepEqual(second.slice(0, 2), [[1, true], [2, true]]); // prettier-ignore
    assert.deepEqual(second.at(-1), [6, false]);
    assert.ok(outcome.state === "complete" && outcome.weights !== undefined);
    assert.equal(outcome.weights.final.length, outcome.result.parameters);
  });

  it("stops cancelled work at its next step and goes on with other work", async () => {
    const executor = open(1);
    await makeArtifacts(executor, kd());
    const cancellation = new AbortController();
    const cancelled = await train(executor, longKd(), cancellation.signal, () => {
      cancellation.abort();
    });
    assert.equal(cancelled.state, "failed");
    assert.equal(cancelled.reason, "cancelled");
    assert.equal((await train(executor, kd())).state, "complete");
  });

  it("makes no work of what was cancelled before it began", async () => {
    const outcome = await train(open(1), kd(), AbortSignal.abort());
    assert.equal(outcome.state === "failed" && outcome.reason, "cancelled");
  });

  it("stops what was cancelled while a killed process is started again", async () => {
    const executor = open(1);
    await executor.start();
    process.kill(executor.pid!, "SIGKILL");
    while (executor.pid !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    const cancellation = new AbortController();
    const outcome = train(executor, longKd(), cancellation.signal);
    cancellation.abort();
    const ended = await outcome;
    assert.equal(ended.state === "failed" && ended.reason, "cancelled");
  });

  it("keeps a thrown error to its own trial", async () => {
    const executor = open(1);
    await makeArtifacts(executor, kd());
    const broken = { ...kd(), settings: { ...kd().settings, student: { type: "no such student" } } };
    const failed = await train(executor, broken);
    assert.equal(failed.state, "failed");
    assert.equal(failed.reason, "error");
    assert.match(failed.message, /no such student/);
    assert.equal((await train(executor, kd())).state, "complete");
  });

  it("ends work in flight as cancelled when it is closed", async () => {
    const executor = open(1);
    await makeArtifacts(executor, kd());
    let closing: Promise<void> | undefined;
    const outcome = await train(executor, longKd(), never, () => {
      closing ??= executor.close();
    });
    await closing;
    assert.equal(outcome.state === "failed" && outcome.reason, "cancelled");
    assert.equal(executor.pid, undefined);
  });
});
