import { join } from "node:path";
import type { ArtifactRecord } from "../artifacts/artifact.js";
import type { Environment } from "../trial/environment.js";
import { UserError } from "../trial/issue.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { Outcome } from "../trial/outcome.js";
import type { TrialId } from "../trial/spec.js";
import type { Database } from "./database.js";
import { checkDatabase, refuseLinks } from "./check.js";
import { createIfMissing, lockStudy, makeFolder, openDatabase, requireStudy } from "./files.js";
import { Flush } from "./flush.js";
import type { Lock } from "./lock.js";
import { StudyReader } from "./reader.js";
import { makePathsPortable, portableFormat } from "./portable-cells.js";
import { migration } from "./schema.js";
import { databaseName, type Attempt, type FinishedTrial, type Store, type StoredPlan } from "./store.js";
import * as write from "./write.js";

/**
 * Opens a study for its one writer and holds its lock until `close` or the process's end. Attempts that a killed process
 * left running are ended as failed (`worker-exit`); their trials wait again.
 *
 * @param folder the study folder
 * @param create makes the folder and an empty study where there is none
 * @throws UserError with exit code 1 where the folder holds no study, or one that is damaged (it is left as it is), of a
 * newer format or another program's; with exit code 3 where another process has it, or the disk does not serve
 */
export function openStudy(folder: string, { create = false }: { readonly create?: boolean } = {}): Store {
  if (create) makeFolder(folder);
  else requireStudy(folder);
  // Before the lock, beside which this process's id is written.
  refuseLinks(folder);
  const lock = lockStudy(folder);
  let database: Database | undefined;
  try {
    if (create) createIfMissing(folder);
    checkDatabase(folder);
    database = openDatabase(folder, { readOnly: false });
    bringUp(database);
    // Readers do not wait for the writer, nor it for them.
    database.execute("PRAGMA journal_mode = WAL");
    write.endAbandoned(database);
    return new SqliteStore(folder, database, lock);
  } catch (error) {
    database?.close();
    lock.release();
    throw error;
  }
}

/** Brings a study of an older format up to the present one, all of it or nothing. */
function bringUp(database: Database): void {
  const format = database.row("PRAGMA user_version")?.[0] as number;
  const statements = migration(format);
  if (statements === "") return;
  database.writeSchema(() => {
    database.execute(statements);
    if (format < portableFormat) makePathsPortable(database, format);
  });
  // What was rewritten leaves no trace in the file.
  if (format < portableFormat) database.execute("VACUUM");
}

class SqliteStore extends StudyReader implements Store {
  private readonly log: Flush;

  constructor(
    folder: string,
    database: Database,
    private readonly lock: Lock,
  ) {
    super(folder, database);
    this.log = new Flush(join(folder, `${databaseName}-wal`));
  }

  plan(plan: StoredPlan): void {
    write.plan(this.database, plan);
  }

  environment(environment: Environment): number {
    return write.environment(this.database, environment);
  }

  begin(trial: TrialId, environment: number): Attempt {
    return write.begin(this.database, trial, environment);
  }

  epoch(attempt: Attempt, metrics: EpochMetrics): void {
    write.epoch(this.database, attempt, metrics);
  }

  finish(attempt: Attempt, outcome: Outcome, { retry = false }: { readonly retry?: boolean } = {}): void {
    write.finish(this.database, attempt, outcome, retry);
  }

  adopt(finished: FinishedTrial): void {
    write.adopt(this.database, finished);
  }

  artifact(record: ArtifactRecord): void {
    write.artifact(this.database, record);
  }

  async durable(): Promise<void> {
    try {
      await this.log.request();
    } catch (error) {
      const { message } = error as Error;
      throw new UserError(`${join(this.folder, databaseName)}: the disk could not be written (${message})`, 3);
    }
  }

  override close(): void {
    if (!this.database.isOpen) return;
    void this.log.close();
    try {
      this.database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      // One plain file, to be copied and committed. A reader that is still there keeps it as it is, until the next close.
      this.database.execute("PRAGMA journal_mode = DELETE");
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    } finally {
      super.close();
      this.lock.release();
    }
  }

  protected override abandoned(): boolean {
    return false;
  }
}
