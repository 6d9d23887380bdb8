import type { ArtifactRecord } from "../artifacts/artifact.js";
import type { Environment } from "../trial/environment.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { Outcome, TrialResult } from "../trial/outcome.js";
import type { TrialId } from "../trial/spec.js";
import { type Cell, logitsBytes, metricCells, metricPlaceholders, real, textCell } from "./codec.js";
import type { Database } from "./database.js";
import { metricColumns } from "./schema.js";
import type { Attempt, FinishedTrial, StoredPlan } from "./store.js";

/** Ends what a killed process left running; the caller is the only writer. */
export function endAbandoned(database: Database): void {
  database.write(() => {
    database.run(`UPDATE attempts SET state = 'failed', reason = 'worker-exit', message = 'the process was killed'
      WHERE state = 'running'`);
    database.run("UPDATE trials SET state = 'waiting' WHERE state = 'running'");
  });
}

export function plan(database: Database, plan: StoredPlan): void {
  const { paths } = database;
  database.write(() => {
    database.run("UPDATE trials SET position = NULL WHERE position IS NOT NULL");
    const insert = `INSERT INTO trials (id, configuration, seed, state, position, settings, parameters, waits_for)
      VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET configuration = excluded.configuration, seed = excluded.seed,
        position = excluded.position, settings = excluded.settings, parameters = excluded.parameters,
        waits_for = excluded.waits_for
      WHERE position IS NULL`;
    for (const [position, { id, configuration, seed, settings, parameters }] of plan.trials.entries()) {
      const waitsFor = plan.waitsFor?.[id];
      const texts = [paths.toJson(settings), paths.toJson(parameters)];
      const cells = [id, configuration, seed, position, ...texts, portableText(database, waitsFor)];
      if (database.run(insert, ...cells) === 0) throw new Error(`trial ${id} is in the plan twice`);
    }
    database.run(`DELETE FROM trials WHERE position IS NULL AND waits_for IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM attempts WHERE trial = trials.id)`);
    database.run(
      `REPLACE INTO plan (number, name, sweep_text, overrides, metric, goal, parameters, baseline, planned_at, comparisons)
        VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      textCell(plan.name),
      portableText(database, plan.sweepText),
      paths.toJson(plan.overrides),
      plan.metric.name,
      plan.metric.goal,
      JSON.stringify(plan.parameters),
      plan.baseline,
      now(),
      plan.comparisons === undefined ? null : paths.toJson(plan.comparisons),
    );
  });
}

/** @returns its place in a snapshot's environments; of an equal one that is there already, that one's */
export function environment(database: Database, environment: Environment): number {
  const columns: Readonly<Record<string, Cell>> = {
    backend: environment.backend,
    tensorflow: environment.tensorflow,
    tfjs: environment.tfjs,
    node: environment.node,
    kd_sweep: environment.kdSweep,
    threads_per_worker: environment.threadsPerWorker,
    processor: environment.processor,
    cores: environment.cores,
    memory_bytes: environment.memoryBytes,
    platform: environment.platform,
    git_revision: environment.gitRevision ?? null,
  };
  const names = Object.keys(columns);
  const cells = Object.values(columns);
  return database.write(() => {
    const equal = names.map((name) => `${name} IS ?`).join(" AND ");
    const [known] = database.row(`SELECT number FROM environments WHERE ${equal}`, ...cells) ?? [];
    if (known !== undefined) return known as number;
    const number = database.row("SELECT count(*) FROM environments")?.[0] as number;
    const placeholders = names.map(() => "?").join(", ");
    database.run(
      `INSERT INTO environments (number, ${names.join(", ")}) VALUES (?, ${placeholders})`,
      number,
      ...cells,
    );
    return number;
  });
}

export function begin(database: Database, trial: TrialId, environment: number): Attempt {
  return database.writeSoon(() => {
    const started = "UPDATE trials SET state = 'running' WHERE id = ? AND state IN ('waiting', 'failed')";
    if (database.run(started, trial) === 0) throw cannotBegin(database, trial);
    return addAttempt(database, trial, {
      state: "running",
      startedAt: now(),
      endedAt: null,
      environment,
      copiedFrom: null,
    });
  });
}

function cannotBegin(database: Database, trial: TrialId): Error {
  const state = database.row("SELECT state FROM trials WHERE id = ?", trial)?.[0] ?? "not in this study";
  return new Error(`trial ${trial} cannot begin: it is ${String(state)}`);
}

interface NewAttempt {
  readonly state: "running" | "complete";
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly environment: number;
  readonly copiedFrom: string | null;
}

function addAttempt(database: Database, trial: TrialId, attempt: NewAttempt): Attempt {
  const { state, startedAt, endedAt, environment, copiedFrom } = attempt;
  const [number] = database.row(
    `INSERT INTO attempts (trial, number, state, started_at, ended_at, environment, copied_from)
      SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM attempts WHERE trial = ?1 RETURNING number`,
    trial,
    state,
    startedAt,
    endedAt,
    environment,
    copiedFrom,
  ) as [number];
  return { trial, number };
}

const running = "EXISTS (SELECT 1 FROM attempts WHERE trial = ? AND number = ? AND state = 'running')";

export function epoch(database: Database, { trial, number }: Attempt, metrics: EpochMetrics): void {
  const insert = `INSERT INTO epochs (trial, attempt, ${metricColumns.join(", ")})
    SELECT ?, ?, ${metricPlaceholders} WHERE ${running}`;
  // Without waiting for the disk. A power loss can cost epochs of attempts that it ends anyway: an attempt's end is
  // written through to the disk, and all before it with it.
  const changes = database.runSoon(insert, trial, number, ...metricCells(metrics), trial, number);
  if (changes === 0) throw notRunning({ trial, number });
}

export function finish(database: Database, attempt: Attempt, outcome: Outcome, retry: boolean): void {
  const { trial, number } = attempt;
  const failure = outcome.state === "failed" ? outcome : null;
  database.writeSoon(() => {
    const ended = database.run(
      `UPDATE attempts SET state = ?, reason = ?, message = ?, ended_at = ?, log = ?
        WHERE trial = ? AND number = ? AND state = 'running'`,
      outcome.state,
      failure?.reason ?? null,
      portableText(database, failure?.message),
      now(),
      portableText(database, failure?.stack),
      trial,
      number,
    );
    if (ended === 0) throw notRunning(attempt);
    if (outcome.state === "complete") result(database, attempt, outcome.result);
    const state = failure !== null && retry ? "waiting" : outcome.state;
    database.run("UPDATE trials SET state = ? WHERE id = ?", state, trial);
  });
}

function result(database: Database, { trial, number }: Attempt, result: TrialResult): void {
  if (result.validationLogits.length % result.classes !== 0) {
    throw new RangeError(`trial ${trial}: ${result.validationLogits.length} logits for ${result.classes} classes`);
  }
  for (const metrics of [result.best, result.final]) {
    // They are epochs that were written as they ended, if all went well.
    database.run(
      `INSERT INTO epochs (trial, attempt, ${metricColumns.join(", ")}) VALUES (?, ?, ${metricPlaceholders})
        ON CONFLICT DO NOTHING`,
      trial,
      number,
      ...metricCells(metrics),
    );
  }
  database.run(
    `INSERT INTO results (trial, attempt, final_epoch, best_epoch, classes, trainable_parameters, seconds,
        teacher_checksum, test, prediction_seconds)
      VALUES (?, ?, ?, ?, ?, ?, ? / ?, ?, ?, ? / ?)`,
    trial,
    number,
    result.final.epoch,
    result.best.epoch,
    result.classes,
    result.parameters,
    ...real(result.seconds),
    result.teacherChecksum,
    result.test === undefined ? null : JSON.stringify(result.test),
    ...real(result.predictionSeconds ?? null),
  );
  const logits = logitsBytes(result.validationLogits);
  database.run("INSERT INTO validation_logits (trial, logits) VALUES (?, ?)", trial, logits);
}

export function adopt(database: Database, finished: FinishedTrial): void {
  const { trial, copiedFrom, startedAt, endedAt, epochs } = finished;
  const number = environment(database, finished.environment);
  database.writeSoon(() => {
    const completed = "UPDATE trials SET state = 'complete' WHERE id = ? AND state IN ('waiting', 'failed')";
    if (database.run(completed, trial) === 0) throw cannotBegin(database, trial);
    const attempt = addAttempt(database, trial, {
      state: "complete",
      startedAt,
      endedAt,
      environment: number,
      copiedFrom,
    });
    const insert = `INSERT INTO epochs (trial, attempt, ${metricColumns.join(", ")}) VALUES (?, ?, ${metricPlaceholders})`;
    for (const metrics of epochs) database.run(insert, trial, attempt.number, ...metricCells(metrics));
    result(database, attempt, finished.result);
  });
}

export function artifact(database: Database, { key, kind, checksum, seconds, reused, details }: ArtifactRecord): void {
  const teacherEpochs = details.kind === "teacher" ? details.epochs : [];
  const logits = details.kind === "logits" ? details.validationLogits : null;
  database.write(() => {
    database.run(
      `INSERT INTO artifacts (key, kind, checksum, seconds, reused, details, validation_logits)
        VALUES (?, ?, ?, ? / ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, checksum = excluded.checksum, seconds = excluded.seconds,
          reused = excluded.reused, details = excluded.details, validation_logits = excluded.validation_logits`,
      key,
      kind,
      checksum,
      ...real(seconds),
      reused ? 1 : 0,
      database.paths.toJson({ ...details, epochs: undefined, validationLogits: undefined }),
      logits === null ? null : logitsBytes(logits),
    );
    database.run("DELETE FROM teacher_epochs WHERE artifact = ?", key);
    const insert = `INSERT INTO teacher_epochs (artifact, ${metricColumns.join(", ")})
      VALUES (?, ${metricPlaceholders})`;
    for (const metrics of teacherEpochs) database.run(insert, key, ...metricCells(metrics));
  });
}

/** A text as a study keeps it: without NUL characters, its paths portable. */
function portableText(database: Database, text: string | undefined): Cell {
  return text === undefined ? null : textCell(database.paths.toText(text));
}

function notRunning({ trial, number }: Attempt): Error {
  return new Error(`attempt ${number} at trial ${trial} is not running`);
}

function now(): string {
  return new Date().toISOString();
}
