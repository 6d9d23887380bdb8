import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { UserError } from "../trial/issue.js";
import { UsageError } from "./errors.js";

interface ExportOptions {
  study: string;
  best: boolean;
  trial: string | undefined;
  to: string;
  force: boolean;
}

export const exportCommand: CommandModule<object, ExportOptions> = {
  command: "export <study>",
  describe: "Write a kept student anywhere, as a TensorFlow.js LayersModel",
  builder: (command) =>
    command
      .positional("study", { type: "string", demandOption: true, describe: "the study's folder" })
      .option("best", { type: "boolean", default: false, describe: "the best trial's, by the sweep's metric" })
      .option("trial", { type: "string", requiresArg: true, describe: "a trial's, by its id or the start of it" })
      .option("to", { type: "string", requiresArg: true, demandOption: true, describe: "folder to write it to" })
      .option("force", { type: "boolean", default: false, describe: "replace what the folder holds" })
      .check(({ best, trial }) => {
        if (best !== (trial !== undefined)) return true;
        throw new UsageError("export: expected --best or --trial <id>, one of them");
      })
      .example(
        "$0 export results/quickstart --best --to my-student",
        "model.json and weights.bin, for any TensorFlow.js",
      ),
  handler: async ({ study, trial, to, force }) => {
    const { wholeModel } = await import("../study/kept.js");
    const model = wholeModel(study, trial);
    write(model, resolve(to), force);
    console.log(`${model} written to ${to}`);
  },
};

/** What a kept model's folder holds. */
const modelNames = ["model.json", "weights.bin", "best_epoch"];

/** Copied beside its place and renamed into it, so that a folder holds a whole model or none. */
function write(model: string, to: string, force: boolean): void {
  const there = existsSync(to) ? (statSync(to).isDirectory() ? readdirSync(to) : ["a file"]) : [];
  // Never more than a model is replaced: the folder may be a study, or somebody's photos.
  const isModel = there.every((name) => modelNames.includes(name));
  if (there.length > 0 && !isModel)
    throw new UserError(`${to}: expected a model's folder, an empty one or none, found other files`);
  if (there.length > 0 && !force)
    throw new UserError(`${to}: expected an empty folder or none, found files; --force replaces them`);
  mkdirSync(dirname(to), { recursive: true });
  const fresh = `${to}.${process.pid}.new`;
  try {
    cpSync(model, fresh, { recursive: true });
    rmSync(to, { recursive: true, force: true });
    renameSync(fresh, to);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
