import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandModule } from "yargs";
import { printable } from "../report/values.js";
import type { StudySnapshot, TrialRecord } from "../store/store.js";
import type { Kept, Verification } from "../study/verify.js";
import { UserError } from "../trial/issue.js";
import type { Backend } from "../trial/environment.js";
import { backendOption } from "./backend-option.js";
import { exitCodes } from "./errors.js";
import { Interruption } from "./interruption.js";
import { setUp, slowly } from "./set-up.js";

interface VerifyOptions {
  study: string;
  trial: string | undefined;
  backend: string | undefined;
  modules: boolean;
}

const mostDifferences = 10;

export const verifyCommand: CommandModule<object, VerifyOptions> = {
  command: "verify <study> [trial]",
  describe: "Train a finished trial again and compare every bit with what the study keeps",
  builder: (command) =>
    command
      .positional("study", { type: "string", demandOption: true, describe: "the study's folder" })
      .positional("trial", {
        type: "string",
        describe: "a trial's id, or how it begins (default: the first finished one)",
      })
      .option("backend", { ...backendOption, describe: "native, portable or auto (default: what the trial ran on)" })
      .option("modules", {
        type: "boolean",
        default: false,
        describe: "run the loss's module that the study names, a program with your rights",
      })
      .example(
        "$0 verify results/quickstart",
        "exit code 0 where metrics and logits are the same, 2 where they are not",
      ),
  handler: async ({ study, trial, backend: option, modules }) => {
    const { StudyReader } = await import("../store/reader.js");
    const { askedBackend } = await import("../tensorflow/backend.js");
    const { trialName } = await import("./names.js");
    const reader = StudyReader.open(study);
    let kept: Kept;
    try {
      kept = keptTrial(reader.snapshot(), trial);
    } finally {
      reader.close();
    }
    const asked = option === undefined ? kept.environment.backend : askedBackend(option);
    const { backend, lacking } = await setUp({ asked });
    if (lacking !== null) console.error(slowly(lacking));
    const interruption = new Interruption(console.error, "stopping; the study is as it was");
    try {
      const { id } = kept.record.spec;
      console.error(printable(`running ${trialName(kept.record.spec)} (${id}) again`));
      const found = await verify(kept, backend, { modules, signal: interruption.signal });
      for (const line of lines(id, found)) console.log(printable(line));
      process.exitCode = found.differences.length === 0 ? exitCodes.ok : exitCodes.trialsFailed;
    } catch (error) {
      if (interruption.exitCode === undefined) throw error;
      process.exitCode = interruption.exitCode;
    } finally {
      interruption.close();
    }
  },
};

async function verify(
  kept: Kept,
  backend: Backend,
  options: { readonly modules: boolean; readonly signal: AbortSignal },
): Promise<Verification> {
  const { cacheFolder } = await import("../artifacts/cache-folder.js");
  const { TrainingProcess } = await import("../execution/process.js");
  const { verifyTrial } = await import("../study/verify.js");
  // The study's own log is of its runs.
  const folder = mkdtempSync(join(tmpdir(), "kd-sweep-verify-"));
  const log = join(folder, "log");
  const executor = new TrainingProcess({ workers: 1, backend, logFile: log });
  let failed = false;
  try {
    return await verifyTrial(kept, executor, { ...options, cacheFolder: cacheFolder() });
  } catch (error) {
    failed = !options.signal.aborted && (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0;
    if (failed) console.error(`what the training process said is in ${log}`);
    throw error;
  } finally {
    await executor.close();
    if (!failed) rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads all that is compared, before the store is closed. */
function keptTrial(snapshot: StudySnapshot, wanted: string | undefined): Kept {
  const complete = snapshot.trials.filter(({ state }) => state === "complete");
  const matches =
    wanted === undefined ? complete.slice(0, 1) : complete.filter(({ spec }) => spec.id.startsWith(wanted));
  const [record] = matches;
  if (record === undefined || matches.length > 1) throw new UserError(notOne(wanted, matches, snapshot));
  const attempt = record.attempts.find(({ state }) => state === "complete");
  const environment = snapshot.environments[attempt?.environment ?? -1];
  const earlier = record.attempts
    .filter((other) => other !== attempt)
    .flatMap((other) => snapshot.environments[other.environment] ?? [])
    .filter(({ backend }) => backend === environment?.backend);
  const logits = snapshot.validationLogits(record.spec.id);
  if (environment === undefined || logits === undefined)
    throw new Error(`trial ${record.spec.id} lacks what it ran on`);
  return { record: { ...record, epochs: record.epochs }, logits, environment, earlier };
}

function notOne(wanted: string | undefined, matches: readonly TrialRecord[], { trials }: StudySnapshot): string {
  if (wanted === undefined) return "the study has no finished trial to run again";
  if (matches.length > 1) return `${matches.length} finished trials begin with ${wanted}; give more of the id`;
  const there = trials.find(({ spec }) => spec.id.startsWith(wanted));
  return there === undefined
    ? `expected the id of a trial, found ${wanted}; trials.csv lists them`
    : `trial ${there.spec.id} is ${there.state}; only a finished one can be run again`;
}

function lines(id: string, { differences, environment }: Verification): string[] {
  const shown = differences.slice(0, mostDifferences).map((line) => `  ${line}`);
  const more = differences.length - shown.length;
  if (more > 0) shown.push(`  and ${more} more`);
  const where = environment.map((line) => `  ${line}`);
  if (differences.length === 0) {
    const though = environment.length === 0 ? "" : ", though it ran on something else:";
    return [`trial ${id} gives the same metrics and logits, bit for bit${though}`, ...where];
  }
  const why = environment.length === 0 ? "it ran on the same versions and processor" : "it ran on something else:";
  return [`trial ${id} gives something else than the study keeps:`, ...shown, why, ...where];
}
