import type { EpochMetrics } from "../trial/metrics.js";
import type { TrialSpec } from "../trial/spec.js";
import { parsed } from "./cells.js";
import { type Cell, metricsOf } from "./codec.js";
import { metricsIn, since } from "./columns.js";
import type { Database } from "./database.js";
import { metricOf, stateOf } from "./snapshot.js";
import type { RunningTrial, StudyOverview, TrialState } from "./store.js";

const specColumns = "trials.id, configuration, seed, settings, trials.parameters";
const planned = "trials.position IS NOT NULL";

/**
 * How the latest plan's trials stand, all from one moment, in a fraction of the time that a snapshot takes.
 *
 * @param abandoned that nobody writes to the study: what is still running there was killed
 * @returns undefined where nothing was planned yet
 */
export function readOverview(
  database: Database,
  { abandoned }: { readonly abandoned: boolean },
): StudyOverview | undefined {
  return database.read(() => {
    const plan = database.row("SELECT name, metric, goal FROM plan");
    if (plan === undefined) return undefined;
    const metric = metricOf(plan[1], plan[2]);
    const going = abandoned ? [] : running(database);
    return {
      name: plan[0] as string,
      metric,
      parameters: combinations(database),
      ...standing(database, { abandoned }),
      running: going,
      best: best(database, metric),
      failed: failed(database),
      meanSeconds: going.length === 0 ? null : meanSeconds(database),
    };
  });
}

function standing(
  database: Database,
  { abandoned }: { readonly abandoned: boolean },
): Pick<StudyOverview, "counts" | "waitingForInputs"> {
  const counts: Record<TrialState, number> = { complete: 0, failed: 0, running: 0, waiting: 0 };
  let waitingForInputs = 0;
  const all = `SELECT state, count(*), count(${since(database, "trials", "waits_for")}) FROM trials
    WHERE ${planned} GROUP BY state`;
  database.rows(all, ([text, count, waiting]) => {
    const state = stateOf(text, { abandoned });
    counts[state] += count as number;
    if (state === "waiting") waitingForInputs += waiting as number;
  });
  return { counts, waitingForInputs };
}

function combinations(database: Database): StudyOverview["parameters"] {
  const found: TrialSpec["parameters"][] = [];
  const all = `SELECT parameters FROM trials WHERE ${planned} GROUP BY parameters ORDER BY min(position)`;
  database.rows(all, ([text]) => {
    found.push(parsed("parameters", text, database.paths));
  });
  return found;
}

function meanSeconds(database: Database): number | null {
  return database.row(`SELECT avg(seconds) FROM results JOIN trials ON id = trial WHERE ${planned}`)?.[0] as
    number | null;
}

function specOf(database: Database, [id, configuration, seed, settings, parameters]: readonly Cell[]): TrialSpec {
  return {
    id: id as string,
    configuration: configuration as string,
    seed: seed as number,
    settings: parsed("settings", settings, database.paths),
    parameters: parsed("parameters", parameters, database.paths),
  };
}

function running(database: Database): RunningTrial[] {
  const found: RunningTrial[] = [];
  const all = `SELECT ${specColumns}, number, started_at FROM trials
    JOIN attempts ON attempts.trial = trials.id AND attempts.state = 'running' WHERE ${planned} ORDER BY position`;
  database.rows(all, (row) => {
    const attempt = row[5] as number;
    const trial = specOf(database, row);
    found.push({ trial, attempt, startedAt: row[6] as string, epoch: latestEpoch(database, trial.id, attempt) });
  });
  return found;
}

function latestEpoch(database: Database, trial: string, attempt: number): EpochMetrics | null {
  const latest = `SELECT ${metricsIn(database, "epochs", "epochs")} FROM epochs WHERE trial = ? AND attempt = ?
    ORDER BY epoch DESC LIMIT 1`;
  const row = database.row(latest, trial, attempt);
  return row === undefined ? null : metricsOf(row, 0);
}

/** The first of equals in the plan's order. */
function best(database: Database, { name, goal }: StudyOverview["metric"]): StudyOverview["best"] {
  const column = name === "val_top_k" ? since(database, "epochs", name) : `epochs.${name}`;
  const ends = `results JOIN epochs ON epochs.trial = results.trial AND epochs.attempt = results.attempt
    AND epoch = final_epoch`;
  const first = (where: string): readonly Cell[] | undefined =>
    database.row(
      `SELECT id, ${column} FROM ${ends} JOIN trials ON id = results.trial WHERE ${planned} AND ${where}
        ORDER BY ${column} ${goal === "minimize" ? "ASC" : "DESC"}, position LIMIT 1`,
    );
  // The extreme of all trials is found in the tables' own order; mostly one that is planned has it.
  const extreme = `(SELECT ${goal === "minimize" ? "min" : "max"}(${column}) FROM ${ends})`;
  const [id, value] = first(`${column} = ${extreme}`) ?? first(`${column} IS NOT NULL`) ?? [];
  const row = id === undefined ? undefined : database.row(`SELECT ${specColumns} FROM trials WHERE id = ?`, id);
  return row === undefined ? null : { trial: specOf(database, row), value: value as number };
}

function failed(database: Database): StudyOverview["failed"] {
  const found: { trial: TrialSpec; reason: string; message: string }[] = [];
  const all = `SELECT ${specColumns}, reason, message FROM trials JOIN attempts ON attempts.trial = trials.id
      AND number = (SELECT max(number) FROM attempts AS other WHERE other.trial = trials.id)
    WHERE ${planned} AND trials.state = 'failed' ORDER BY position`;
  database.rows(all, (row) => {
    const [, , , , , reason, message] = row;
    const text = typeof message === "string" ? database.paths.fromText(message) : "";
    found.push({ trial: specOf(database, row), reason: typeof reason === "string" ? reason : "error", message: text });
  });
  return found;
}
