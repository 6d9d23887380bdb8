import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactRecord, ImagesDetails } from "../../src/artifacts/artifact.js";
import type { Executor, Work, WorkOutcome } from "../../src/execution/messages.js";
import { openStudy } from "../../src/store/sqlite.js";
import type { Store, TrialState } from "../../src/store/store.js";
import { registries } from "../../src/settings/registries.js";
import { planStudy } from "../../src/study/plan.js";
import { Models } from "../../src/study/models.js";
import { defaultRetries, runStudy, type StudyEnd, type StudyRun } from "../../src/study/run.js";
import { parseSweep } from "../../src/sweep/parse.js";
import type { Environment } from "../../src/trial/environment.js";
import { UserError } from "../../src/trial/issue.js";
import type { Failure } from "../../src/trial/outcome.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { temporaryFolder } from "../support/temporary.js";

const environment: Environment = {
  backend: "native",
  tensorflow: "0",
  tfjs: "0",
  node: "0",
  kdSweep: "0",
  threadsPerWorker: 1,
  processor: "none",
  cores: 2,
  memoryBytes: 1,
  platform: "none",
};

/** Ends each trial as it is told, without training: what is tested here is what the loop makes of an outcome. */
class ScriptedExecutor implements Executor {
  readonly workers = 2;
  running = 0;
  /** Seeds of the trials that found a checkpoint. */
  readonly resumed: number[] = [];

  constructor(private readonly outcome: (trial: TrialSpec, beside: number) => Failure | null) {}

  start(): Promise<Environment> {
    return Promise.resolve(environment);
  }

