import { renameSync, rmSync, statSync, type Stats } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { makeFolders } from "../files/folders.js";
import { UserError } from "../trial/issue.js";
import { Database } from "./database.js";
import { explain, sqliteCode } from "./errors.js";
import { tryLock, type Lock } from "./lock.js";
import { schema } from "./schema.js";
import { databaseName } from "./store.js";

/** The lock that a study's writer holds. */
export function studyLock(folder: string): string {
  return join(folder, ".lock");
}

/** @throws UserError (exit code 1) where `folder` is none or holds no study */
export function requireStudy(folder: string): void {
  const found = stat(folder);
  if (found === undefined) throw new UserError(`${folder}: there is no such study folder`);
  if (!found.isDirectory()) throw new UserError(`${folder}: expected a study folder, found a file`);
  if (stat(join(folder, databaseName)) === undefined) {
    throw new UserError(`${folder} holds no study: it has no ${databaseName}`);
  }
}

/** @throws UserError (exit code 3) where another has the study, or the folder cannot be made or written */
export function lockStudy(folder: string): Lock {
  const taken = tryLock(studyLock(folder), { waitMs: 200 });
  if ("release" in taken) return taken;
  const holder = taken.heldBy === null ? "another process" : `process ${taken.heldBy}`;
  throw new UserError(`${folder} is in use by ${holder}; wait until that has ended, or stop it`, 3);
}

/** Makes the study's folder. @throws UserError (exit code 3, or 1 where a file stands in its place) */
export function makeFolder(folder: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOTDIR")
      throw new UserError(`${folder}: expected a study folder, found a file`);
    throw new UserError(`${folder}: the study folder cannot be made (${message})`, 3);
  }
}

/** Makes an empty study where there is none. The caller holds the lock. It is there whole or not at all. */
export function createIfMissing(folder: string): void {
  const path = join(folder, databaseName);
  if (stat(path) !== undefined) return;
  const unfinished = `${path}.new`;
  try {
    // SQLite would play the log of a database that somebody has removed into the new one.
    const stale = ["-wal", "-shm", "-journal"].map((end) => path + end);
    for (const file of [unfinished, `${unfinished}-journal`, ...stale]) rmSync(file, { force: true });
    const connection = new DatabaseSync(resolve(unfinished));
    try {
      connection.exec(`BEGIN; ${schema} COMMIT`);
    } finally {
      connection.close();
    }
    renameSync(unfinished, path);
  } catch (error) {
    const explained = explain(error, path);
    if (explained instanceof UserError || sqliteCode(error) !== null) throw explained;
    throw new UserError(`${path}: cannot be made (${(error as Error).message})`, 3);
  }
}

/** The caller has checked it. */
export function openDatabase(folder: string, options: { readonly readOnly: boolean }): Database {
  const path = join(folder, databaseName);
  return new Database(resolve(path), path, { ...options, busyTimeoutMs: 10_000 });
}

function stat(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
