import { availableParallelism } from "node:os";
import { join } from "node:path";
import { TrainingProcess } from "../execution/process.js";
import type { Store } from "../store/store.js";
import { StudyLog } from "../study/log.js";
import { Models } from "../study/models.js";
import type { PlannedStudy } from "../study/plan.js";
import { runStudy } from "../study/run.js";
import { refuseForeignPlan, standing } from "../study/standing.js";
import type { Sweep } from "../sweep/sweep.js";
import { exitCodes } from "./errors.js";
import type { Interruption } from "./interruption.js";
import { duration } from "./names.js";
import { Progress } from "./progress.js";
import type { RunOptions } from "./run-options.js";
import { counted, remarks } from "./standing.js";

/** Makes this the study's plan and runs what is unfinished. @returns the exit code of a run to its end */
export async function train(
  options: RunOptions,
  folder: string,
  { plan, fingerprints, keep }: PlannedStudy & { readonly keep: Sweep["keep"] },
  store: Store,
  interruption: Interruption,
): Promise<number> {
  const now = standing(plan, store);
  refuseForeignPlan(now, folder);
  store.plan(plan);
  const trials = options["retry-failed"] ? now.failed : now.unfinished;
  const left = options["retry-failed"] ? now.unfinished : now.failed;
  const workers = options.workers ?? availableParallelism();
  const on = trials.length === 0 ? "" : ` on ${workers} worker${workers === 1 ? "" : "s"}`;
  const what = options["retry-failed"] ? `${trials.length} failed ones to run again` : counted(now);
  for (const remark of remarks(now)) console.error(`kd-sweep: ${remark}`);
  console.error(`${plan.name}: ${plan.trials.length} trials, ${what}${on}`);
  const undone = left.length > 0 || now.waiting.length > 0 ? exitCodes.trialsFailed : exitCodes.ok;
  if (trials.length === 0) return undone;

  const startedAt = performance.now();
  const logFile = join(folder, "study.log");
  const log = new StudyLog(logFile);
  const executor = new TrainingProcess({ workers, logFile });
  const total = now.complete + trials.length;
  const progress = new Progress({ stream: process.stderr, total, finished: now.complete, workers });
  interruption.say = (text) => {
    progress.line(text);
  };
  try {
    const environment = await executor.start();
    log.line(`run of ${trials.length} trials on ${workers} workers: ${JSON.stringify(environment)}`);
    const end = await runStudy({
      store,
      executor,
      folder,
      models: new Models(folder, plan, keep),
      environment,
      trials,
      fingerprints,
      signal: interruption.signal,
      onEvent: (event) => {
        log.event(event);
        progress.event(event);
      },
    });
    progress.close();
    console.error(`${end.complete} trials finished in ${duration((performance.now() - startedAt) / 1000)}`);
    if (end.blocked.length > 0) {
      console.error(`kd-sweep: ${end.blocked.length} trials wait for what could not be made (named above)`);
    }
    if (now.waiting.length > 0) {
      console.error(`kd-sweep: ${now.waiting.length} trials wait for missing inputs (named above)`);
    }
    return end.failed > 0 || end.blocked.length > 0 ? exitCodes.trialsFailed : undone;
  } finally {
    progress.close();
    await executor.close();
  }
}
