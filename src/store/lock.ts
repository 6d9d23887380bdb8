import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { UserError } from "../trial/issue.js";
import { isWritable } from "../trial/unwritable.js";
import { isAlive } from "./alive.js";
import { codes, sqliteCode } from "./errors.js";

/**
 * A lock that ends with its process or worker thread, however that ends: SQLite's write lock on a file of its own,
 * which the operating system gives back. It holds between processes, between threads of one process and between
 * containers that share the file system; it knows no times and is never stale.
 */
export interface Lock {
  /** Gives the lock back. A second call does nothing. */
  release(): void;
}

/** Who has the lock. null where that process is not of this machine or container, or is only just taking the lock. */
export interface Held {
  readonly heldBy: number | null;
}

// A connection that nobody refers to would be collected, and its lock lost.
const held = new Set<DatabaseSyncInstance>();

/**
 * Takes the lock at `path` or says who has it. The file is created in an existing folder and stays there, empty:
 * removing it could hand the lock to two. Beside it, `<path>.pid` names the holder for people and messages.
 *
 * @param waitMs how long to block for the lock before giving up
 * @throws UserError (exit code 3) where the file cannot be opened or locked
 */
export function tryLock(path: string, { waitMs = 0 }: { readonly waitMs?: number } = {}): Lock | Held {
  const connection = begin(path, waitMs);
  if (connection === null) return { heldBy: holder(path) };
  held.add(connection);
  try {
    writeFileSync(pidFile(path), `${process.pid}\n`);
  } catch {
    // The lock holds without it; others are refused without a process id.
  }
  return {
    release() {
      if (!held.delete(connection)) return;
      try {
        rmSync(pidFile(path), { force: true });
      } catch {
        // A process id left behind misleads nobody: it is read only while the lock is held.
      } finally {
        connection.close();
      }
    },
  };
}

/**
 * Waits for the lock without blocking the thread.
 *
 * @param pollMs how long to wait between two tries
 * @throws what `signal` was aborted with; UserError as `tryLock`
 */
export async function acquireLock(
  path: string,
  { signal, pollMs = 100 }: { readonly signal?: AbortSignal; readonly pollMs?: number } = {},
): Promise<Lock> {
  for (;;) {
    signal?.throwIfAborted();
    const taken = tryLock(path);
    if ("release" in taken) return taken;
    try {
      await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }
}

/**
 * Whether somebody has the lock at `path`. Where the file may not be written, it cannot be tried: then whether a holder
 * has left its name there, which one that is killed leaves behind.
 */
export function isLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  if (!isWritable(path)) return existsSync(pidFile(path));
  try {
    // Waits a moment: another that only asks as well must not look like a holder.
    const connection = begin(path, 20);
    connection?.close();
    return connection === null;
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
}

/** A connection that has the lock of the file at `path`; null where another has it. */
function begin(path: string, waitMs: number): DatabaseSyncInstance | null {
  for (let times = 0; times < 100; times++) {
    const begun = beginOnce(path, waitMs);
    if (begun !== "moved") return begun;
  }
  throw new UserError(`${path}: cannot be locked (each time it was, another file stood in its place)`, 3);
}

/** @returns "moved" where another file stands at `path` by now, moved with its folder: who asks next locks that one */
function beginOnce(path: string, waitMs: number): DatabaseSyncInstance | "moved" | null {
  let connection: DatabaseSyncInstance | undefined;
  makeIfMissing(path);
  try {
    connection = new DatabaseSync(resolve(path), { timeout: waitMs });
    const opened = numberOf(path);
    // SQLite opens what it may not write for reading, where every lock is to be had.
    if (opened !== undefined && !isWritable(path)) {
      throw new UserError(`${path}: cannot be locked (it may not be written by this user)`, 3);
    }
    // No journal file beside the lock. IMMEDIATE, not EXCLUSIVE: of two that try at once, exactly one gets it.
    connection.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE");
    if (opened !== undefined && numberOf(path) === opened) return connection;
    connection.close();
    return "moved";
  } catch (error) {
    connection?.close();
    if (sqliteCode(error) === codes.busy) return null;
    if (sqliteCode(error) === null) throw error;
    throw new UserError(`${path}: cannot be locked (${(error as Error).message})`, 3);
  }
}

/** As the umask has it: SQLite would keep the file from others who share the folder. */
function makeIfMissing(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o666));
  } catch {
    // It is there, or SQLite says why it cannot be made.
  }
}

/** What tells a file from another that takes its place. */
function numberOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

// Beside the lock file and not inside: whoever opens and closes the locked file itself would end its own process's lock.
function pidFile(path: string): string {
  return `${path}.pid`;
}

function holder(path: string): number | null {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(pidFile(path), "utf8"), 10);
  } catch {
    return null;
  }
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : null;
}
