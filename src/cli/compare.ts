import type { CommandModule } from "yargs";
import type { ComparisonFormat } from "../report/compare.js";

interface CompareOptions {
  study: string;
  by: string;
  metric: string | undefined;
  format: string;
}

const formats = ["table", "csv", "json", "markdown"] as const satisfies readonly ComparisonFormat[];

export const compareCommand: CommandModule<object, CompareOptions> = {
  command: "compare <study>",
  describe: "Compare the values of one parameter, all else equal",
  builder: (command) =>
    command
      .positional("study", { type: "string", demandOption: true, describe: "the study's folder" })
      .option("by", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "a swept parameter, such as loss.type",
      })
      .option("metric", {
        type: "string",
        requiresArg: true,
        describe: "what to compare (default: the sweep's metric)",
      })
      .option("format", { choices: formats, default: "table", describe: "how to print it" })
      .example("$0 compare results/quickstart --by loss.type", "loss variants, side by side")
      .example("$0 compare results/quickstart --by loss.temperature --format csv", "temperatures, as CSV"),
  handler: async ({ study, by, metric, format }) => {
    const { StudyReader } = await import("../store/reader.js");
    const { compare, formatComparison } = await import("../report/compare.js");
    const reader = StudyReader.open(study);
    try {
      const comparison = compare(reader.snapshot(), metric === undefined ? { by } : { by, metric });
      console.log(formatComparison(comparison, format as ComparisonFormat));
    } finally {
      reader.close();
    }
  },
};
