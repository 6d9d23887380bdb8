import { appendFileSync, existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../trial/issue.js";
import type { EpochMetrics } from "../../trial/metrics.js";
import type { TrialSpec } from "../../trial/spec.js";
import { removeLeftovers, removeNamed, writeWhole } from "../files.js";
import { inWords } from "../labels.js";
import { decisiveAttempt, type Results } from "../results.js";
import { epochEvent, fileStart } from "./event.js";

/** The folder of a study's event files. */
export const boardName = "tensorboard";

/** Of every run, so that a file that is written again takes the place of the old one. */
const fileName = "events.out.tfevents.0.kd-sweep";

/** Bytes of a run's name before its seed and id: file systems take 255 in all. */
const mostNameBytes = 100;

/**
 * TensorBoard event files of a study, `<study>/tensorboard/<run>/`: a run for each trial, named by its swept parameters,
 * seed and id, and one for each teacher. An epoch is a step.
 */
export class Board {
  private readonly root: string;

  /** @param study the study's folder */
  constructor(study: string) {
    this.root = join(study, boardName);
  }

  /**
   * Writes the runs of the latest plan and removes those of its own that the plan no longer wants.
   * @throws UserError with exit code 3 where they cannot be written
   */
  write({ teachers, trials }: Pick<Results, "teachers" | "trials">): void {
    const wanted = new Set([...trials.map(({ spec }) => trialRun(spec)), ...teachers.map(teacherRun)]);
    this.saving(() => {
      this.removeStale(wanted);
    });
    for (const trial of trials) {
      const attempt = decisiveAttempt(trial);
      if (attempt === undefined || trial.epochs.length === 0) continue;
      this.run(trialRun(trial.spec), Date.parse(attempt.startedAt) / 1000, trial.epochs);
    }
    this.writeTeachers({ teachers });
  }

  /** Writes the teachers' runs alone. */
  writeTeachers({ teachers }: Pick<Results, "teachers">): void {
    for (const teacher of teachers) {
      this.run(teacherRun(teacher), 0, teacher.details.epochs);
    }
  }

  /** Begins a trial's run anew. @param time in seconds since 1970 */
  begin(trial: TrialSpec, time: number): void {
    this.run(trialRun(trial), time, []);
  }

  /** Adds an epoch to a trial's run that was begun. @param time in seconds since 1970 */
  epoch(trial: TrialSpec, metrics: EpochMetrics, time: number): void {
    this.saving(() => {
      appendFileSync(join(this.root, trialRun(trial), fileName), epochEvent(time, metrics));
    });
  }

  /** @param started when the first epoch began, in seconds since 1970 */
  private run(name: string, started: number, epochs: readonly EpochMetrics[]): void {
    let time = started;
    const events = epochs.map((metrics) => epochEvent((time += metrics.seconds), metrics));
    writeWhole(join(this.root, name, fileName), Buffer.concat([fileStart(started), ...events]));
  }

  /** Removes runs that have a name and a file as this class gives them, and what a killed process left of a file. */
  private removeStale(wanted: ReadonlySet<string>): void {
    for (const name of this.runs()) {
      const folder = join(this.root, name);
      removeLeftovers(folder, (file) => file === fileName);
      if (wanted.has(name) || !readdirSync(folder).includes(fileName)) continue;
      removeNamed(folder, (file) => file === fileName);
      if (readdirSync(folder).length === 0) rmdirSync(folder);
    }
  }

  /** Folders named as runs are, by the start of an id. */
  private runs(): string[] {
    if (!existsSync(this.root)) return [];
    const entries = readdirSync(this.root, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() && / [0-9a-f]{8}$/.test(entry.name) ? [entry.name] : []));
  }

  private saving(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`${this.root}: cannot be written (${(error as Error).message})`, 3);
    }
  }
}

function trialRun({ id, parameters, seed }: TrialSpec): string {
  return `${plain(inWords(parameters))} seed ${seed} ${id.slice(0, 8)}`.trim();
}

function teacherRun({ details, key }: Results["teachers"][number]): string {
  return `teacher ${plain(details.teacher.backbone)} ${key.slice(0, 8)}`;
}

/** A folder's name on any system: values may hold anything. */
function plain(name: string): string {
  const letters = name.replace(/[^\p{L}\p{N} ._=+²-]+/gu, "_").replace(/^\.+/, "");
  let short = "";
  for (const letter of letters) {
    if (Buffer.byteLength(short) + Buffer.byteLength(letter) > mostNameBytes) break;
    short += letter;
  }
  return short;
}
