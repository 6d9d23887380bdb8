import { availableParallelism } from "node:os";
import type { CommandModule } from "yargs";
import { readSweep, sweepOptions, type SweepOptions } from "./sweep-options.js";

interface PlanOptions extends SweepOptions {
  json: boolean;
}

export const planCommand: CommandModule<object, PlanOptions> = {
  command: "plan <sweep>",
  describe: "Show what a run would do, and change nothing",
  builder: (command) =>
    sweepOptions(command)
      .option("json", { type: "boolean", default: false, describe: "one JSON object" })
      .example("$0 plan sweeps/quickstart.yaml", "what would run, what is there already, roughly how long")
      .example("$0 plan sweeps/quickstart.yaml --json", "the same for a script"),
  handler: async (options) => {
    const { sweep, folder } = await readSweep(options);
    const { cacheFolder } = await import("../artifacts/cache-folder.js");
    const { foreignPlan, planStudy, readStudy, standing } = await import("../study/plan.js");
    const { estimate } = await import("../study/estimate.js");
    const { duration, trialName } = await import("./names.js");

    const { plan, warnings } = await planStudy(sweep, cacheFolder());
    const stored = readStudy(folder, (study) => ({
      standing: standing(plan, study),
      // A run that was killed at its very beginning leaves a study without a plan.
      snapshot: study.completeTrials().size > 0 ? study.snapshot() : null,
    }));
    const now = stored?.standing ?? standing(plan, { completeTrials: () => new Set() });
    const { unfinished, complete, unwanted } = now;
    const refusal = foreignPlan(now, folder);
    const workers = availableParallelism();
    const seconds = estimate(unfinished, stored?.snapshot ?? null, workers);
    const rest = new Set(unfinished.map((trial) => trial.id));
    if (options.json) {
      const trials = plan.trials.map(({ id, configuration, seed, parameters, settings }) => {
        return { id, configuration, seed, parameters, settings, complete: !rest.has(id) };
      });
      const counts = { complete, unfinished: unfinished.length, unwanted };
      console.log(JSON.stringify({ name: plan.name, folder, ...counts, refusal, seconds, warnings, trials }, null, 2));
      return;
    }
    if (refusal !== null) console.log(`a run would be refused: ${refusal}`);
    for (const warning of warnings) console.log(`warning: ${warning}`);
    const configurations = new Set(plan.trials.map((trial) => trial.configuration)).size;
    console.log(`${plan.name}: ${plan.trials.length} trials of ${configurations} configurations, in ${folder}`);
    for (const trial of plan.trials) {
      console.log(`  ${rest.has(trial.id) ? "to run  " : "complete"}  ${trialName(trial)}`);
    }
    const dropped = unwanted > 0 ? `, ${unwanted} finished trials no longer wanted` : "";
    console.log(`${complete} complete, ${unfinished.length} to run${dropped}`);
    if (unfinished.length === 0) return;
    console.log(
      seconds === null
        ? "How long that takes is known once the data set has been read by a run."
        : `Roughly ${duration(seconds)} on ${workers} workers, beside the teachers that are still to be trained.`,
    );
  },
};
