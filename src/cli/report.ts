import { join, relative } from "node:path";
import type { CommandModule } from "yargs";
import { UsageError } from "./errors.js";

interface ReportOptions {
  study: string;
  scale: number;
  "no-photos": boolean;
  tensorboard: boolean;
}

export const reportCommand: CommandModule<object, ReportOptions> = {
  command: "report <study>",
  describe: "Write all tables and charts of a study again, from its stored results alone",
  builder: (command) =>
    command
      .positional("study", { type: "string", demandOption: true, describe: "the study's folder" })
      .option("scale", {
        type: "number",
        requiresArg: true,
        default: 2,
        describe: "width of the PNG charts in thousands of pixels, 1 to 8",
      })
      .option("no-photos", { type: "boolean", default: false, describe: "show no validation images in report.html" })
      .option("tensorboard", { type: "boolean", default: false, describe: "write TensorBoard event files too" })
      .check(({ scale }) => {
        if (scale >= 1 && scale <= 8) return true;
        throw new UsageError(`--scale: expected a number from 1 to 8, found ${scale}`);
      })
      .example("$0 report results/quickstart", "tables, PNG charts, report.html and report.md, made again"),
  handler: async ({ study, "no-photos": noPhotos, scale, tensorboard }) => {
    const { StudyReader } = await import("../store/reader.js");
    const { writeReport } = await import("../report/report.js");
    const { readResults } = await import("../report/results.js");
    const { summaryTable } = await import("../report/table.js");
    const { cachedPixels } = await import("./pixels.js");
    const reader = StudyReader.open(study);
    try {
      const results = readResults(reader.snapshot());
      const { files } = await writeReport(study, results, { scale, ...(!noPhotos && { pixels: cachedPixels }) });
      console.log(`${summaryTable(results)}\n`);
      for (const file of files) console.log(relative(process.cwd(), file));
      if (!tensorboard) return;
      const { Board, boardName } = await import("../report/tensorboard/board.js");
      new Board(study).write(results);
      console.log(relative(process.cwd(), join(study, boardName)));
    } finally {
      reader.close();
    }
  },
};
