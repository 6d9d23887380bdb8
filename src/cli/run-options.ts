import type { Argv } from "yargs";
import type { Execution } from "../sweep/execution.js";
import { backendOption } from "./backend-option.js";
import { UsageError } from "./errors.js";
import { sweepOptions, type SweepOptions } from "./sweep-options.js";

export interface RunOptions extends SweepOptions {
  workers: string | undefined;
  backend: string | undefined;
  "max-trials": string | undefined;
  "max-failures": string | undefined;
  "max-time": string | undefined;
  timeout: string | undefined;
  retries: string | undefined;
  "retry-failed": boolean;
  fresh: boolean;
  "no-photos": boolean;
  tensorboard: boolean;
  quiet: boolean;
  json: boolean;
}

/** The options that say how a study runs, with the keys of the sweep file's `execution` that they override. */
const executionKeys = {
  workers: "workers",
  "max-trials": "maxTrials",
  "max-failures": "maxFailures",
  "max-time": "maxTime",
  timeout: "timeout",
  retries: "retries",
} as const satisfies Partial<Record<keyof RunOptions, keyof Execution>>;

export function runOptions<T>(command: Argv<T>): Argv<T & Omit<RunOptions, "sweep">> {
  const text = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;
  const flag = (describe: string) => ({ type: "boolean", default: false, describe }) as const;
  return sweepOptions(command)
    .option("workers", text("trials that train side by side (default: auto, one per core as far as the memory allows)"))
    .option("backend", backendOption)
    .option("max-trials", text("begin no more trials than this many"))
    .option("max-failures", text("begin no more trials once this many have failed"))
    .option("max-time", text("begin no more trials after this time, such as 8h"))
    .option("timeout", text("time that one trial may take, such as 30m; it then counts as failed"))
    .option("retries", text("how often a trial that was lost with its worker is tried again (default: 2)"))
    .option("retry-failed", flag("run the trials again that failed before, and no others"))
    .option("fresh", flag("start over; what the study holds is kept aside under a dated name"))
    .option("no-photos", { type: "boolean", default: false, describe: "show no validation images in report.html" })
    .option("tensorboard", flag("write TensorBoard event files while it runs, in the study's folder tensorboard"))
    .option("quiet", flag("print errors and warnings alone"))
    .option("json", flag("print one JSON object per event, and nothing else, to stdout"))
    .check(({ fresh, json, quiet, "retry-failed": retryFailed }) => {
      if (fresh && retryFailed) throw new UsageError("--fresh and --retry-failed exclude each other");
      if (quiet && json) throw new UsageError("--quiet and --json exclude each other");
      return true;
    });
}

/**
 * How the study is to run: what the sweep file says, the options laid over it.
 * @throws UsageError naming the first option that is wrong
 */
export async function executionOf(options: RunOptions, sweep: Execution): Promise<Execution> {
  const { executionKey, seconds } = await import("../sweep/keys.js");
  const given: Record<string, unknown> = {};
  for (const [option, key] of Object.entries(executionKeys) as [keyof typeof executionKeys, keyof Execution][]) {
    const text = options[option];
    if (text === undefined) continue;
    const isTime = key === "timeout" || key === "maxTime";
    const value = isTime || !/^\d+$/.test(text) ? text : Number(text);
    const parsed = executionKey.shape[key].safeParse(value);
    if (!parsed.success) throw new UsageError(`--${option}: expected ${expectations[key]}, found ${text}`);
    given[key] = isTime ? seconds(text) : value;
  }
  return { ...sweep, ...given };
}

const expectations: Readonly<Record<keyof Execution, string>> = {
  workers: "auto, or a whole number from 1 to 256",
  retries: "a whole number from 0 to 100",
  timeout: "a time > 0 like 90s, 30m or 8h",
  maxFailures: "a whole number from 1",
  maxTrials: "a whole number from 1",
  maxTime: "a time > 0 like 90s, 30m or 8h",
};
