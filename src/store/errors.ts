import { UserError } from "../trial/issue.js";

/** SQLite's primary result codes that the store tells apart (https://sqlite.org/rescode.html). */
export const codes = {
  error: 1,
  permission: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** The primary result code of an error that SQLite gave; null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return null;
  return error.errcode & 0xff;
}

/** Whether a read-only connection met a change that a killed process left half made (SQLITE_READONLY_ROLLBACK). */
export function interruptedChange(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 776;
}

/**
 * What SQLite's error on a study's database means to a user; any other error, and those that only a mistake in this
 * program explains, as they are.
 */
export function explain(error: unknown, path: string): unknown {
  const said = error instanceof Error ? error.message : "";
  switch (sqliteCode(error)) {
    case codes.full:
      return new UserError(`${path}: the disk is full; make room and start again, what was finished is kept`, 3);
    case codes.inputOutput:
      return new UserError(`${path}: the disk could not be read or written (${said})`, 3);
    case codes.busy:
    case codes.locked:
      return new UserError(`${path} is locked by another program; close it and start again`, 3);
    case codes.readOnly:
    case codes.permission:
    case codes.cannotOpen:
      return new UserError(`${path} cannot be opened or written (${said}); see the folder's permissions`, 3);
    case codes.corrupt:
    case codes.notADatabase:
      return damaged(path, said);
    default:
      return error;
  }
}

/** @param what is wrong, as SQLite says it */
export function damaged(path: string, what: string): UserError {
  return new UserError(`${path} is damaged (${what}); it was left as it is: restore a copy, or use another folder`);
}
