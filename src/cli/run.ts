import { relative } from "node:path";
import type { CommandModule } from "yargs";
import type { StudySnapshot } from "../store/store.js";
import type { PlannedStudy } from "../study/plan.js";
import type { LoadedSweep } from "../study/sweep-file.js";
import type { Execution } from "../sweep/execution.js";
import type { Backend } from "../trial/environment.js";
import { Interruption } from "./interruption.js";
import type { RunOutput } from "./output.js";
import { executionOf, runOptions, type RunOptions } from "./run-options.js";
import { setUp, slowly } from "./set-up.js";
import { setupLines } from "./setup-lines.js";
import { missingLines, notCopied, withoutModels } from "./standing.js";
import { readSweep, sweepFile } from "./sweep-options.js";
import { TextOutput } from "./text-output.js";

export const runCommand: CommandModule<object, RunOptions> = {
  command: "run <sweep>",
  describe: "Run what is unfinished of a sweep, then report",
  builder: (command) =>
    runOptions(command.positional("sweep", sweepFile))
      .example("$0 run sweeps/quickstart.yaml", "train what is unfinished, write results/quickstart/")
      .example(
        "$0 run sweeps/quickstart.yaml --set training.epochs=20 --name longer",
        "the same sweep with longer training, as a study of its own",
      )
      .example("$0 run sweeps/quickstart.yaml --set loss.temperature=[2,8] --name hot", "sweep other values")
      .example("$0 run s.yaml --set dataset.name=image_folder --set dataset.path=photos", "on a folder of photos")
      .example("$0 run s.yaml --max-time 8h --timeout 30m", "over night, and no trial longer than half an hour"),
  handler: async (options) => {
    process.exitCode = await run(options);
  },
};

async function outputOf({ json, quiet }: RunOptions): Promise<RunOutput> {
  if (!json) return new TextOutput({ quiet, stream: process.stderr });
  const { JsonOutput } = await import("./json-output.js");
  return new JsonOutput(console.log);
}

/**
 * @param lighter what to run in its place where it would train on the portable backend
 * @returns the exit code
 */
export async function run(options: RunOptions, lighter?: (options: RunOptions) => RunOptions): Promise<number> {
  const { askedBackend } = await import("../tensorflow/backend.js");
  const asked = askedBackend(options.backend);
  let chosen = await read(options);
  const output = await outputOf(options);
  const interruption = new Interruption((text) => {
    output.warning(text);
  });
  try {
    const backend = backendOf(asked, options, output, interruption.signal);
    if (lighter !== undefined && (await backend()) === "portable") {
      const instead = lighter(options);
      if (instead !== options)
        output.warning(`on this backend the sweep is shortened: ${difference(options, instead)}`);
      chosen = await read(instead);
    }
    const code = await plannedRun({ ...chosen, backend, output, signal: interruption.signal });
    return interruption.exitCode ?? code;
  } catch (error) {
    // What was stopped on its way to the first trial says so by its error.
    if (interruption.exitCode !== undefined && error === interruption.signal.reason) return interruption.exitCode;
    throw error;
  } finally {
    interruption.close();
  }
}

/** What the options say to run. */
interface Chosen {
  readonly options: RunOptions;
  readonly loaded: LoadedSweep;
  readonly folder: string;
  readonly execution: Execution;
}

/** @throws UserError with all that is wrong with the options or the sweep file */
async function read(options: RunOptions): Promise<Chosen> {
  const { loaded, folder } = await readSweep(options);
  return { options, loaded, folder, execution: await executionOf(options, loaded.sweep.execution) };
}

interface Run extends Chosen {
  /** Chooses at the first call what trains. */
  readonly backend: () => Promise<Backend>;
  readonly output: RunOutput;
  readonly signal: AbortSignal;
}

