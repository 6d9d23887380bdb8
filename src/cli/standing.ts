import { plural } from "../report/values.js";
import type { Standing } from "../study/standing.js";

/**
 * "3 complete, 4 to run (one run begins 2), 1 waits": what of a plan is there and what a run does.
 * @param retryFailed of a run of what failed before, and of nothing else
 * @param maxTrials how many trials one run begins at most
 */
export function counted(
  { complete, unfinished, waiting, failed, copies = new Map() }: Standing,
  { retryFailed = false, maxTrials = Infinity }: { readonly retryFailed?: boolean; readonly maxTrials?: number } = {},
): string {
  const toCopy = [...copies.values()].reduce((sum, count) => sum + count, 0);
  const begun = (toRun: number): string => (toRun > maxTrials ? ` (one run begins ${maxTrials})` : "");
  if (retryFailed) {
    const left = unfinished.length + waiting.length;
    const parts = [`${complete} complete`, `${failed.length} failed before and to run now${begun(failed.length)}`];
    return [...parts, ...(left > 0 ? [`${left} left to a run without --retry-failed`] : [])].join(", ");
  }
  const toRun = unfinished.length - toCopy;
  const parts = [`${complete} complete`, `${toRun} to run${begun(toRun)}`];
  if (toCopy > 0) parts.push(`${toCopy} to copy from ${[...copies.keys()].join(", ")}`);
  if (waiting.length > 0) parts.push(`${waiting.length} waiting for missing inputs`);
  if (failed.length > 0) parts.push(`${failed.length} failed before`);
  return parts.join(", ");
}

/**
 * What changed since the study's plan before, and what stays undone; a line for each that there is.
 * @param retryFailed of a run of what failed before
 */
export function remarks({ added, complete, failed, unwanted }: Standing, retryFailed = false): string[] {
  const lines: string[] = [];
  if (added !== null) {
    const wanted =
      unwanted === 0
        ? ""
        : `, ${finishedOnes(unwanted)} no longer wanted (${unwanted === 1 ? "it stays" : "they stay"} stored)`;
    lines.push(
      `the sweep or its inputs have changed: ${added} of its trials ${isOrAre(added)} new, ` +
        `${finishedOnes(complete)} ${isOrAre(complete)} reused${wanted}`,
    );
  } else if (unwanted > 0) {
    lines.push(`finished trials that are not wanted any more stay stored: ${unwanted}`);
  }
  const them = failed.length === 1 ? "it" : "them";
  if (failed.length > 0 && !retryFailed)
    lines.push(`${trials(failed.length)} failed before; --retry-failed runs ${them} again`);
  return lines;
}

/** "1 finished one", "2 finished ones". */
function finishedOnes(number: number): string {
  return plural(number, "finished one");
}

function isOrAre(number: number): string {
  return number === 1 ? "is" : "are";
}

/** What is missing, all of it, and what comes of it. */
export function missingLines(missing: readonly string[], { waiting, unfinished }: Standing): string[] {
  if (missing.length === 0) return [];
  const inputs = missing.length === 1 ? "an input is missing" : `${missing.length} inputs are missing`;
  if (waiting.length === 0)
    return [`${inputs}, which no unfinished trial needs:`, ...missing.map((line) => `  ${line}`)];
  const one = missing.length === 1 ? "it" : "one of them";
  const them =
    waiting.length === 1 ? `the trial that needs ${one} waits` : `the ${trials(waiting.length)} that need ${one} wait`;
  const others = unfinished.length === 0 ? "nothing can run" : "the others run";
  return [
    `${inputs}; ${them}, ${others}. Once there is what they need, the same command runs them:`,
    ...missing.map((line) => `  ${line}`),
  ];
}

/** Why finished trials of another study are trained and not copied. */
export function notCopied(unreadable: string): string {
  return `nothing can be copied from another study: ${unreadable}`;
}

/** That trials were copied from other studies without their models. */
export function withoutModels(number: number): string {
  const [were, models] = number === 1 ? ["was", "its model"] : ["were", "their models"];
  return (
    `${trials(number)} ${were} copied from another study without ${models}, which \`keep\` asks for; ` +
    "--fresh trains the whole study anew"
  );
}

/** "1 trial", "2 trials". */
export function trials(number: number): string {
  return plural(number, "trial");
}

/** "1 trial waits", "2 trials wait". */
export function trialsWait(number: number): string {
  return `${trials(number)} ${number === 1 ? "waits" : "wait"}`;
}
