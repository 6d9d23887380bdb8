import { join } from "node:path";
import type { ArtifactRecord } from "../artifacts/artifact.js";
import { UserError } from "../trial/issue.js";
import type { TrialId } from "../trial/spec.js";
import { StrangeCell } from "./cells.js";
import type { Database } from "./database.js";
import { checkDatabase, refuseLinks } from "./check.js";
import { codes, damaged, sqliteCode } from "./errors.js";
import { openDatabase, requireStudy, studyLock } from "./files.js";
import { isLocked } from "./lock.js";
import { readOverview } from "./overview.js";
import { readAllStates, readArtifacts, readSnapshot, readStates } from "./snapshot.js";
import { databaseName, type ReadableStore, type StudyOverview, type StudySnapshot, type TrialState } from "./store.js";

/** Reads a study, also while another process writes it: never changes the database, never holds the writer up. */
export class StudyReader implements ReadableStore {
  /**
   * @param folder the study folder
   * @throws UserError with exit code 1 where the folder is missing, holds no study, or one that is damaged, of a newer
   * format or another program's; with exit code 3 where the disk does not serve
   */
  static open(folder: string): StudyReader {
    requireStudy(folder);
    refuseLinks(folder);
    checkDatabase(folder);
    return new StudyReader(folder, openDatabase(folder, { readOnly: true }));
  }

  protected constructor(
    protected readonly folder: string,
    protected readonly database: Database,
  ) {}

  states(): ReadonlyMap<TrialId, TrialState> {
    return this.asMade(() => readStates(this.database, { abandoned: this.abandoned() }));
  }

  allStates(): ReadonlyMap<TrialId, TrialState> {
    return this.asMade(() => readAllStates(this.database, { abandoned: this.abandoned() }));
  }

  artifacts(): readonly ArtifactRecord[] {
    return this.asMade(() => readArtifacts(this.database));
  }

  snapshot(): StudySnapshot {
    return this.planned(this.asMade(() => readSnapshot(this.database, { abandoned: this.abandoned() })));
  }

  /** @throws UserError where nothing was planned yet */
  overview(): StudyOverview {
    return this.planned(this.asMade(() => readOverview(this.database, { abandoned: this.abandoned() })));
  }

  private planned<T>(read: T | undefined): T {
    if (read !== undefined) return read;
    throw new UserError(`${this.folder} holds an empty study: nothing was planned in it yet`);
  }

  /** Whether a process is writing to the study at this moment. */
  inUse(): boolean {
    return !this.abandoned();
  }

  close(): void {
    this.database.close();
  }

  /** @throws UserError where it is not as a kd-sweep made it */
  private asMade<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof StrangeCell) && sqliteCode(error) !== codes.error) throw error;
      throw damaged(join(this.folder, databaseName), (error as Error).message);
    }
  }

  /** Whether no process writes to the study, so that what is still running there was killed. */
  protected abandoned(): boolean {
    return !isLocked(studyLock(this.folder));
  }
}
