import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { artifactKey } from "../artifacts/key.js";
import { artifactsOf, needs } from "../artifacts/needs.js";
import { StudyReader } from "../store/reader.js";
import { databaseName, type FinishedTrial, type Store, type StudySnapshot, type TrialRecord } from "../store/store.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import { UserError } from "../trial/issue.js";
import type { TrialId, TrialSpec } from "../trial/spec.js";
import { isAside } from "./aside.js";
import type { Models } from "./models.js";

/** Finished trials that other studies of a results folder have in their latest plans. */
export interface Elsewhere {
  /** By the study's folder, each trial once: in the first study by name that has it. */
  readonly studies: ReadonlyMap<string, readonly TrialId[]>;
  /** Studies that cannot be read, in words. */
  readonly unreadable: readonly string[];
}

/**
 * Looks for trials in the studies beside one's folder. Those that `--fresh` set aside do not count.
 * @param folder the study's
 * @param trials what it has not finished
 */
export function finishedElsewhere(folder: string, trials: readonly TrialSpec[]): Elsewhere {
  const wanted = new Set(trials.map(({ id }) => id));
  const studies = new Map<string, readonly TrialId[]>();
  const unreadable: string[] = [];
  for (const other of studiesBeside(folder)) {
    if (wanted.size === 0) break;
    try {
      const reader = StudyReader.open(other);
      try {
        const found = [...reader.states()].flatMap(([id, state]) =>
          state === "complete" && wanted.delete(id) ? [id] : [],
        );
        if (found.length > 0) studies.set(other, found);
      } finally {
        reader.close();
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.push(error.message);
    }
  }
  return { studies, unreadable };
}

function studiesBeside(folder: string): string[] {
  const results = dirname(folder);
  if (!existsSync(results)) return [];
  return readdirSync(results)
    .filter((name) => name !== basename(folder) && !isAside(name) && existsSync(join(results, name, databaseName)))
    .sort()
    .map((name) => join(results, name));
}

export interface Taking {
  readonly store: Store;
  readonly models: Models;
  readonly trials: readonly TrialSpec[];
  readonly fingerprints: Fingerprints;
}

/** A trial of another study as it is copied; undefined where that has it no more, having been replaced meanwhile. */
function finishedIn(from: string, snapshot: StudySnapshot, record: TrialRecord | undefined): FinishedTrial | undefined {
  const attempt = record?.attempts.find(({ state }) => state === "complete");
  const environment = snapshot.environments[attempt?.environment ?? -1];
  if (!record?.result || !attempt || !environment) return undefined;
  const trial = record.spec.id;
  const validationLogits = snapshot.validationLogits(trial);
  if (validationLogits === undefined) return undefined;
  const { startedAt, endedAt, copiedFrom = basename(from) } = attempt;
  const result = { ...record.result, validationLogits };
  return { trial, copiedFrom, startedAt, endedAt, environment, epochs: record.epochs, result };
}

/**
 * Copies finished trials of another study into this one, each whole: its result with epochs, logits and what it ran on, and
 * what is known of its images and teacher. A model that the other study keeps is copied where this one wants it.
 * @param from the other study's folder
 * @returns how many, and why no more where that study cannot be read
 */
export function copyFinished(
  from: string,
  ids: readonly TrialId[],
  { store, models, trials, fingerprints }: Taking,
): { readonly count: number; readonly unreadable: string | null } {
  let unreadable: string | null = null;
  let count = 0;
  /** What the other study's state prevents costs this one no more than a training. */
  const read = <T>(step: () => T): T | undefined => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable = error.message;
      return undefined;
    }
  };
  const reader = read(() => StudyReader.open(from));
  try {
    const snapshot = read(() => reader?.snapshot());
    if (snapshot === undefined) return { count, unreadable };
    const wanted = new Map(trials.map((trial) => [trial.id, trial]));
    const known = new Set(store.artifacts().map(({ key }) => key));
    const records = new Map(snapshot.trials.map((record) => [record.spec.id, record]));
    const artifacts = new Map(snapshot.artifacts.map((record) => [record.key, record]));
    for (const id of ids) {
      const spec = wanted.get(id);
      const finished = read(() => finishedIn(from, snapshot, records.get(id)));
      if (spec === undefined || finished === undefined) continue;
      for (const artifact of artifactsOf(needs(spec, fingerprints))) {
        const key = artifactKey(artifact);
        const made = artifacts.get(key);
        if (made !== undefined && !known.has(key)) store.artifact(made);
        known.add(key);
      }
      models.take(id, join(from, "models", id), finished.result.final);
      store.adopt(finished);
      models.settle();
      count++;
    }
    return { count, unreadable };
  } finally {
    reader?.close();
  }
}
