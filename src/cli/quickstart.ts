import { fileURLToPath } from "node:url";
import type { CommandModule } from "yargs";
import { runOptions, type RunOptions } from "./run-options.js";
import { run } from "./run.js";
import { setsName } from "./sweep-options.js";

/** What comes with the package. */
const sweep = fileURLToPath(new URL("../../../sweeps/quickstart.yaml", import.meta.url));

export const quickstartCommand: CommandModule<object, Omit<RunOptions, "sweep">> = {
  command: "quickstart",
  describe: "Run the sweep that comes with kd-sweep: a teacher and 21 students on drawn flowers, some minutes",
  builder: (command) =>
    runOptions(command).example(
      "$0 quickstart",
      "train, then write tables, charts and a report to results/quickstart/ (on WebAssembly: quickstart-portable/)",
    ),
  handler: async (options) => {
    process.exitCode = await run({ ...options, sweep }, shortened);
  },
};

/** On the portable backend the whole sweep would take more than ten minutes. Epochs and a name that the user chose stay. */
export function shortened(options: RunOptions): RunOptions {
  if (options.set.some((assignment) => /^\s*training(\.epochs)?\s*=/.test(assignment))) return options;
  const name = options.name ?? (setsName(options.set) ? undefined : "quickstart-portable");
  return { ...options, name, set: [...options.set, "training.epochs=5"] };
}
