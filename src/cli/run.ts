import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import type { CommandModule } from "yargs";
import type { Store, StudySnapshot } from "../store/store.js";
import type { PlannedStudy } from "../study/plan.js";
import type { Sweep } from "../sweep/sweep.js";
import { exitCodes, UsageError } from "./errors.js";
import { setupLines } from "./setup.js";
import { readSweep, sweepOptions, type SweepOptions } from "./sweep-options.js";

interface RunOptions extends SweepOptions {
  workers: number | undefined;
}

export const runCommand: CommandModule<object, RunOptions> = {
  command: "run <sweep>",
  describe: "Run what is unfinished of a sweep, then report",
  builder: (command) =>
    sweepOptions(command)
      .option("workers", {
        type: "number",
        requiresArg: true,
        describe: "trials that train side by side (default: one per core)",
      })
      .check(({ workers }) => {
        if (workers === undefined || (Number.isInteger(workers) && workers >= 1 && workers <= 256)) return true;
        throw new UsageError(`--workers: expected a whole number from 1 to 256, found ${workers}`);
      })
      .example("$0 run sweeps/quickstart.yaml", "train what is unfinished, write results/quickstart/")
      .example("$0 run sweeps/quickstart.yaml --set training.epochs=20", "the same sweep with longer training")
      .example(
        "$0 run sweeps/quickstart.yaml --set loss.temperature=[2,8] --name hot",
        "sweep other values, as a study of its own",
      )
      .example("$0 run s.yaml --set dataset.name=image_folder --set dataset.path=photos", "on a folder of photos"),
  handler: async (options) => {
    process.exitCode = await run(options);
  },
};

async function run(options: RunOptions): Promise<number> {
  const { sweep, folder } = await readSweep(options);
  const { cacheFolder } = await import("../artifacts/cache-folder.js");
  const { planStudy, readStudy, refuseForeignPlan, standing } = await import("../study/plan.js");
  const { openStudy } = await import("../store/sqlite.js");
  const { ensureTensorFlow } = await import("../tensorflow/setup.js");

  const planned = await planStudy(sweep, cacheFolder());
  // Looked at before anything is written, TensorFlow's set-up included.
  const before = readStudy(folder, (study) => standing(planned.plan, study));
  if (before !== null) refuseForeignPlan(before, folder);
  for (const warning of planned.warnings) console.error(`kd-sweep: ${warning}`);
  if (before === null || before.unfinished.length > 0) await setUp(ensureTensorFlow);

  const store = openStudy(folder, { create: true });
  const interruption = new Interruption();
  try {
    const code = await train(options, folder, planned, sweep.keep, store, interruption);
    await writeReport(folder, store.snapshot());
    return interruption.exitCode ?? code;
  } finally {
    store.close();
    interruption.close();
  }
}

async function setUp(ensure: typeof import("../tensorflow/setup.js").ensureTensorFlow): Promise<void> {
  const lines = setupLines(process.stderr);
  try {
    await ensure(lines);
  } finally {
    lines.close();
  }
}

/** Makes this the study's plan and runs what is unfinished. @returns the exit code of a run to its end */
async function train(
  options: RunOptions,
  folder: string,
  { plan, fingerprints }: PlannedStudy,
  keep: Sweep["keep"],
  store: Store,
  interruption: Interruption,
): Promise<number> {
  const { TrainingProcess } = await import("../execution/process.js");
  const { refuseForeignPlan, standing } = await import("../study/plan.js");
  const { Models } = await import("../study/models.js");
  const { StudyLog } = await import("../study/log.js");
  const { runStudy } = await import("../study/run.js");
  const { duration } = await import("./names.js");
  const { Progress } = await import("./progress.js");

  const now = standing(plan, store);
  refuseForeignPlan(now, folder);
  store.plan(plan);
  const workers = options.workers ?? availableParallelism();
  const { complete, unfinished } = now;
  const on = unfinished.length === 0 ? "" : ` on ${workers} worker${workers === 1 ? "" : "s"}`;
  console.error(`${plan.name}: ${plan.trials.length} trials, ${complete} complete, ${unfinished.length} to run${on}`);
  if (unfinished.length === 0) return exitCodes.ok;

  const startedAt = performance.now();
  const logFile = join(folder, "study.log");
  const log = new StudyLog(logFile);
  const executor = new TrainingProcess({ workers, logFile });
  const progress = new Progress({ stream: process.stderr, total: plan.trials.length, finished: complete, workers });
  interruption.say = (text) => {
    progress.line(text);
  };
  try {
    const environment = await executor.start();
    log.line(`run of ${unfinished.length} trials on ${workers} workers: ${JSON.stringify(environment)}`);
    const end = await runStudy({
      store,
      executor,
      folder,
      models: new Models(folder, plan, keep),
      environment,
      trials: unfinished,
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
    return end.failed > 0 || end.blocked.length > 0 ? exitCodes.trialsFailed : exitCodes.ok;
  } finally {
    progress.close();
    await executor.close();
  }
}

async function writeReport(folder: string, snapshot: StudySnapshot): Promise<void> {
  const report = await import("../report/report.js");
  const { summaryTable } = await import("../report/table.js");
  const { files } = await report.writeReport(folder, snapshot);
  console.log(`\n${summaryTable(snapshot)}\n`);
  console.log(`Written to ${relative(process.cwd(), folder) || "."}:`);
  for (const file of files) console.log(`  ${relative(folder, file)}`);
}

const signals = { SIGHUP: exitCodes.hungUp, SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/** Ctrl-C, SIGTERM and a closed terminal: the first stops the study in order, the second ends the command at once. */
class Interruption {
  private readonly controller = new AbortController();
  exitCode: number | undefined;
  /** Shows a line without disturbing what is drawn. */
  say: (text: string) => void = console.error;

  constructor() {
    for (const signal of Object.keys(signals)) process.on(signal, this.onSignal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  close(): void {
    for (const signal of Object.keys(signals)) process.off(signal, this.onSignal);
  }

  private readonly onSignal = (signal: keyof typeof signals): void => {
    const code = signals[signal];
    // The training process ends with this one, and the store holds all that was finished.
    if (this.exitCode !== undefined) process.exit(code);
    this.exitCode = code;
    this.say(
      "kd-sweep: stopping; what is finished is kept, and the same command goes on from there (again: end at once)",
    );
    this.controller.abort();
  };
}
