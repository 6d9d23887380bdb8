import { fileURLToPath } from "node:url";
import type { CommandModule } from "yargs";
import { runOptions, type RunOptions } from "./run-options.js";
import { run } from "./run.js";

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

/** On the portable backend the whole sweep would take more than ten minutes. Epochs that the user chose stay. */
function shortened(options: RunOptions): RunOptions {
  if (options.set.some((assignment) => /^\s*training(\.epochs)?\s*=/.test(assignment))) return options;
  return { ...options, name: options.name ?? "quickstart-portable", set: [...options.set, "training.epochs=5"] };
}
