import type { Argv } from "yargs";
import { UsageError } from "./errors.js";
import { sweepOptions, type SweepOptions } from "./sweep-options.js";

export interface RunOptions extends SweepOptions {
  workers: number | undefined;
  "retry-failed": boolean;
}

export function runOptions<T>(command: Argv<T>): Argv<T & RunOptions> {
  return sweepOptions(command)
    .option("workers", {
      type: "number",
      requiresArg: true,
      describe: "trials that train side by side (default: one per core)",
    })
    .option("retry-failed", {
      type: "boolean",
      default: false,
      describe: "run the trials again that failed before, and no others",
    })
    .check(({ workers }) => {
      if (workers === undefined || (Number.isInteger(workers) && workers >= 1 && workers <= 256)) return true;
      throw new UsageError(`--workers: expected a whole number from 1 to 256, found ${workers}`);
    });
}
