import { relative } from "node:path";
import type { CommandModule } from "yargs";

interface ReportOptions {
  study: string;
}

export const reportCommand: CommandModule<object, ReportOptions> = {
  command: "report <study>",
  describe: "Write all tables and charts of a study again, from its stored results alone",
  builder: (command) =>
    command
      .positional("study", { type: "string", demandOption: true, describe: "the study's folder" })
      .example("$0 report results/quickstart", "CSV tables, PNG charts and report.html, made again"),
  handler: async ({ study }) => {
    const { StudyReader } = await import("../store/reader.js");
    const { writeReport } = await import("../report/report.js");
    const { summaryTable } = await import("../report/table.js");
    const reader = StudyReader.open(study);
    try {
      const snapshot = reader.snapshot();
      const { files } = await writeReport(study, snapshot);
      console.log(`${summaryTable(snapshot)}\n`);
      for (const file of files) console.log(relative(process.cwd(), file));
    } finally {
      reader.close();
    }
  },
};
