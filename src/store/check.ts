import { readdirSync, statSync, type Dirent, type Stats } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { UserError } from "../trial/issue.js";
import { damaged, explain, interruptedChange } from "./errors.js";
import { applicationId, formatVersion, tables } from "./schema.js";
import { databaseName } from "./store.js";

/**
 * Looks at a study's database before it is used, and changes nothing in it; only what a killed process left half
 * changed is taken back first, as SQLite does whenever it opens such a file.
 *
 * @throws UserError where it is damaged, not a study, or of a newer format (exit code 1), or cannot be read (3)
 */
export function checkDatabase(folder: string): void {
  const path = join(folder, databaseName);
  const found = statusOf(path);
  if (!found.isFile()) throw new UserError(`${path}: expected a file`);
  if (found.size === 0) throw damaged(path, "it has no content");
  const { application, version, check } = inspect(path);
  if (application !== applicationId) {
    throw new UserError(`${path} is not a study of kd-sweep but another program's database`);
  }
  if (version > formatVersion) {
    throw new UserError(
      `${path} was written by a newer kd-sweep (format ${version}; this one reads up to ${formatVersion}): update kd-sweep`,
    );
  }
  if (check !== "ok") throw damaged(path, check);
}

/** @throws UserError (exit code 3) where it was removed meanwhile, or may not be read */
function statusOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(error, path);
  }
}

/** What keeps one of a study's files from being looked at, in words; an error that says something else as it is. */
function unreadable(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return new UserError(`${path}: expected a study's database, found nothing any more`, 3);
  if (code !== "EACCES" && code !== "EPERM") return error;
  return new UserError(`${path} cannot be read (permission was denied); see its permissions`, 3);
}

/**
 * Through a link in a study that came from elsewhere, its log, lock, checkpoints, charts and models would be written
 * outside of it.
 * @throws UserError that names the first link, at any depth, or (exit code 3) a folder that this user may not list
 */
export function refuseLinks(folder: string): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) refuseLinks(path);
    if (entry.isSymbolicLink()) {
      throw new UserError(`${path}: expected a file or folder of the study's own, found a link`);
    }
  }
}

/** None where a running study has removed the folder meanwhile. @throws UserError (exit code 3) where it may not be listed */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unreadable(error, folder);
  }
}

/** What of the schema would run something of its own when the study is read or written. A view that is not asked does not. */
const strangeQuery = `
  SELECT found('strange', type || ' ' || name) FROM sqlite_schema WHERE type = 'trigger';
  SELECT found('strange', 'table ' || value) FROM json_each('${JSON.stringify(tables)}')
    LEFT JOIN pragma_table_list AS list ON list.schema = 'main' AND list.name = value
    WHERE list.type IS NOT 'table' OR list.strict IS NOT 1;
  SELECT found('strange', 'column ' || value || '.' || name) FROM json_each('${JSON.stringify(tables)}'), pragma_table_xinfo(value)
    WHERE hidden > 1;`;

interface Inspection {
  readonly application: number;
  readonly version: number;
  /** "ok", or the first thing wrong in SQLite's words. Of a study of a known format only. */
  readonly check: string;
}

function inspect(path: string): Inspection {
  try {
    return read(path);
  } catch (error) {
    if (!interruptedChange(error)) throw explain(error, path);
  }
  try {
    takeBack(path);
    return read(path);
  } catch (error) {
    throw explain(error, path);
  }
}

function read(path: string): Inspection {
  const connection = new DatabaseSync(resolve(path), { readOnly: true, timeout: 3000 });
  try {
    // Values come through a function: a prepared statement would keep the connection open beyond `close`.
    const values = new Map<string, unknown>();
    connection.function("found", (name: string, value: unknown) => {
      values.set(name, value);
      return 0;
    });
    connection.exec("SELECT found('application', application_id) FROM pragma_application_id");
    connection.exec("SELECT found('version', user_version) FROM pragma_user_version");
    const application = Number(values.get("application"));
    const version = Number(values.get("version"));
    if (application !== applicationId || version > formatVersion) return { application, version, check: "ok" };
    // Before anything is asked of the tables themselves: a view in a table's place may never end.
    connection.exec(strangeQuery);
    const strange = values.get("strange");
    if (typeof strange === "string") return { application, version, check: `${strange} is not as kd-sweep makes it` };
    connection.exec("SELECT found('check', quick_check) FROM pragma_quick_check LIMIT 1");
    // The first finding, without the heading that it may stand under.
    const findings = String(values.get("check")).split("\n");
    return { application, version, check: findings.find((line) => !line.startsWith("***")) ?? "unreadable" };
  } finally {
    connection.close();
  }
}

/** Takes an interrupted change back, which a read-only connection may not do. */
function takeBack(path: string): void {
  const connection = new DatabaseSync(resolve(path), { timeout: 3000 });
  try {
    connection.exec("SELECT count(*) FROM sqlite_schema");
  } finally {
    connection.close();
  }
}
