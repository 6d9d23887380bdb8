import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { readKeptModel } from "../models/kept-model.js";
import { StudyReader } from "../store/reader.js";
import { databaseName } from "../store/store.js";
import { UserError } from "../trial/issue.js";
import type { TrialId } from "../trial/spec.js";
import { bestTrial } from "./best.js";
import { bestEpochName, keptModels } from "./models.js";

/**
 * The folder of a trial's kept model.
 * @param trial its id, or the start of one; undefined for the study's best trial by the sweep's metric at the trials' ends
 * @throws UserError where the study has none, or it was not kept, naming those that were
 */
export function keptModel(study: string, trial?: string): string {
  // Also says where there is no study.
  const best = bestOf(study);
  const kept = keptModels(study);
  const chosen = trial === undefined ? best : kept.filter((id) => id.startsWith(trial));
  const [first, second] = chosen;
  if (first !== undefined && second === undefined && kept.includes(first)) return join(study, "models", first);
  const wanted = trial === undefined ? "the study's best trial" : `trial ${trial}`;
  const found = second !== undefined ? `several that begin so: ${chosen.join(", ")}` : list(kept);
  throw new UserError(
    `${study}: expected a model of ${wanted}, found ${found}; \`keep: all\` in the sweep file keeps every trial's`,
  );
}

/**
 * What a user means by a model: its folder, or a study's, whose best trial's it is.
 * @throws UserError where the path is neither, or as `keptModel`
 */
export function modelAt(path: string): string {
  if (existsSync(join(path, databaseName))) return keptModel(path);
  if (existsSync(join(path, "model.json"))) return path;
  const stats = statSync(path, { throwIfNoEntry: false });
  const found = stats === undefined ? "nothing" : stats.isDirectory() ? "neither in this folder" : "a file";
  throw new UserError(
    `${path}: expected a study's folder, with ${databaseName}, or a kept model's, with model.json ` +
      `(<study>/models/<trial>), found ${found}`,
  );
}

/**
 * As `keptModel`, all of it read once, so that a damaged one is not passed on.
 * @throws UserError as `keptModel`, or where the model is damaged
 */
export function wholeModel(study: string, trial?: string): string {
  const model = keptModel(study, trial);
  readKeptModel(model);
  const best = join(model, bestEpochName);
  if (existsSync(best)) readKeptModel(best);
  return model;
}

function list(kept: readonly TrialId[]): string {
  return kept.length === 0 ? "no model at all" : `models of ${kept.join(", ")} alone`;
}

/** Of the latest plan's trials; none where nothing is complete. */
function bestOf(study: string): TrialId[] {
  const reader = StudyReader.open(study);
  try {
    const best = bestTrial(reader.snapshot());
    return best === undefined ? [] : [best.spec.id];
  } finally {
    reader.close();
  }
}
