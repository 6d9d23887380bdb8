/** `PRAGMA application_id`: "kdsw". Tells a study from other SQLite databases. */
export const applicationId = 0x6b647377;

/** `PRAGMA user_version`: the newest format that this version reads and the one it writes. */
export const formatVersion = 8;

/** An epoch's metrics in the order of their columns; each column has its metric's name. */
export const metricColumns = [
  "epoch",
  "train_loss",
  "train_accuracy",
  "val_loss",
  "val_accuracy",
  "val_cross_entropy",
  "val_kl",
  "val_agreement",
  "val_ece",
  "seconds",
  "val_top_k",
] as const;

const metrics = `
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  train_loss REAL NOT NULL,
  train_accuracy REAL NOT NULL,
  val_loss REAL NOT NULL,
  val_accuracy REAL NOT NULL,
  val_cross_entropy REAL NOT NULL,
  val_kl REAL,
  val_agreement REAL,
  val_ece REAL NOT NULL,
  seconds REAL NOT NULL,
  val_top_k REAL`;

const finalMetrics = `
CREATE VIEW final_metrics AS
SELECT trials.id AS trial, trials.configuration, trials.seed,
  ${metricColumns.map((column) => `epochs.${column}`).join(", ")}
FROM results
JOIN trials ON trials.id = results.trial
JOIN epochs ON epochs.trial = results.trial AND epochs.attempt = results.attempt
  AND epochs.epoch = results.final_epoch;`;

/** The tables that every format has. */
export const tables = [
  "plan",
  "trials",
  "environments",
  "attempts",
  "epochs",
  "results",
  "validation_logits",
  "artifacts",
  "teacher_epochs",
] as const;

/**
 * Format 8. Anyone may read the database with their own tools, also while a run writes it.
 *
 * Paths are as `PortablePaths` writes them: `${study}/../photos` from the study's folder, `${home}/photos` from the user's
 * home, `${program}/dist/x.js` from kd-sweep's folder.
 *
 * - `plan`: the latest plan, one row. `overrides` and `parameters` (the swept ones' dotted names) are JSON, and
 *   `comparisons` (src/trial/comparison.ts), NULL where the sweep asks for none.
 * - `trials`: every trial that the study ever planned, its resolved `settings` and its own swept `parameters` as JSON.
 *   `position` is its place in the latest plan, NULL where that no longer wants it. `waits_for` names the inputs (a data
 *   set, a weight file) that were missing when it was planned, so that it could not run; NULL where none was.
 * - `attempts`: every try at a trial, written before its work starts. One that was still running when its process was
 *   killed is ended by the next run as failed (`worker-exit`), without an end time: nobody knows it. `log` is what a
 *   failed one left to be read: the error's stack.
 *   `copied_from` names the study of the results folder that finished the trial, where it was copied; NULL where it ran here.
 * - `epochs`: what each epoch of an attempt measured; src/trial/metrics.ts explains the columns.
 * - `results`: of each complete trial, which attempt completed it, the epoch that it ended with and its best by
 *   validation accuracy. `test` is what it measured on the test split, as JSON; NULL where there is none.
 *   `prediction_seconds` is what the student took for an image; NULL where that was not measured.
 * - `validation_logits`: of each complete trial, the student's logits on the validation split: little-endian float32,
 *   `[validation images, classes]`, row-major.
 * - `environments`: what attempts ran on: versions, threads, processor. Numbered from 0. `git_revision` is that of the
 *   checkout that kd-sweep ran from; NULL where it was none.
 * - `artifacts`: image arrays, teachers and teachers' logits that the study used. `details` is JSON; the validation
 *   logits of a teacher stand beside it in the form of `validation_logits`.
 * - `teacher_epochs`: what each epoch of a teacher's training measured.
 * - `parameters` (a view): one row per trial and swept parameter.
 * - `final_metrics` (a view): one row per complete trial, with the metrics of the epoch that it ended with.
 */