  async run<W extends Work>(work: W): Promise<WorkOutcome<W>> {
    this.running++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const beside = this.running - 1;
    try {
      if (work.kind === "artifact") {
        const record = { key: "k", kind: "images", checksum: "c", seconds: 0, reused: false } as ArtifactRecord;
        return { state: "complete", record: { ...record, details: imagesDetails } } as WorkOutcome<W>;
      }
      const { checkpoints = "" } = work;
      if (existsSync(checkpoints)) this.resumed.push(work.trial.seed);
      mkdirSync(checkpoints, { recursive: true });
      const failure = this.outcome(work.trial, beside);
      if (failure !== null) return failure;
      return { state: "complete", result } as WorkOutcome<W>;
    } finally {
      this.running--;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const epoch = {
  epoch: 1,
  train_loss: 1,
  train_accuracy: 0,
  val_loss: 1,
  val_accuracy: 0,
  val_cross_entropy: 1,
  val_kl: null,
  val_agreement: null,
  val_ece: 0,
  seconds: 0,
};
const result = {
  final: epoch,
  best: epoch,
  validationLogits: new Float32Array(2),
  classes: 2,
  parameters: 1,
  seconds: 1,
  teacherChecksum: null,
};
const imagesDetails: ImagesDetails = {
  kind: "images",
  dataset: { name: "petals", imageSize: 16, trainFraction: 0.85 },
  classNames: ["a", "b"],
  trainCount: 1,
  validationCount: 1,
  classCounts: [],
  validationLabels: [0],
  skipped: [],
};

describe("the loop of a study", () => {
  const folder = temporaryFolder().path;
  let count = 0;

  function planned(): ReturnType<typeof planStudy> {
    const sweep = parseSweep("{ seeds: 4, loss: { type: hard }, dataset: { imageSize: 16 } }", "test.yaml");
    assert.ok(sweep.ok);
    return planStudy({ sweep: sweep.value, registries }, folder);
  }

  function run(
    store: Store,
    place: string,
    executor: Executor,
    { plan, fingerprints }: Pick<Awaited<ReturnType<typeof planned>>, "plan" | "fingerprints">,
    more: Partial<StudyRun> = {},
  ): Promise<StudyEnd> {
    return runStudy({
      store,
      executor,
      folder: place,
      models: new Models(place, plan, "none"),
      trials: plan.trials,
      fingerprints,
      signal: new AbortController().signal,
      onEvent: () => undefined,
      ...more,
    });
  }

  async function study(
    outcome: (trial: TrialSpec, beside: number) => Failure | null,
    limits: NonNullable<StudyRun["limits"]> = {},
    signal = new AbortController().signal,
  ): Promise<{
    end: StudyEnd | Error;
    states: TrialState[];
    attempts: number[];
    resumed: number[];
    checkpoints: boolean;
  }> {
    const { plan, fingerprints } = await planned();
    const place = join(folder, `study-${count++}`);
    const executor = new ScriptedExecutor(outcome);
    mkdirSync(join(place, "checkpoints", "0000000000000000"), { recursive: true });
    const store: Store = openStudy(place, { create: true });
    try {
      store.plan(plan);
      const end = await run(store, place, executor, { plan, fingerprints }, { limits, signal }).catch(
        (error: unknown) => error as Error,
      );
      const attempts = store.snapshot().trials.map((trial) => trial.attempts.length);
      const checkpoints = existsSync(join(place, "checkpoints"));
      return { end, states: [...store.states().values()], attempts, resumed: executor.resumed, checkpoints };
    } finally {
      store.close();
    }
  }

  const lost: Failure = { state: "failed", reason: "worker-exit", message: "lost", wholeProcess: true };

  it("fails a trial that takes the process down each time, and none that was beside it", async () => {
    let fatalIsRunning = false;
    const { end, states, attempts } = await study((trial, beside) => {
      if (trial.seed === 1) {
        fatalIsRunning = beside > 0;
        return lost;
      }
      // What runs beside the fatal one is lost with it.
      if (beside > 0 && fatalIsRunning) {
        fatalIsRunning = false;
        return lost;
      }
      return null;
    });
    assert.ok(!(end instanceof Error));
    assert.deepEqual(states, ["failed", "complete", "complete", "complete"]);
    assert.equal(attempts[0], defaultRetries + 1);
    assert.equal(end.failed, 1);
  });

  it("keeps a checkpoint for the next attempt, and none of a trial that has ended or that the study does not know", async () => {
    let tries = 0;
    const { states, resumed, checkpoints } = await study((trial) => {
      if (trial.seed === 3) return { state: "failed", reason: "error", message: "wrong" };
      return trial.seed === 1 && tries++ === 0 ? lost : null;
    });
    assert.deepEqual(states, ["complete", "complete", "failed", "complete"]);
    assert.deepEqual(resumed, [1]);
    assert.equal(checkpoints, false);
  });

  it("tries a thrown error once, since the same trial gives the same error", async () => {
    const { states, attempts } = await study((trial) =>
      trial.seed === 2 ? { state: "failed", reason: "error", message: "wrong" } : null,
    );
    assert.deepEqual(states, ["complete", "failed", "complete", "complete"]);
    assert.deepEqual(attempts, [1, 1, 1, 1]);
  });

  it("tries lost work again as often as it is told", async () => {
    const { states, attempts } = await study((trial) => (trial.seed === 3 ? { ...lost, wholeProcess: false } : null), {
      retries: 0,
    });
    assert.deepEqual(states, ["complete", "complete", "failed", "complete"]);
    assert.deepEqual(attempts, [1, 1, 1, 1]);
  });

  it("keeps the checkpoint of a trial that a later plan leaves out, as one whose input is missing", async () => {
    const { plan, fingerprints } = await planned();
    const place = join(folder, "left-out");
    const [out, ...rest] = plan.trials;
    const checkpoint = join(place, "checkpoints", out!.id);
    mkdirSync(checkpoint, { recursive: true });
    const store = openStudy(place, { create: true });
    try {
      store.plan(plan);
      const attempt = store.begin(out!.id, store.environment(environment));
      store.finish(attempt, { state: "failed", reason: "cancelled", message: "stopped" }, { retry: true });
      store.plan({ ...plan, trials: rest });
      const executor = new ScriptedExecutor(() => null);
      await run(store, place, executor, { plan: { ...plan, trials: rest }, fingerprints });
      assert.deepEqual([...store.states().values()], ["complete", "complete", "complete"]);
      assert.ok(existsSync(checkpoint));
    } finally {
      store.close();
    }
  });

  it("leaves waiting what is lost as the run is stopped, however often it may be tried", async () => {
    const stop = new AbortController();
    const { states } = await study(
      () => {
        stop.abort();
        return lost;
      },
      { retries: 0 },
      stop.signal,
    );
    assert.deepEqual(states, ["waiting", "waiting", "waiting", "waiting"]);
  });

  const wrong: Failure = { state: "failed", reason: "error", message: "wrong" };
  for (const [limits, expected, limit] of [
    [{ maxTrials: 3 }, ["complete", "complete", "complete", "waiting"], "maxTrials"],
    [{ maxTrials: 4 }, ["complete", "complete", "complete", "complete"], null],
    [{ maxFailures: 1 }, ["failed", "complete", "waiting", "waiting"], "maxFailures"],
    [{ maxFailures: 2 }, ["failed", "complete", "complete", "complete"], null],
    [{ maxTime: 0 }, ["waiting", "waiting", "waiting", "waiting"], "maxTime"],
  ] as const) {
    it(`begins no more than ${JSON.stringify(limits)} lets it, and says so`, async () => {
      const fails = "maxFailures" in limits;
      const { end, states } = await study((trial) => (fails && trial.seed === 1 ? wrong : null), limits);
      assert.ok(!(end instanceof Error));
      assert.deepEqual(states, expected);
      assert.equal(end.limit, limit);
    });
  }

  it("does not say that --max-trials kept others from being begun where a stop did", async () => {
    const stop = new AbortController();
    const { end, states } = await study(
      () => {
        stop.abort();
        return { state: "failed", reason: "cancelled", message: "stopped" };
      },
      { maxTrials: 3 },
      stop.signal,
    );
    assert.ok(!(end instanceof Error));
    assert.deepEqual(states, ["waiting", "waiting", "waiting", "waiting"]);
    assert.equal(end.limit, null);
  });

  it("records with each attempt what it ran on, also where the process was replaced by another revision's", async () => {
    const { plan, fingerprints } = await planned();
    const place = join(folder, "replaced");
    const executor = new ScriptedExecutor(() => null);
    let begun = 0;
    executor.start = () => Promise.resolve({ ...environment, gitRevision: begun++ < 2 ? "before" : "after" });
    const store: Store = openStudy(place, { create: true });
    try {
      store.plan(plan);
      await run(store, place, executor, { plan, fingerprints });
      const { environments, trials } = store.snapshot();
      const revisions = trials.map(({ attempts }) => environments[attempts[0]!.environment]?.gitRevision);
      assert.deepEqual(revisions, ["before", "before", "after", "after"]);
    } finally {
      store.close();
    }
  });

  it("ends with exit code 3 where the machine does not serve, and leaves the trials waiting", async () => {
    const { end, states } = await study(() => ({
      state: "failed",
      reason: "error",
      message: "the disk is full",
      environment: true,
    }));
    assert.ok(end instanceof UserError);
    assert.equal(end.exitCode, 3);
    assert.deepEqual(states, ["waiting", "waiting", "waiting", "waiting"]);
  });
});
