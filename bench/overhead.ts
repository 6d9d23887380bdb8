/*
 * What a trial costs beside its training, in seconds a trial: trials that do nothing, on two workers, and 200 that sleep
 * one second, on eight; through kd-sweep's own study loop, store, training process and pool, beside Optuna with SQLite, its
 * trials in as many threads, and beside Ray Tune, its trials as functions in processes of its own. All start with an
 * empty study, their workers there and kd-sweep's images in its cache, and end with all results on the disk.
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
import { needs } from "../src/artifacts/needs.js";
import { TrainingProcess } from "../src/execution/process.js";
import { openStudy } from "../src/store/sqlite.js";
import { Models } from "../src/study/models.js";
import { planStudy } from "../src/study/plan.js";
import { runStudy } from "../src/study/run.js";
import { loadSweep, type LoadedSweep } from "../src/study/sweep-file.js";
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
  { name: "1,000 of nothing, 2 workers", trials: 1000, workers: 2, seconds: 0 },
  { name: "200 of one second, 8 workers", trials: 200, workers: 8, seconds: 1 },
];

interface Peer {
  readonly name: string;
  readonly script: string;
  /** So many trials of nothing show what one costs. */
  readonly trialsOfNothing: number;
}

const peers: readonly Peer[] = [
  { name: "Optuna", script: "overhead.py", trialsOfNothing: 1000 },
  { name: "Ray Tune", script: "overhead_ray.py", trialsOfNothing: 50 },
];

/** Seconds a trial, from a study's plan to the end of its last trial, the pool being there. */
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
  await executor.start();
  const store = openStudy(folder, { create: true });
  try {
    await makeImages(executor, sweep.value, join(folder, "cache"));
    const start = performance.now();
    const { plan, fingerprints } = await planStudy(sweep.value, join(folder, "cache"));
    store.plan(plan);
    const end = await runStudy({
      store,
      executor,
      folder,
      models: new Models(folder, plan, "none"),
      trials: plan.trials,
      fingerprints,
      signal: new AbortController().signal,
      onEvent: () => undefined,
    });
    if (end.complete !== trials) throw new Error(`${end.complete} of ${trials} trials are complete`);
    return (performance.now() - start) / 1000 / trials;
  } finally {
    store.close();
    await executor.close();
    rmSync(folder, { recursive: true });
  }
}

/** The peers' trials have no images. */
async function makeImages(executor: TrainingProcess, sweep: LoadedSweep, cache: string): Promise<void> {
  const { plan, fingerprints } = await planStudy(sweep, cache);
  const [trial] = plan.trials;
  if (trial === undefined) throw new Error("the sweep has no trials");
  const { signal } = new AbortController();
  const artifact = needs(trial, fingerprints).images;
  const { state } = await executor.run({ kind: "artifact", artifact }, { signal });
  if (state !== "complete") throw new Error("the images cannot be made");
}

/** Seconds a trial. */
function theirs({ script, trialsOfNothing }: Peer, { seconds, trials, workers }: Load): number {
  const folder = mkdtempSync(join(tmpdir(), "kd-sweep-overhead-"));
  const count = seconds === 0 ? trialsOfNothing : trials;
  const args = [peerScript(script), folder, count, workers, seconds].map(String);
  const { status, stderr, stdout } = spawnSync(options.python, args, { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`${options.python} ended with ${String(status)}:\n${stderr.slice(-2000)}`);
  return Number(stdout.trim().split("\n").at(-1)) / count;
}

const rows = new Rows(options.json, "A trial that trains nothing", ["kd-sweep", "peer"]);
for (const load of loads) {
  for (const peer of peers) {
    const name = `${load.name}: ${peer.name}`;
    if (!name.includes(options.only)) continue;
    const [own, others]: [number[], number[]] = [[], []];
    for (let round = 0; round < options.rounds; round++) {
      own.push(await ours(load));
      others.push(theirs(peer, load));
    }
    const [ours_s, peer_s] = [median(own), median(others)];
    const ideal = load.seconds / load.workers;
    const over = (time: number): string => `${(100 * (time / ideal - 1)).toFixed(2)} %`;
    const note = ideal === 0 ? {} : { note: `over the ideal: ${over(ours_s)}; ${peer.name} ${over(peer_s)}` };
    rows.add({ name, ours_s, peer_s, ...note });
  }
}
