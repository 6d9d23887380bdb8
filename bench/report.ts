/*
 * `kd-sweep report` on studies of 100 and 10,000 trials of 10 epochs each, and `kd-sweep status`, which opens, counts and
 * summarizes, on 100,000 trials of one; with validation logits (150 images, 5 classes); as a user waits for it: from the
 * start of the command to its end. Made-up numbers, stored as a run stores them.
 *
 *   npm run bench:report -- [--folder=FOLDER] [--rounds=3] [--only=TEXT] [--json]
 *
 * FOLDER is where the studies are written; by default the system's temporary folder. Writing 10,000 trials, each of which
 * reaches the disk before the next, takes minutes on a disk and seconds in memory (/dev/shm).
 */
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { median } from "simple-statistics";

import { openStudy } from "../src/store/sqlite.js";
import type { StudySnapshot } from "../src/store/store.js";
import { gridStudy, withLogits } from "../test/report/study.js";
import { benchOptions } from "./options.js";

const options = benchOptions(3, { folder: tmpdir() });
const command = fileURLToPath(new URL("../src/cli/main.js", import.meta.url));

/** With ids as those of real trials: the made-up study's may meet among so many. */
function identified(study: StudySnapshot): StudySnapshot {
  const idOf = (place: number): string => createHash("sha256").update(String(place)).digest("hex").slice(0, 32);
  const own = new Map(study.trials.map(({ spec }, place) => [idOf(place), spec.id]));
  const trials = study.trials.map((trial, place) => ({ ...trial, spec: { ...trial.spec, id: idOf(place) } }));
  return {
    ...study,
    plan: { ...study.plan, trials: trials.map(({ spec }) => spec) },
    trials,
    validationLogits: (id) => study.validationLogits(own.get(id) ?? id),
  };
}

function write(folder: string, study: StudySnapshot): void {
  const store = openStudy(folder, { create: true });
  try {
    store.plan(study.plan);
    const [environment] = study.environments;
    if (environment === undefined) throw new Error("the study has no environment");
    const number = store.environment(environment);
    for (const record of study.artifacts) store.artifact(record);
    for (const { spec, epochs, result } of study.trials) {
      const validationLogits = study.validationLogits(spec.id);
      if (result === null || validationLogits === undefined) continue;
      const attempt = store.begin(spec.id, number);
      for (const metrics of epochs) store.epoch(attempt, metrics);
      store.finish(attempt, { state: "complete", result: { ...result, validationLogits } });
    }
  } finally {
    store.close();
  }
}

function seconds(what: string, folder: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [command, what, folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}

const folder = mkdtempSync(join(options.own.folder, "kd-sweep-bench-"));
try {
  for (const [what, rates, epochs] of [
    ["report", 1, 10],
    ["report", 100, 10],
    ["status", 1000, 1],
  ] as const) {
    const name = `${what} ${100 * rates} trials`;
    if (!name.includes(options.only)) continue;
    const study = join(folder, String(rates));
    write(study, identified(withLogits(gridStudy(rates, 2, 5, epochs))));
    const all = Array.from({ length: options.rounds }, () => seconds(what, study));
    if (options.json) console.log(JSON.stringify({ name, ours_s: median(all) }));
    else console.log(`${name.padEnd(24)} ${median(all).toFixed(2)} s`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
