import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { cacheCommand } from "./cache.js";
import { compareCommand } from "./compare.js";
import { doctorCommand } from "./doctor.js";
import { exitCodes, fail, UsageError } from "./errors.js";
import { exportCommand } from "./export.js";
import { initCommand } from "./init.js";
import { planCommand } from "./plan.js";
import { predictCommand } from "./predict.js";
import { quickstartCommand } from "./quickstart.js";
import { reportCommand } from "./report.js";
import { runCommand } from "./run.js";
import { setupCommand } from "./setup.js";
import { statusCommand } from "./status.js";
import { verifyCommand } from "./verify.js";
import { version } from "./version.js";

const args = hideBin(process.argv);
const verbose = args.some((arg) => arg === "--verbose" || arg === "--verbose=true");
/** What is given several times on purpose. */
const lists = new Set(["_", "set", "studies", "images", "kind"]);
/** Arguments that are paths. */
const paths = ["sweep", "study", "studies", "model", "images", "photos"];
/** Options that are paths. */
const pathOptions = ["results", "to", "wheel"];

type Given = Readonly<Record<string, unknown>>;

/** An option or argument that stands several times, of which all but one would be ignored. */
function repeated(given: Given): string | undefined {
  const several = Object.keys(given).find((key) => !lists.has(key) && Array.isArray(given[key]));
  return several ?? [...paths, "trial"].find((name) => isIgnored(name, given[name]));
}

/** Whether an argument stands as an option too, which yargs leaves out where both are given. */
function isIgnored(name: string, taken: unknown): boolean {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  const at = options.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const option = options[at];
  if (option === undefined) return false;
  return taken !== (option.includes("=") ? option.slice(option.indexOf("=") + 1) : options[at + 1]);
}

/** A path that is given as no text at all, which would be the working folder. */
function emptyPath(given: Given): string | undefined {
  const isEmpty = (key: string): boolean => [given[key]].flat().includes("");
  const path = paths.find(isEmpty);
  return path ?? pathOptions.filter(isEmpty).map((option) => `--${option}`)[0];
}

let lost = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that goes away (`kd-sweep run ... | head`, a closed terminal) ends no study, nor does a full disk that the
    // output goes to; but what was to be written is not all there, and the exit code says so.
    if (error.code === "EPIPE" || error.code === "EIO" || lost) return;
    lost = true;
    const code = fail(error, verbose);
    process.on("exit", () => {
      if (process.exitCode === undefined || process.exitCode === exitCodes.ok) process.exitCode = code;
    });
  });
}

try {
  await yargs(args)
    .scriptName("kd-sweep")
    .usage("$0 <command>\n\nSweeps for knowledge distillation: plan a grid, train it in parallel, report and compare.")
    .command(quickstartCommand)
    .command(initCommand)
    .command(runCommand)
    .command(planCommand)
    .command(statusCommand)
    .command(reportCommand)
    .command(compareCommand)
    .command(predictCommand)
    .command(exportCommand)
    .command(verifyCommand)
    .command(cacheCommand)
    .command(setupCommand)
    .command(doctorCommand)
    .option("verbose", { type: "boolean", default: false, describe: "show stack traces", global: true })
    .parserConfiguration({
      "boolean-negation": false,
      "dot-notation": false,
      "greedy-arrays": false,
    })
    .check((argv) => {
      const twice = repeated(argv);
      if (twice !== undefined) throw new UsageError(`--${twice} was given more than once`);
      const empty = emptyPath(argv);
      if (empty !== undefined) throw new UsageError(`${empty}: expected a path, found an empty text`);
      if (argv.trial === "")
        throw new UsageError("trial: expected a trial's id, or how it begins, found an empty text");
      return true;
    })
    .demandCommand(1, 1, "name a command; `kd-sweep --help` lists them")
    .strict()
    .version(version())
    .alias("help", "h")
    .epilogue(
      "Exit codes: 0 all trials complete, 1 wrong usage or sweep file, 2 some trials failed or wait, 3 the environment does not " +
        "serve, 129, 130 and 143 interrupted.",
    )
    .wrap(Math.min(110, process.stdout.columns || 110))
    .recommendCommands()
    .fail((message, error: Error | undefined) => {
      // Thrown on, so that one place prints.
      throw error === undefined || error.name === "YError" ? new UsageError(message || String(error?.message)) : error;
    })
    .parseAsync();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`kd-sweep: ${error.message}`);
    console.error("`kd-sweep --help` and `kd-sweep <command> --help` say what there is.");
    process.exitCode = exitCodes.usage;
  } else {
    process.exitCode = fail(error, verbose);
  }
}
