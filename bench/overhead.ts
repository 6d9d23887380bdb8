/*
 * What a trial costs beside its training: 1,000 trials that do nothing, on two workers, and 200 that sleep one second, on
 * eight; through kd-sweep's own study loop, store, training process and pool, beside Optuna with SQLite, its trials in as
 * many threads. Both start with an empty study and end with all results on the disk.
 *
 *   pip install -r bench/peers/requirements.txt
 *   npm run bench:overhead -- [--json] [--python=python3] [--rounds=1] [--only=TEXT]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "simple-statistics";
import { TrainingProcess } from "../src/execution/process.js";
import { openStudy } from "../src/store/sqlite.js";
import { Models } from "../src/study/models.js";
import { planStudy } from "../src/study/plan.js";
import { runStudy } from "../src/study/run.js";
import { loadSweep } from "../src/study/sweep-file.js";
import { benchOptions, ownScript, peerScript } from "./options.js";
import { Rows } from "./rows.js";

const options = benchOptions(1, {});

interface Load {
  readonly name: string;
  readonly trials: number;
  readonly workers: number;
  /** Of each trial's sleep. */
  readonly seconds: number;
}

const loads: readonly Load[] = [
  { name: "1,000 trials of nothing, 2 workers", trials: 1000, workers: 2, seconds: 0 },
  { name: "200 trials of one second, 8 workers", trials: 200, workers: 8, seconds: 1 },
];

/** Seconds from a study's plan to the end of its last trial, the pool being there. */
async function ours({ seconds, trials, workers }: Load): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "kd-sweep-overhead-"));
  process.env.KD_SWEEP_CACHE = join(folder, "cache");
  process.env.KD_SWEEP_BENCH_SLEEP = String(seconds);
  const rates = Array.from({ length: trials }, (_, index) => (index + 1) / 10_000);
  const sweep = await loadSweep(
    JSON.stringify({
      name: "overhead",
      seeds: [1],
      dataset: { name: "petals", imageSize: 16, images: 80 },
      loss: { type: "hard" },
      parameters: { "optimizer.learningRate": { values: rates } },
    }),
    "overhead",
    [],
  );
  if (!sweep.ok) throw new Error("the sweep is wrong");
  const worker = pathToFileURL(ownScript("overhead-worker.js")).href;
  const executor = new TrainingProcess({ workers, worker, logFile: join(folder, "log") });
  const environment = await executor.start();
  const store = openStudy(folder, { create: true });
  try {
    const start = performance.now();
    const { plan, fingerprints } = await planStudy(sweep.value, join(folder, "cache"));
    store.plan(plan);
    const end = await runStudy({
      store,
      executor,
      folder,
      models: new Models(folder, plan, "none"),
      environment,
      trials: plan.trials,
      fingerprints,
      signal: new AbortController().signal,
      onEvent: () => undefined,
    });
    if (end.complete !== trials) throw new Error(`${end.complete} of ${trials} trials are complete`);
    return (performance.now() - start) / 1000;
  } finally {
    store.close();
    await executor.close();
    rmSync(folder, { recursive: true });
  }
}

function peer({ seconds, trials, workers }: Load): number {
  const folder = mkdtempSync(join(tmpdir(), "kd-sweep-overhead-"));
  const args = [peerScript("overhead.py"), join(folder, "study.db"), trials, workers, seconds].map(String);
  const { status, stderr, stdout } = spawnSync(options.python, args, { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`${options.python} ended with ${String(status)}:\n${stderr.slice(-2000)}`);
  return Number(stdout);
}

const rows = new Rows(options.json, "Trials that train nothing", ["kd-sweep", "Optuna"]);
for (const load of loads.filter(({ name }) => name.includes(options.only))) {
  const [own, others]: [number[], number[]] = [[], []];
  for (let round = 0; round < options.rounds; round++) {
    own.push(await ours(load));
    others.push(peer(load));
  }
  const ideal = (load.trials * load.seconds) / load.workers;
  const [ours_s, peer_s] = [median(own), median(others)];
  const over = (time: number): string =>
    ideal === 0
      ? `${((1000 * time) / load.trials).toFixed(2)} ms a trial`
      : `${(100 * (time / ideal - 1)).toFixed(2)} % over the ideal`;
  rows.add({ name: load.name, ours_s, peer_s, note: `${over(ours_s)}; Optuna ${over(peer_s)}` });
}
