import { cpSync, existsSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { CommandModule } from "yargs";
import { makeFolders } from "../files/folders.js";
import { reasonOf } from "../report/files.js";
import { printable } from "../report/values.js";
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
    console.log(printable(`${model} written to ${to}`));
  },
};

/** What a kept model's folder holds; the first is read before the others, and names them. */
const modelNames = ["model.json", "weights.bin", "best_epoch"];
/** What an export that was killed leaves in its folder. */
const leftover = /^\.export-\d+\.new$/;

/**
 * Copies a model into a folder, which is made where it is not there. The folder holds a whole model or none.
 * @throws UserError where it holds anything else, or (exit code 3) cannot be written
 */
function write(model: string, to: string, force: boolean): void {
  const folder = realPath(to);
  if (isWithin(folder, realpathSync(model)))
    throw new UserError(`${to}: expected a folder outside of the study's own model, found one in ${model}`);
  try {
    const there = existsSync(folder) ? (statSync(folder).isDirectory() ? readdirSync(folder) : ["a file"]) : [];
    // Never more than a model is replaced: the folder may be a study, or somebody's photos.
    const isModel = there.every((name) => modelNames.includes(name) || leftover.test(name));
    if (there.length > 0 && !isModel)
      throw new UserError(`${to}: expected a model's folder, an empty one or none, found other files`);
    if (there.length > 0 && !force)
      throw new UserError(`${to}: expected an empty folder or none, found files; --force replaces them`);
    const made = makeFolders(folder);
    try {
      replace(model, folder, there);
    } catch (error) {
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot write ${to}: ${reasonOf(error)}`, 3);
  }
}

/** Copied in the folder itself, which may be somebody's working folder, and then renamed, `model.json` last. */
function replace(model: string, folder: string, old: readonly string[]): void {
  const fresh = join(folder, `.export-${process.pid}.new`);
  try {
    cpSync(model, fresh, { recursive: true });
    const [first = "", ...others] = modelNames;
    for (const name of [first, ...old]) rmSync(join(folder, name), { recursive: true, force: true });
    for (const name of [...others, first]) {
      if (existsSync(join(fresh, name))) renameSync(join(fresh, name), join(folder, name));
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Where a path leads, links followed as far as it is there. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), basename(path));
}

/** Whether a path is a folder, or leads into it; both absolute and real. */
function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}
