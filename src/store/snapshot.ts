import type { ArtifactRecord } from "../artifacts/artifact.js";
import type { Environment } from "../trial/environment.js";
import { metricNames, type EpochMetrics } from "../trial/metrics.js";
import type { TrialResult } from "../trial/outcome.js";
import { printable } from "../trial/printable.js";
import type { TrialId, TrialSpec } from "../trial/spec.js";
import { oneOf, parsed } from "./cells.js";
import { type Cell, logitsOf, metricsOf } from "./codec.js";
import { metricsIn, since } from "./columns.js";
import type { Database } from "./database.js";
import { Epochs } from "./epochs.js";
import { metricColumns } from "./schema.js";
import type { AttemptRecord, StoredPlan, StudySnapshot, TrialRecord, TrialState } from "./store.js";

/** States of the latest plan's trials, in its order. @param options as of `readSnapshot` */
export function readStates(database: Database, options: { readonly abandoned: boolean }): Map<TrialId, TrialState> {
  return statesFrom(database, "WHERE position IS NOT NULL ORDER BY position", options);
}

/** Of all trials of the study. @param options as of `readSnapshot` */
export function readAllStates(database: Database, options: { readonly abandoned: boolean }): Map<TrialId, TrialState> {
  return statesFrom(database, "ORDER BY rowid", options);
}

function statesFrom(
  database: Database,
  which: string,
  options: { readonly abandoned: boolean },
): Map<TrialId, TrialState> {
  const states = new Map<TrialId, TrialState>();
  database.rows(`SELECT id, state FROM trials ${which}`, ([id, state]) =>
    states.set(id as TrialId, stateOf(state, options)),
  );
  return states;
}

/**
 * All of it from one moment, except the epochs and the logits, which are read when they are first asked for: they never
 * change once they are written, and of an attempt that runs only the epochs of that moment are given.
 *
 * @param abandoned that nobody writes to the study: what is still running there was killed
 * @returns undefined where nothing was planned yet
 */
export function readSnapshot(
  database: Database,
  { abandoned }: { readonly abandoned: boolean },
): StudySnapshot | undefined {
  return database.read(() => {
    const specs: TrialSpec[] = [];
    const states: TrialState[] = [];
    const parseSettings = interned((text) => parsed("settings", text, database.paths));
    const parseParameters = interned((text) => parsed("parameters", text, database.paths));
    const waitsFor: Record<TrialId, string> = {};
    const planned = `SELECT id, configuration, seed, state, settings, parameters, ${since(database, "trials", "waits_for")}
      FROM trials WHERE position IS NOT NULL ORDER BY position`;
    database.rows(planned, ([id, configuration, seed, state, settings, parameters, waits]) => {
      if (typeof waits === "string") waitsFor[id as TrialId] = database.paths.fromText(waits);
      specs.push({
        id: id as string,
        configuration: configuration as string,
        settings: parseSettings(settings),
        seed: seed as number,
        parameters: parseParameters(parameters),
      });
      states.push(stateOf(state, { abandoned }));
    });
    const plan = readPlan(database, specs, waitsFor);
    if (plan === undefined) return undefined;
    const attempts = readAttempts(database);
    const results = readResults(database);
    const epochs = new Epochs(database, attempts);
    const complete = new Set<TrialId>();
    const trials = specs.map((spec, index): TrialRecord => {
      if (states[index] === "complete") complete.add(spec.id);
      return {
        spec,
        state: states[index] ?? "waiting",
        attempts: attempts.get(spec.id) ?? [],
        get epochs() {
          return epochs.of(spec.id);
        },
        result: results.get(spec.id) ?? null,
      };
    });
    return {
      plan,
      trials,
      artifacts: readArtifacts(database),
      environments: readEnvironments(database),
      validationLogits: (trial) => (complete.has(trial) ? readLogits(database, trial) : undefined),
    };
  });
}

const trialStates: readonly TrialState[] = ["waiting", "running", "complete", "failed"];
const attemptStates = ["running", "complete", "failed"] as const;
const kinds = ["images", "teacher", "logits"] as const;

/** @throws StrangeCell where the cell holds none */
export function stateOf(state: Cell | undefined, { abandoned }: { readonly abandoned: boolean }): TrialState {
  return abandoned && state === "running" ? "waiting" : oneOf(trialStates, state);
}

/** Equal texts give one object, since most of what a study's trials hold is equal. */
function interned<T>(parse: (text: Cell | undefined) => T): (text: Cell | undefined) => T {
  const values = new Map<unknown, T>();
  return (text) => {
    const known = values.get(text);
    if (known !== undefined) return known;
    const value = parse(text);
    values.set(text, value);
    return value;
  };
}

function readPlan(
  database: Database,
  trials: readonly TrialSpec[],
  waitsFor: Readonly<Record<TrialId, string>>,
): StoredPlan | undefined {
  const comparisonsColumn = since(database, "plan", "comparisons");
  const row = database.row(
    `SELECT name, sweep_text, overrides, metric, goal, parameters, baseline, ${comparisonsColumn} FROM plan`,
  );
  if (row === undefined) return undefined;
  const [name, sweepText, overrides, metric, goal, parameters, baseline, comparisons] = row;
  return {
    name: name as string,
    sweepText: database.paths.fromText(sweepText as string),
    overrides: parsed("overrides", overrides, database.paths),
    metric: metricOf(metric, goal),
    parameters: parsed("names", parameters, database.paths),
    baseline: baseline as string | null,
    trials,
    ...(typeof comparisons === "string" && { comparisons: parsed("comparisons", comparisons, database.paths) }),
    ...(Object.keys(waitsFor).length > 0 && { waitsFor }),
  };
}

