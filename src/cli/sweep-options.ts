import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Argv } from "yargs";
import type { FileText } from "../sweep/layers.js";
import type { LoadedSweep } from "../study/sweep-file.js";
import { UserError } from "../trial/issue.js";
import { UsageError } from "./errors.js";

/** A file beyond this is none that a person wrote. */
const mostBytes = 16 * 1024 * 1024;

/** Options of the commands that read a sweep file. */
export interface SweepOptions {
  sweep: string;
  results: string;
  set: string[];
  name: string | undefined;
  "no-modules": boolean;
}

export const sweepFile = { type: "string", demandOption: true, describe: "the sweep file (YAML)" } as const;

export function sweepOptions<T>(command: Argv<T>): Argv<T & Omit<SweepOptions, "sweep">> {
  return command
    .option("results", {
      requiresArg: true,
      type: "string",
      default: "results",
      describe: "folder that holds the studies",
    })
    .option("set", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "key=value: overrides a key of the file; a list sweeps",
    })
    .option("name", { type: "string", requiresArg: true, describe: "name of the study (default: the sweep file's)" })
    .option("no-modules", {
      type: "boolean",
      default: false,
      describe: "refuse loss modules: a sweep file from elsewhere runs no code (KD_SWEEP_NO_MODULES)",
    })
    .check(({ name, set }) => {
      if (name !== undefined && setsName(set)) throw new UsageError("--name and --set name=... exclude each other");
      return true;
    });
}

/** Whether the study's name is among what `--set` lays over the file. */
export function setsName(set: readonly string[]): boolean {
  return set.some((assignment) => /^\s*name\s*=/.test(assignment));
}

/** Reads and checks the sweep file with its overrides. @throws UserError with all that is wrong */
export async function readSweep(options: SweepOptions): Promise<{ loaded: LoadedSweep; folder: string }> {
  const { forbidModules, loadSweep } = await import("../study/sweep-file.js");
  if (options["no-modules"]) forbidModules();
  const file = readText(options.sweep);
  if ("problem" in file) throw new UserError(`${options.sweep}: expected a sweep file, found ${file.problem}`);
  const name = options.name === undefined ? [] : [`name=${JSON.stringify(options.name)}`];
  const parsed = await loadSweep(file.text, options.sweep, [...options.set, ...name], { read: readText });
  if (!parsed.ok) {
    const count = parsed.issues.length;
    throw new UserError(
      `${options.sweep} has ${count === 1 ? "an error" : `${count} errors`}; nothing was run`,
      1,
      parsed.issues,
    );
  }
  return { loaded: parsed.value, folder: join(resolve(options.results), parsed.value.sweep.name) };
}

function readText(path: string): FileText {
  try {
    const status = statSync(path);
    if (status.size > mostBytes) return { problem: `${status.size} bytes` };
    // It may never end. A pipe is what a shell makes of <(command).
    if (status.isCharacterDevice() || status.isBlockDevice()) return { problem: "a device" };
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return { problem: code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : String(code) };
  }
}
