import type { EpochMetrics } from "../trial/metrics.js";
import type { TrialId } from "../trial/spec.js";
import { type Cell, metricsOf } from "./codec.js";
import { metricsIn } from "./columns.js";
import type { Database } from "./database.js";
import type { AttemptRecord } from "./store.js";

/** The epochs of each trial's last attempt, which is the one that completed it if any did; all read at once. */
export class Epochs {
  private readonly running = new Map<TrialId, number>();
  private read: Map<TrialId, EpochMetrics[]> | undefined;

  constructor(
    private readonly database: Database,
    private readonly attempts: ReadonlyMap<TrialId, readonly AttemptRecord[]>,
  ) {
    const last = `SELECT attempts.trial, (SELECT coalesce(max(epoch), 0) FROM epochs
        WHERE epochs.trial = attempts.trial AND epochs.attempt = attempts.number)
      FROM attempts WHERE state = 'running'`;
    database.rows(last, ([trial, epoch]) => this.running.set(trial as TrialId, epoch as number));
  }

  of(trial: TrialId): readonly EpochMetrics[] {
    this.read ??= this.readAll();
    return this.read.get(trial) ?? [];
  }

  private readAll(): Map<TrialId, EpochMetrics[]> {
    const all = new Map<TrialId, EpochMetrics[]>();
    let trial: Cell | undefined;
    let wanted: number | undefined;
    let last = Infinity;
    let epochs: EpochMetrics[] = [];
    const rows = `SELECT trial, attempt, ${metricsIn(this.database, "epochs", "epochs")} FROM epochs ORDER BY trial, attempt, epoch`;
    this.database.rows(rows, (row) => {
      if (row[0] !== trial) {
        trial = row[0];
        wanted = this.attempts.get(trial as TrialId)?.at(-1)?.number;
        last = this.running.get(trial as TrialId) ?? Infinity;
        epochs = [];
        all.set(trial as TrialId, epochs);
      }
      if (row[1] === wanted && (row[2] as number) <= last) epochs.push(metricsOf(row, 2));
    });
    return all;
  }
}
