/** One thing wrong with what a user gave. */
export interface Issue {
  /** Where: a dotted key, a file's path, or both. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

/** ``path: expected X, found Y (hint)`` on one line. */
export function formatIssue(issue: Issue): string {
  const hint = issue.hint === undefined ? "" : ` (${issue.hint})`;
  return `${issue.path}: expected ${issue.expected}, found ${issue.found}${hint}`;
}

/** Bad input from a user: shown as its issues, without a stack trace. `exitCode` as docs/running.md documents. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 3 = 1,
    readonly issues: readonly Issue[] = [],
  ) {
    super(message);
    this.name = "UserError";
  }
}

/** Inputs that are not there (a data set, a weight file), all at once: what needs them waits until they are. */
export class MissingInputError extends UserError {
  constructor(message: string, issues: readonly Issue[]) {
    super(message, 1, issues);
    this.name = "MissingInputError";
  }
}
