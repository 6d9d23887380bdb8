import type { Tree } from "./document.js";
import { readChecked } from "./checked.js";
import type { Findings } from "./findings.js";
import { executionKey, seconds } from "./keys.js";

/** How a study runs, as far as the sweep says; what it leaves out is up to the command. */
export interface Execution {
  readonly workers?: number | "auto" | undefined;
  /** How often a trial that was lost with its worker is tried again. */
  readonly retries?: number | undefined;
  /** Seconds that one trial may take. */
  readonly timeout?: number | undefined;
  /** No more trials begin when this many have failed. */
  readonly maxFailures?: number | undefined;
  /** Trials that one run of the study starts at most. */
  readonly maxTrials?: number | undefined;
  /** Seconds after which a run of the study starts no more trials. */
  readonly maxTime?: number | undefined;
}

/** `execution`, its times in seconds; empty where something is wrong. */
export function readExecution(tree: Tree, findings: Findings): Execution {
  const read = readChecked(executionKey, tree, "execution", findings);
  if (read === undefined) return {};
  const { timeout, maxTime, ...counts } = read;
  return {
    ...counts,
    ...(timeout === undefined ? {} : { timeout: seconds(timeout) }),
    ...(maxTime === undefined ? {} : { maxTime: seconds(maxTime) }),
  };
}
