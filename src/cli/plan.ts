import { basename } from "node:path";
import type { CommandModule } from "yargs";
import { usualValues } from "../report/labels.js";
import { plural, printable } from "../report/values.js";
import { readSweep, sweepFile, sweepOptions, type SweepOptions } from "./sweep-options.js";

interface PlanOptions extends SweepOptions {
  json: boolean;
}

export const planCommand: CommandModule<object, PlanOptions> = {
  command: "plan <sweep>",
  describe: "Show what a run would do, and change nothing",
  builder: (command) =>
    sweepOptions(command.positional("sweep", sweepFile))
      .option("json", { type: "boolean", default: false, describe: "one JSON object" })
      .example("$0 plan sweeps/quickstart.yaml", "what would run, what is there already, roughly how long")
      .example("$0 plan sweeps/quickstart.yaml --json", "the same for a script"),
  handler: async (options) => {
    const { loaded, folder } = await readSweep(options);
    const { cacheFolder } = await import("../artifacts/cache-folder.js");
    const { planStudy } = await import("../study/plan.js");
    const { foreignPlan, withCopies, withStudy } = await import("../study/standing.js");
    const { finishedElsewhere } = await import("../study/elsewhere.js");
    const { estimate } = await import("../study/estimate.js");
    const { duration, trialName } = await import("./names.js");
    const { counted, missingLines, remarks, trials } = await import("./standing.js");
    const { workersHere } = await import("./workers.js");

    const { plan: fresh, warnings, missing } = await planStudy(loaded, cacheFolder());
    const { plan, now, elsewhere, toRun, workers, seconds } = withStudy(fresh, folder, (prospect) => {
      const { unfinished } = prospect.now;
      const others = finishedElsewhere(folder, unfinished);
      const copied = new Set([...others.studies.values()].flat());
      const rest = unfinished.filter(({ id }) => !copied.has(id));
      const { workers } = workersHere(rest, loaded.sweep.execution);
      const left = estimate(rest, prospect.snapshot(), workers);
      const now = withCopies(prospect.now, others);
      return { ...prospect, now, elsewhere: others, toRun: rest, workers, seconds: left };
    });
    const copiedFrom = new Map(
      [...elsewhere.studies].flatMap(([other, ids]) => ids.map((id) => [id, basename(other)])),
    );
    const { added, complete, failed, unfinished, unwanted, waiting } = now;
    const refusal = foreignPlan(now, folder);
    const stateOf = new Map([
      ...unfinished.map(({ id }) => [id, copiedFrom.has(id) ? "to copy" : "to run"] as const),
      ...failed.map(({ id }) => [id, "failed"] as const),
      ...waiting.map(({ id }) => [id, "waits"] as const),
    ]);
    if (options.json) {
      const each = plan.trials.map(({ id, configuration, seed, parameters, settings }) => {
        const waitsFor = plan.waitsFor?.[id]?.split("\n") ?? [];
        const state = stateOf.get(id) ?? "complete";
        const isComplete = state === "complete";
        const from = copiedFrom.get(id) ?? null;
        return {
          id,
          configuration,
          seed,
          parameters,
          settings,
          complete: isComplete,
          state,
          copiedFrom: from,
          waitsFor,
        };
      });
      const counts = {
        complete,
        unfinished: unfinished.length,
        toCopy: unfinished.length - toRun.length,
        waiting: waiting.length,
        failed: failed.length,
        added,
        unwanted,
      };
      const all = { name: plan.name, folder, ...counts, refusal, seconds, warnings, missing, trials: each };
      console.log(JSON.stringify(all, null, 2));
      return;
    }
    if (refusal !== null) console.log(`a run would be refused: ${refusal}`);
    for (const warning of [...warnings, ...elsewhere.unreadable]) console.log(`warning: ${printable(warning)}`);
    const configurations = new Set(plan.trials.map((trial) => trial.configuration)).size;
    console.log(
      `${plan.name}: ${trials(plan.trials.length)} of ${plural(configurations, "configuration")}, in ${folder}`,
    );
    const usual = usualValues(plan.trials.map(({ parameters }) => parameters));
    for (const trial of plan.trials) {
      console.log(`  ${(stateOf.get(trial.id) ?? "complete").padEnd(8)}  ${trialName(trial, usual)}`);
    }
    const { maxTrials = Infinity } = loaded.sweep.execution;
    const lines = [...missingLines(missing, now), ...remarks(now), counted(now, { maxTrials })];
    for (const line of lines) console.log(printable(line));
    if (toRun.length === 0) return;
    console.log(
      seconds === null
        ? "How long that takes is known once the data set has been read by a run."
        : `Roughly ${duration(seconds)} on ${plural(workers, "worker")}, beside the teachers that are still to be trained.`,
    );
  },
};
