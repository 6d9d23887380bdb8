import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from "@photostructure/sqlite";
import { dirname } from "node:path";
import type { Cell } from "./codec.js";
import { explain } from "./errors.js";
import { PortablePaths } from "./portable.js";

/** A connection to a study's database, its statements prepared once; errors are those of `explain`. */
export class Database {
  /** How its cells name files and folders. */
  readonly paths: PortablePaths;
  private readonly connection: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();
  /** null as long as it is the driver's own choice. */
  private synchronous: "NORMAL" | "FULL" | null = null;

  /** @param path absolute, in the study's folder. @param shown the path as messages name it */
  constructor(
    path: string,
    private readonly shown: string,
    options: { readonly readOnly: boolean; readonly busyTimeoutMs: number },
  ) {
    this.paths = new PortablePaths(dirname(path));
    this.connection = this.explained(
      () => new DatabaseSync(path, { readOnly: options.readOnly, timeout: options.busyTimeoutMs }),
    );
  }

  /** Runs statements that give no rows. */
  execute(sql: string): void {
    this.explained(() => {
      this.connection.exec(sql);
    });
  }

  /** @returns how many rows it changed */
  run(sql: string, ...cells: readonly Cell[]): number {
    return this.explained(() => this.statement(sql).run(...cells).changes);
  }

  /** The first row, as an array of its cells. */
  row(sql: string, ...cells: readonly Cell[]): readonly Cell[] | undefined {
    return this.explained(() => this.statement(sql).get(...cells) as readonly Cell[] | undefined);
  }

  /** Calls `each` with every row, an array of its cells. */
  rows(sql: string, each: (row: readonly Cell[]) => void): void {
    this.explained(() => {
      for (const row of this.statement(sql).iterate() as Iterable<readonly Cell[]>) each(row);
    });
  }

  /** All or nothing of `work`; on the disk, whatever happens to the machine, when this returns. */
  write<T>(work: () => T): T {
    this.synchronize("FULL");
    return this.transaction("BEGIN IMMEDIATE", work);
  }

  /** As `write`, of work that may change SQLite's own record of the schema. */
  writeSchema<T>(work: () => T): T {
    this.connection.enableDefensive(false);
    try {
      return this.write(work);
    } finally {
      this.connection.enableDefensive(true);
    }
  }

  /**
   * As `write`, without waiting for the disk: safe from the process's end, and from a power loss as soon as the log is
   * flushed, or the next `write` returns.
   */
  writeSoon<T>(work: () => T): T {
    this.synchronize("NORMAL");
    return this.transaction("BEGIN IMMEDIATE", work);
  }

  /**
   * As `run`, without waiting for the disk: safe from the process's end, and from a power loss as soon as the next
   * `write` returns.
   */
  runSoon(sql: string, ...cells: readonly Cell[]): number {
    this.synchronize("NORMAL");
    return this.run(sql, ...cells);
  }

  /** Everything that `work` reads is of one moment. */
  read<T>(work: () => T): T {
    return this.transaction("BEGIN", work);
  }

  /**
   * The driver cannot end a statement; until the collector has, the connection keeps its file open and, in WAL mode, a
   * lock that only a change of the journal's mode minds.
   */
  close(): void {
    this.statements.clear();
    if (this.connection.isOpen) this.connection.close();
  }

  get isOpen(): boolean {
    return this.connection.isOpen;
  }

  private transaction<T>(begin: string, work: () => T): T {
    this.run(begin);
    try {
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some errors.
      if (this.connection.isTransaction) this.connection.exec("ROLLBACK");
      throw error;
    }
  }

  private synchronize(synchronous: "NORMAL" | "FULL"): void {
    if (this.synchronous === synchronous) return;
    this.execute(`PRAGMA synchronous = ${synchronous}`);
    this.synchronous = synchronous;
  }

  private statement(sql: string): StatementSyncInstance {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql, { returnArrays: true });
      this.statements.set(sql, statement);
    }
    return statement;
  }

  private explained<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explain(error, this.shown);
    }
  }
}
