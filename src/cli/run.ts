import { relative } from "node:path";
import type { CommandModule } from "yargs";
import type { StudySnapshot } from "../store/store.js";
import { Interruption } from "./interruption.js";
import { runOptions, type RunOptions } from "./run-options.js";
import { setupLines } from "./setup.js";
import { missingLines } from "./standing.js";
import { readSweep } from "./sweep-options.js";

export const runCommand: CommandModule<object, RunOptions> = {
  command: "run <sweep>",
  describe: "Run what is unfinished of a sweep, then report",
  builder: (command) =>
    runOptions(command)
      .example("$0 run sweeps/quickstart.yaml", "train what is unfinished, write results/quickstart/")
      .example("$0 run sweeps/quickstart.yaml --set training.epochs=20", "the same sweep with longer training")
      .example(
        "$0 run sweeps/quickstart.yaml --set loss.temperature=[2,8] --name hot",
        "sweep other values, as a study of its own",
      )
      .example("$0 run s.yaml --set dataset.name=image_folder --set dataset.path=photos", "on a folder of photos"),
  handler: async (options) => {
    process.exitCode = await run(options);
  },
};

async function run(options: RunOptions): Promise<number> {
  const { sweep, folder } = await readSweep(options);
  const { cacheFolder } = await import("../artifacts/cache-folder.js");
  const { planStudy } = await import("../study/plan.js");
  const { refuseForeignPlan, withStudy } = await import("../study/standing.js");
  const { openStudy } = await import("../store/sqlite.js");

  const planned = await planStudy(sweep, cacheFolder());
  // Looked at before anything is written, TensorFlow's set-up included.
  const { plan, now } = withStudy(planned.plan, folder, (prospect) => prospect);
  const lacking = missingLines(planned.missing, now);
  if (lacking.length > 0) console.error(`kd-sweep: ${lacking.join("\n")}`);
  refuseForeignPlan(now, folder);
  for (const warning of planned.warnings) console.error(`kd-sweep: ${warning}`);
  if ((options["retry-failed"] ? now.failed : now.unfinished).length > 0) await setUp();

  const store = openStudy(folder, { create: true });
  const interruption = new Interruption();
  try {
    const { train } = await import("./train.js");
    const code = await train(options, folder, { ...planned, plan, keep: sweep.keep }, store, interruption);
    await writeReport(folder, store.snapshot());
    return interruption.exitCode ?? code;
  } finally {
    store.close();
    interruption.close();
  }
}

async function setUp(): Promise<void> {
  const { ensureTensorFlow } = await import("../tensorflow/setup.js");
  const lines = setupLines(process.stderr);
  try {
    await ensureTensorFlow(lines);
  } finally {
    lines.close();
  }
}

async function writeReport(folder: string, snapshot: StudySnapshot): Promise<void> {
  const report = await import("../report/report.js");
  const { summaryTable } = await import("../report/table.js");
  const { files } = await report.writeReport(folder, snapshot);
  console.log(`\n${summaryTable(snapshot)}\n`);
  console.log(`Written to ${relative(process.cwd(), folder) || "."}:`);
  for (const file of files) console.log(`  ${relative(folder, file)}`);
}
