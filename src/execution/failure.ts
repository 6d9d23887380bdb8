import { UserError, formatIssue } from "../trial/issue.js";
import type { Failure, FailureReason } from "../trial/outcome.js";

/** An error that carries a failure's reason, such as training's non-finite loss. */
function reasonOf(error: unknown): FailureReason {
  if (typeof error !== "object" || error === null) return "error";
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return "out-of-memory";
  if ("reason" in error && error.reason === "non-finite") return "non-finite";
  return "error";
}

/**
 * For work whose artifact was in the cache when the study looked and is not any more: emptied or damaged meanwhile. It ends
 * the study, whose next run makes the artifact again; trained on nothing, each trial that is left would fail for good.
 */
export function gone(what: string): UserError {
  return new UserError(
    `the ${what} that a trial needs went from the cache, or was damaged there; the same command makes it again`,
    3,
  );
}

/** What was thrown, as the failure that a study keeps. */
export function asFailure(error: unknown): Failure {
  const issues = error instanceof UserError ? error.issues.map((issue) => `; ${formatIssue(issue)}`).join("") : "";
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const environment = error instanceof UserError && error.exitCode === 3;
  return {
    state: "failed",
    reason: reasonOf(error),
    message: message + issues,
    ...(environment && { environment }),
    ...(stack !== undefined && { stack }),
  };
}
