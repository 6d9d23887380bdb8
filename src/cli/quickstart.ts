import { fileURLToPath } from "node:url";
import type { CommandModule } from "yargs";
import { runOptions, type RunOptions } from "./run-options.js";
import { run } from "./run.js";
import { setUp, slowly } from "./set-up.js";

/** What comes with the package. */
const sweep = fileURLToPath(new URL("../../../sweeps/quickstart.yaml", import.meta.url));

/** On the portable backend the whole sweep would take more than ten minutes. */
const shortened = { name: "quickstart-portable", set: ["training.epochs=5"] };

export const quickstartCommand: CommandModule<object, Omit<RunOptions, "sweep">> = {
  command: "quickstart",
  describe: "Run the sweep that comes with kd-sweep: a teacher and 21 students on drawn flowers, some minutes",
  builder: (command) =>
    runOptions(command).example(
      "$0 quickstart",
      "train, then write tables, charts and a report to results/quickstart/ (on WebAssembly: quickstart-portable/)",
    ),
  handler: async (options) => {
    const { askedBackend } = await import("../tensorflow/backend.js");
    const { backend, lacking } = await setUp({ asked: askedBackend(options.backend), quiet: options.quiet });
    const { name = shortened.name } = options;
    const shorter = backend === "native" ? {} : { name, set: [...shortened.set, ...options.set] };
    if (backend === "portable" && !options.quiet) {
      if (lacking !== null) console.error(slowly(lacking));
      console.error(
        `on this backend the quickstart is shortened: --name ${name} --set ${shortened.set.join(" --set ")}`,
      );
    }
    process.exitCode = await run({ ...options, ...shorter, sweep, backend });
  },
};
