import { printable, printableLines } from "../report/values.js";
import { UserError, formatIssue } from "../trial/issue.js";

/** As docs/running.md documents them. */
export const exitCodes = {
  ok: 0,
  usage: 1,
  trialsFailed: 2,
  environment: 3,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** The command line itself is wrong. */
export class UsageError extends Error {}

const environmentErrors: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission was denied",
  EPERM: "permission was denied",
  EMFILE: "too many files are open",
};

/** What these mean of a path; without a call of the system they are an error of the program's own. */
const placeErrors: Readonly<Record<string, string>> = {
  ENOTDIR: "a file is in a folder's place",
  EEXIST: "something else is in the place",
  EISDIR: "a folder is in a file's place",
  ENAMETOOLONG: "a name is too long",
};

function environmentError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const code = String(error.code);
  return environmentErrors[code] ?? ("syscall" in error ? placeErrors[code] : undefined);
}

/** Prints an error for a person and says which exit code it means. A stack trace only if `verbose`. */
export function fail(error: unknown, verbose: boolean): number {
  const environment = environmentError(error);
  const message = error instanceof Error ? error.message : String(error);
  const said = environment === undefined ? message : `${environment} (${message})`;
  console.error(`kd-sweep: ${printableLines(said)}`);
  if (error instanceof UserError) {
    for (const issue of error.issues) console.error(`  ${printable(formatIssue(issue))}`);
  }
  if (verbose && error instanceof Error) console.error(error.stack);
  else if (!(error instanceof UserError) && environment === undefined) {
    console.error("This is a fault of kd-sweep itself; with --verbose it shows where.");
  }
  if (error instanceof UserError) return error.exitCode;
  return environment === undefined ? exitCodes.usage : exitCodes.environment;
}