async function plannedRun(run: Run): Promise<number> {
  const { backend, execution, folder, loaded, options, output, signal } = run;
  const { refuseForeignPlan, standing, withStudy } = await import("../study/standing.js");
  const { openStudy } = await import("../store/sqlite.js");

  const planned = await fetchAndPlan(loaded, options, signal);
  signal.throwIfAborted();
  // Looked at before anything is written, TensorFlow's set-up included.
  const { plan, now } = options.fresh
    ? { plan: planned.plan, now: standing(planned.plan, null) }
    : withStudy(planned.plan, folder, (prospect) => prospect);
  const lacking = missingLines(planned.missing, now);
  if (lacking.length > 0) output.warning(lacking.join("\n"));
  refuseForeignPlan(now, folder);
  for (const warning of planned.warnings) output.warning(warning);
  const retryFailed = options["retry-failed"];
  const { finishedElsewhere } = await import("../study/elsewhere.js");
  const elsewhere = finishedElsewhere(folder, options.fresh || retryFailed ? [] : now.unfinished);
  for (const message of elsewhere.unreadable) output.warning(notCopied(message));
  const copies = [...elsewhere.studies.values()].flat().length;
  const trains = (retryFailed ? now.failed.length : now.unfinished.length - copies) > 0;
  // A set-up that fails leaves nothing behind.
  if (trains) await backend();
  signal.throwIfAborted();

  if (options.fresh) {
    const { setAside } = await import("../study/aside.js");
    const aside = setAside(folder, new Date());
    if (aside !== null) output.info(`what ${options.results} held of this study is kept in ${relative("", aside)}`);
  }
  const store = openStudy(folder, { create: true });
  try {
    const { train } = await import("./train.js");
    const { keep } = loaded.sweep;
    const code = await train({
      folder,
      planned: { ...planned, plan },
      backend,
      elsewhere,
      keep,
      execution,
      retryFailed,
      tensorboard: options.tensorboard,
      store,
      output,
      signal,
    });
    const snapshot = store.snapshot();
    const { copiedWithoutModel, keptModels } = await import("../study/models.js");
    const lost = copiedWithoutModel(snapshot, keep, new Set(keptModels(folder)));
    if (lost > 0) output.warning(withoutModels(lost));
    await writeReport(folder, snapshot, output, !options["no-photos"]);
    return code;
  } finally {
    store.close();
  }
}

/** The options by which two runs of one sweep differ. */
function difference(before: RunOptions, after: RunOptions): string {
  const name = after.name === before.name || after.name === undefined ? [] : [`--name ${after.name}`];
  const set = after.set.filter((assignment) => !before.set.includes(assignment)).map((one) => `--set ${one}`);
  return [...name, ...set].join(" ");
}

/** Sets up what the run trains on, at the first call, and says so where it is not the fast backend. */
function backendOf(
  asked: Backend | null,
  { json, quiet }: RunOptions,
  output: RunOutput,
  signal: AbortSignal,
): () => Promise<Backend> {
  const choose = async (): Promise<Backend> => {
    // The signal may have ended the set-up, which then found no native backend, or failed where that one was asked for.
    const { backend, lacking } = await setUp({ asked, quiet: quiet || json }).finally(() => {
      signal.throwIfAborted();
    });
    if (lacking !== null) output.warning(slowly(lacking));
    return backend;
  };
  let chosen: Promise<Backend> | undefined;
  return () => (chosen ??= choose());
}

async function fetchAndPlan(loaded: LoadedSweep, options: RunOptions, signal: AbortSignal): Promise<PlannedStudy> {
  const { cacheFolder } = await import("../artifacts/cache-folder.js");
  const { planStudy } = await import("../study/plan.js");
  const { DownloadLines } = await import("./download-lines.js");
  const lines = new DownloadLines(options.quiet || options.json ? null : setupLines(process.stderr));
  try {
    return await planStudy(loaded, cacheFolder(), { signal, onProgress: lines.show });
  } finally {
    lines.close();
  }
}

async function writeReport(folder: string, snapshot: StudySnapshot, output: RunOutput, photos: boolean): Promise<void> {
  const report = await import("../report/report.js");
  const { readResults } = await import("../report/results.js");
  const { summaryTable } = await import("../report/table.js");
  const { cachedPixels } = await import("./pixels.js");
  const results = readResults(snapshot);
  const { files } = await report.writeReport(folder, results, photos ? { pixels: cachedPixels } : {});
  const names = files.map((file) => relative(folder, file));
  output.report(folder, summaryTable(results), names);
}