/** A plan's metric, from its two cells. @throws StrangeCell where they hold none */
export function metricOf(name: Cell | undefined, goal: Cell | undefined): StoredPlan["metric"] {
  return { name: oneOf(metricNames, name), goal: oneOf(["minimize", "maximize"], goal) };
}

function readAttempts(database: Database): Map<TrialId, AttemptRecord[]> {
  const attempts = new Map<TrialId, AttemptRecord[]>();
  const all = `SELECT trial, number, state, reason, message, started_at, ended_at, environment,
      ${since(database, "attempts", "log")}, ${since(database, "attempts", "copied_from")} FROM attempts
    ORDER BY trial, number`;
  database.rows(all, ([trial, number, state, reason, message, startedAt, endedAt, environment, log, copiedFrom]) => {
    const record: AttemptRecord = {
      trial: trial as string,
      number: number as number,
      state: oneOf(attemptStates, state),
      reason: reason as AttemptRecord["reason"],
      message: typeof message === "string" ? database.paths.fromText(message) : null,
      startedAt: startedAt as string,
      endedAt: endedAt as string | null,
      environment: environment as number,
      ...(typeof log === "string" && { log: database.paths.fromText(log) }),
      ...(typeof copiedFrom === "string" && { copiedFrom }),
    };
    const earlier = attempts.get(record.trial);
    if (earlier === undefined) attempts.set(record.trial, [record]);
    else earlier.push(record);
  });
  return attempts;
}

function readResults(database: Database): Map<TrialId, Omit<TrialResult, "validationLogits">> {
  const results = new Map<TrialId, Omit<TrialResult, "validationLogits">>();
  const epoch = (name: string, column: string): string =>
    `JOIN epochs AS ${name} ON ${name}.trial = results.trial AND ${name}.attempt = results.attempt
      AND ${name}.epoch = results.${column}`;
  const all = `SELECT results.trial, classes, trainable_parameters, results.seconds, teacher_checksum,
      ${since(database, "results", "test")}, ${since(database, "results", "prediction_seconds")},
      ${metricsIn(database, "epochs", "final")}, ${metricsIn(database, "epochs", "best")}
    FROM results ${epoch("final", "final_epoch")} ${epoch("best", "best_epoch")}`;
  database.rows(all, (row) => {
    const [trial, classes, parameters, seconds, teacherChecksum, test, predictionSeconds] = row;
    const final = metricsOf(row, 7);
    const best = row[7 + metricColumns.length] === final.epoch ? final : metricsOf(row, 7 + metricColumns.length);
    results.set(trial as TrialId, {
      final,
      best,
      classes: classes as number,
      parameters: parameters as number,
      seconds: seconds as number,
      teacherChecksum: teacherChecksum as string | null,
      ...(typeof predictionSeconds === "number" && { predictionSeconds }),
      ...(typeof test === "string" && { test: parsed("test", test, database.paths) }),
    });
  });
  return results;
}

/** Their texts come from whoever made the study, and are shown: without what could rewrite a terminal's line. */
function readEnvironments(database: Database): Environment[] {
  const environments: Environment[] = [];
  const all = `SELECT backend, tensorflow, tfjs, node, kd_sweep, threads_per_worker, processor, cores, memory_bytes,
      platform, ${since(database, "environments", "git_revision")}
    FROM environments ORDER BY number`;
  database.rows(all, (row) => {
    environments.push({
      backend: printable(row[0] as string) as Environment["backend"],
      tensorflow: printable(row[1] as string),
      tfjs: printable(row[2] as string),
      node: printable(row[3] as string),
      kdSweep: printable(row[4] as string),
      threadsPerWorker: row[5] as number,
      processor: printable(row[6] as string),
      cores: row[7] as number,
      memoryBytes: row[8] as number,
      platform: printable(row[9] as string),
      ...(typeof row[10] === "string" && { gitRevision: printable(row[10]) }),
    });
  });
  return environments;
}

export function readArtifacts(database: Database): ArtifactRecord[] {
  const epochs = new Map<Cell | undefined, EpochMetrics[]>();
  database.rows(
    `SELECT artifact, ${metricsIn(database, "teacher_epochs", "e")} FROM teacher_epochs AS e ORDER BY artifact, epoch`,
    (row) => {
      epochs.set(row[0], [...(epochs.get(row[0]) ?? []), metricsOf(row, 1)]);
    },
  );
  const artifacts: ArtifactRecord[] = [];
  const all = "SELECT key, kind, checksum, seconds, reused, details, validation_logits FROM artifacts ORDER BY rowid";
  database.rows(all, ([key, kind, checksum, seconds, reused, json, logits]) => {
    const details = parsed("details", json, database.paths);
    artifacts.push({
      key: key as string,
      kind: oneOf(kinds, kind),
      checksum: checksum as string,
      seconds: seconds as number,
      reused: reused === 1,
      details:
        details.kind === "teacher"
          ? { ...details, epochs: epochs.get(key) ?? [] }
          : details.kind === "logits"
            ? { ...details, validationLogits: logits === null ? null : logitsOf(logits as Uint8Array) }
            : details,
    });
  });
  return artifacts;
}

function readLogits(database: Database, trial: TrialId): Float32Array | undefined {
  const row = database.row("SELECT logits FROM validation_logits WHERE trial = ?", trial);
  return row === undefined ? undefined : logitsOf(row[0] as Uint8Array);
}
