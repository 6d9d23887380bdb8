import { setTimeout as sleep } from "node:timers/promises";
import type { CommandModule } from "yargs";
import { usualValues } from "../report/labels.js";
import type { StudyOverview } from "../store/store.js";
import type { StudyStatus } from "../study/status.js";

interface StatusOptions {
  study: string;
  watch: boolean;
  json: boolean;
}

const watchMs = 1_000;
const mostFailures = 10;

export const statusCommand: CommandModule<object, StatusOptions> = {
  command: "status <study>",
  describe: "How far a running or finished study is",
  builder: (command) =>
    command
      .positional("study", { type: "string", demandOption: true, describe: "the study's folder" })
      .option("watch", { type: "boolean", default: false, describe: "show it again as it changes, until nothing runs" })
      .option("json", { type: "boolean", default: false, describe: "one JSON object; with --watch one a line" })
      .example("$0 status results/quickstart", "counts, what runs, the best so far, what failed, time left")
      .example("$0 status results/quickstart --watch", "the same, kept up to date"),
  handler: async ({ json, study, watch }) => {
    const { StudyReader } = await import("../store/reader.js");
    const { statusOf } = await import("../study/status.js");
    const { statusLines } = await import("./status-lines.js");
    const screen = new Screen(process.stdout);
    while (!screen.isGone) {
      // Opened anew each time, so that a study that is copied or started over in between is seen as it is.
      const reader = StudyReader.open(study);
      let overview: StudyOverview;
      let status: StudyStatus;
      try {
        overview = reader.overview();
        status = statusOf(overview, reader.inUse(), Date.now());
      } finally {
        reader.close();
      }
      if (json) screen.append([JSON.stringify(status, null, watch ? 0 : 2)]);
      else screen.show(statusLines(status, { mostFailures, usual: usualValues(overview.parameters) }));
      if (!watch || !status.inUse) return;
      await sleep(watchMs);
    }
  },
};

/** Shows lines in place of those before on a terminal, below them elsewhere; equal ones are not shown again. */
class Screen {
  private shown: readonly string[] = [];
  private gone = false;

  constructor(private readonly stream: NodeJS.WriteStream) {
    // Node's own streams forget their errors.
    stream.once("error", () => (this.gone = true));
  }

  /** Whether nobody reads it any more, as after `kd-sweep status --watch <study> | head`. */
  get isGone(): boolean {
    return this.gone;
  }

  show(lines: readonly string[]): void {
    if (lines.join("\n") === this.shown.join("\n")) return;
    if (this.stream.isTTY && this.shown.length > 0) {
      const columns = this.stream.columns || 80;
      const rows = this.shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
      this.stream.write(`\x1b[${rows}A\x1b[0J`);
    }
    this.append(lines);
  }

  append(lines: readonly string[]): void {
    this.shown = lines;
    this.stream.write(lines.map((line) => `${line}\n`).join(""));
  }
}