export const schema = `
CREATE TABLE plan (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  name TEXT NOT NULL,
  sweep_text TEXT NOT NULL,
  overrides TEXT NOT NULL CHECK (json_valid(overrides)),
  metric TEXT NOT NULL,
  goal TEXT NOT NULL CHECK (goal IN ('minimize', 'maximize')),
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  baseline TEXT,
  planned_at TEXT NOT NULL,
  comparisons TEXT CHECK (comparisons IS NULL OR json_valid(comparisons))
) STRICT;

CREATE TABLE trials (
  id TEXT PRIMARY KEY NOT NULL,
  configuration TEXT NOT NULL,
  seed INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'complete', 'failed')),
  position INTEGER UNIQUE,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  waits_for TEXT
) STRICT;
CREATE INDEX trials_configuration ON trials (configuration);

CREATE TABLE environments (
  number INTEGER PRIMARY KEY,
  backend TEXT NOT NULL,
  tensorflow TEXT NOT NULL,
  tfjs TEXT NOT NULL,
  node TEXT NOT NULL,
  kd_sweep TEXT NOT NULL,
  threads_per_worker INTEGER NOT NULL,
  processor TEXT NOT NULL,
  cores INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  platform TEXT NOT NULL,
  git_revision TEXT
) STRICT;

CREATE TABLE attempts (
  trial TEXT NOT NULL REFERENCES trials (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'failed')),
  reason TEXT CHECK (reason IN ('error', 'timeout', 'cancelled', 'worker-exit', 'out-of-memory', 'non-finite')),
  message TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  environment INTEGER NOT NULL REFERENCES environments (number),
  log TEXT,
  copied_from TEXT,
  PRIMARY KEY (trial, number),
  CHECK ((state = 'failed') = (reason IS NOT NULL)),
  CHECK ((state = 'failed') = (message IS NOT NULL)),
  CHECK (state <> 'running' OR ended_at IS NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX attempts_running ON attempts (trial) WHERE state = 'running';
CREATE UNIQUE INDEX attempts_complete ON attempts (trial) WHERE state = 'complete';

CREATE TABLE epochs (
  trial TEXT NOT NULL,
  attempt INTEGER NOT NULL,${metrics},
  PRIMARY KEY (trial, attempt, epoch),
  FOREIGN KEY (trial, attempt) REFERENCES attempts (trial, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE results (
  trial TEXT PRIMARY KEY NOT NULL,
  attempt INTEGER NOT NULL,
  final_epoch INTEGER NOT NULL,
  best_epoch INTEGER NOT NULL,
  classes INTEGER NOT NULL CHECK (classes >= 1),
  trainable_parameters INTEGER NOT NULL,
  seconds REAL NOT NULL,
  teacher_checksum TEXT,
  test TEXT CHECK (test IS NULL OR json_valid(test)),
  prediction_seconds REAL,
  FOREIGN KEY (trial, attempt, final_epoch) REFERENCES epochs (trial, attempt, epoch),
  FOREIGN KEY (trial, attempt, best_epoch) REFERENCES epochs (trial, attempt, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE validation_logits (
  trial TEXT PRIMARY KEY NOT NULL REFERENCES results (trial),
  logits BLOB NOT NULL CHECK (length(logits) % 4 = 0)
) STRICT;

CREATE TABLE artifacts (
  key TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('images', 'teacher', 'logits')),
  checksum TEXT NOT NULL,
  seconds REAL NOT NULL,
  reused INTEGER NOT NULL CHECK (reused IN (0, 1)),
  details TEXT NOT NULL CHECK (json_valid(details)),
  validation_logits BLOB CHECK (length(validation_logits) % 4 = 0)
) STRICT;

CREATE TABLE teacher_epochs (
  artifact TEXT NOT NULL REFERENCES artifacts (key) ON DELETE CASCADE,${metrics},
  PRIMARY KEY (artifact, epoch)
) STRICT, WITHOUT ROWID;

CREATE VIEW parameters AS
SELECT trials.id AS trial, json_each.key AS name, json_each.value AS value
FROM trials, json_each(trials.parameters);
${finalMetrics}

PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${formatVersion};
`;

/**
 * What makes a study of each format one of the next: from format 1 to 2 the first, and so on. A reader, which changes
 * nothing, reads the columns that are missing as NULL.
 */
const migrations: readonly string[] = [
  `ALTER TABLE trials ADD COLUMN waits_for TEXT;
  ALTER TABLE environments ADD COLUMN git_revision TEXT;
  ALTER TABLE attempts ADD COLUMN log TEXT;`,
  "ALTER TABLE plan ADD COLUMN comparisons TEXT CHECK (json_valid(comparisons));",
  `ALTER TABLE epochs ADD COLUMN val_top_k REAL;
  ALTER TABLE teacher_epochs ADD COLUMN val_top_k REAL;
  ALTER TABLE results ADD COLUMN test TEXT CHECK (json_valid(test));
  DROP VIEW final_metrics;${finalMetrics}`,
  "ALTER TABLE attempts ADD COLUMN copied_from TEXT;",
  // Its columns are those of format 5; paths in its cells are rewritten (`makePathsPortable`).
  "",
  "ALTER TABLE results ADD COLUMN prediction_seconds REAL;",
  // Some SQLites, such as that of Debian 12's sqlite3, say 0 to json_valid(NULL) where others say NULL: their
  // integrity_check found fault with a sound study. SQLite's way to change a CHECK that all rows pass.
  `PRAGMA writable_schema = ON;
  UPDATE sqlite_schema SET sql = replace(sql, '(json_valid(comparisons))', '(comparisons IS NULL OR json_valid(comparisons))')
    WHERE name = 'plan';
  UPDATE sqlite_schema SET sql = replace(sql, '(json_valid(test))', '(test IS NULL OR json_valid(test))')
    WHERE name = 'results';
  PRAGMA writable_schema = RESET;`,
];

/** The statements that bring a study of a format up to the present one; none for a study of the present format. */
export function migration(from: number): string {
  const steps = migrations.slice(from - 1);
  return steps.length === 0 ? "" : `${steps.join("\n")} PRAGMA user_version = ${formatVersion};`;
}
