import { UserError, formatIssue } from "../trial/issue.js";
import type { Failure, FailureReason } from "../trial/outcome.js";

/** An error that carries a failure's reason, such as training's non-finite loss. */
function reasonOf(error: unknown): FailureReason {
  if (typeof error !== "object" || error === null) return "error";
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return "out-of-memory";
  if ("reason" in error && error.reason === "non-finite") return "non-finite";
  return "error";
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
