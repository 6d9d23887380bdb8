import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StudySnapshot } from "../../store/store.js";
import { UserError } from "../../trial/issue.js";
import type { EpochMetrics } from "../../trial/metrics.js";
import type { TrialSpec } from "../../trial/spec.js";
import { inWords } from "../labels.js";
import { epochEvent, fileStart } from "./event.js";

/** The folder of a study's event files. */
export const boardName = "tensorboard";

/** Of every run, so that a file that is written again takes the place of the old one. */
const fileName = "events.out.tfevents.0.kd-sweep";

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

  /** Writes the runs of all that a study holds. @throws UserError with exit code 3 where they cannot be written */
  write(snapshot: Pick<StudySnapshot, "artifacts" | "trials">): void {
    for (const { spec, attempts, epochs } of snapshot.trials) {
      const [attempt] = attempts.slice(-1);
      if (attempt === undefined || epochs.length === 0) continue;
      this.run(trialRun(spec), Date.parse(attempt.startedAt) / 1000, epochs);
    }
    this.writeTeachers(snapshot);
  }

  /** Writes the teachers' runs alone. */
  writeTeachers({ artifacts }: Pick<StudySnapshot, "artifacts">): void {
    for (const { details, key } of artifacts) {
      if (details.kind === "teacher") this.run(teacherRun(details.teacher.backbone, key), 0, details.epochs);
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
    this.saving(() => {
      mkdirSync(join(this.root, name), { recursive: true });
      writeFileSync(join(this.root, name, fileName), Buffer.concat([fileStart(started), ...events]));
    });
  }

  private saving(step: () => void): void {
    try {
      step();
    } catch (error) {
      throw new UserError(`${this.root}: cannot be written (${(error as Error).message})`, 3);
    }
  }
}

function trialRun({ id, parameters, seed }: TrialSpec): string {
  return `${plain(inWords(parameters))} seed ${seed} ${id.slice(0, 8)}`.trim();
}

function teacherRun(backbone: string, key: string): string {
  return `teacher ${plain(backbone)} ${key.slice(0, 8)}`;
}

/** A folder's name on any system: values may hold anything. */
function plain(name: string): string {
  return name
    .replace(/[^\p{L}\p{N} ._=+²-]+/gu, "_")
    .replace(/^\.+/, "")
    .slice(0, 100);
}
