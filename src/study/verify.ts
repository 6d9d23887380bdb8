import { needs } from "../artifacts/needs.js";
import type { Executor } from "../execution/messages.js";
import { identify } from "../settings/identity.js";
import { withOwnLosses } from "../settings/own-losses.js";
import { registries as ownRegistries, type Registries } from "../settings/registries.js";
import { resolve } from "../settings/resolve.js";
import type { TrialRecord } from "../store/store.js";
import type { Environment } from "../trial/environment.js";
import { UserError } from "../trial/issue.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { Failure, TrialResult } from "../trial/outcome.js";
import type { TrialSpec } from "../trial/spec.js";
import type { ComponentSettings, Settings, Value } from "../trial/value.js";
import { readInputs } from "./fingerprints.js";
import { FailedAlone, trainAlone } from "./train-alone.js";

/** A finished trial as the study keeps it. */
export interface Kept {
  readonly record: TrialRecord;
  readonly logits: Float32Array;
  /** What it ran on. */
  readonly environment: Environment;
  /** What attempts before it ran on, from whose checkpoints it may have gone on. */
  readonly earlier: readonly Environment[];
}

export interface VerifyOptions {
  readonly cacheFolder: string;
  /** Whether the loss's module that the study names may be executed. */
  readonly modules: boolean;
  readonly signal: AbortSignal;
}

export interface Verification {
  /** What came out otherwise than the study has it, in words; empty where every bit is the same. */
  readonly differences: readonly string[];
  /** What the two runs ran on where that differs: "threadsPerWorker: 1 then, 2 now". */
  readonly environment: readonly string[];
}

/**
 * Trains a finished trial again, with the artifacts that it needs, and compares epochs and logits bit for bit. Changes
 * nothing in the study.
 * @throws UserError where its loss is a module and these are not allowed, an input is missing or has another content
 *   than then, the trial fails, or is stopped; with exit code 3 where the machine does not serve
 */
export async function verifyTrial(
  { earlier, environment: then, logits, record }: Kept,
  executor: Executor,
  { cacheFolder, modules, signal }: VerifyOptions,
): Promise<Verification> {
  const { spec: kept } = record;
  const registries = await withOwnLosses(ownRegistries, lossModules(kept, modules));
  const spec = { ...kept, settings: completed(kept, registries) };
  const needed = await neededNow(spec, registries, cacheFolder);
  const now = await executor.start();
  const epochs: EpochMetrics[] = [];
  const outcome = await trainAlone(executor, spec, needed, {
    cacheFolder,
    signal,
    onEpoch: (metrics) => epochs.push(metrics),
  }).catch((error: unknown) => {
    if (!(error instanceof FailedAlone)) throw error;
    const what = error.work === "trial" ? `trial ${spec.id} failed` : `what trial ${spec.id} needs could not be made`;
    throw failure(what, error.failure);
  });
  const differences = [
    ...epochDifferences(record.epochs, epochs),
    ...resultDifferences(record.result, logits, outcome.result),
  ];
  const mixed = differences.length === 0 ? [] : earlier.flatMap((before) => mixtures(before, then));
  return { differences, environment: [...environmentDifferences(then, now), ...new Set(mixed)] };
}

/** The module that a trial's loss comes from, if any. A study that somebody sent may name any file of this machine. */
function lossModules({ id, settings }: TrialSpec, allowed: boolean): string[] {
  const { module } = settings.loss;
  if (typeof module !== "string") return [];
  if (allowed) return [module];
  throw new UserError(
    `trial ${id} is not run again: its loss is a program, ${module}; --modules runs it, if you trust the study and that file`,
  );
}

/** The settings of a trial, with those at their defaults that have been added since it was trained. */
function completed({ id, settings }: TrialSpec, registries: Registries): Settings {
  const flat: Record<string, Value> = {};
  for (const [group, block] of Object.entries(settings) as [string, ComponentSettings | null][]) {
    for (const [key, value] of Object.entries(block ?? {})) flat[`${group}.${key}`] = value;
  }
  // As it is by now: whether that is what it was, the trial's id tells.
  delete flat["loss.moduleSha256"];
  const resolved = resolve(flat, registries);
  if (resolved.ok) return resolved.value.settings;
  throw new UserError(`trial ${id} cannot be run again: this kd-sweep does not take its settings`, 1, resolved.issues);
}

/** @throws UserError where the same settings mean other work by now */
async function neededNow(
  spec: TrialSpec,
  registries: Registries,
  cacheFolder: string,
): Promise<ReturnType<typeof needs>> {
  const { dataset, teacher } = spec.settings;
  const teachers = teacher === null ? [] : [{ teacher, dataset }];
  const { fingerprints, missing } = await readInputs([dataset], teachers, cacheFolder);
  if (missing.all.length > 0) {
    throw new UserError(`trial ${spec.id} cannot be run again: ${missing.all.join("; ")}`);
  }
  const { id } = identify(spec.settings, spec.seed, fingerprints, registries);
  if (id !== spec.id) {
    throw new UserError(
      `trial ${spec.id} cannot be run again: its data, its teacher's files, its loss's module or a component's revision are others by now`,
    );
  }
  return needs(spec, fingerprints);
}

function failure(what: string, { environment, message, reason }: Failure): UserError {
  const said = reason === "cancelled" ? "stopped before it was finished" : `${what} (${reason}): ${message}`;
  return new UserError(said, environment === true ? 3 : 1);
}

function epochDifferences(then: readonly EpochMetrics[], now: readonly EpochMetrics[]): string[] {
  if (then.length !== now.length) return [`${then.length} epochs then, ${now.length} now`];
  const differences: string[] = [];
  for (const [index, before] of then.entries()) {
    const after = now[index];
    if (after === undefined) continue;
    for (const name of Object.keys(before) as (keyof EpochMetrics)[]) {
      if (name === "seconds" || Object.is(before[name], after[name])) continue;
      differences.push(`epoch ${before.epoch} ${name}: ${String(before[name])} then, ${String(after[name])} now`);
    }
  }
  return differences;
}

function resultDifferences(then: TrialRecord["result"], logits: Float32Array, now: TrialResult): string[] {
  const differences: string[] = [];
  const before = new Uint32Array(logits.buffer, logits.byteOffset, logits.length);
  const after = new Uint32Array(
    now.validationLogits.buffer,
    now.validationLogits.byteOffset,
    now.validationLogits.length,
  );
  const other = before.length === after.length ? before.filter((bits, place) => bits !== after[place]).length : null;
  if (other === null) differences.push(`${before.length} logits then, ${after.length} now`);
  else if (other > 0) differences.push(`${other} of ${before.length} logits have other bits`);
  if (then?.teacherChecksum !== now.teacherChecksum) differences.push("the teacher has other weights");
  return differences;
}

function environmentDifferences(then: Environment, now: Environment): string[] {
  return changes(then, now).map(({ key, from, to }) => `${key}: ${from} then, ${to} now`);
}

function mixtures(before: Environment, then: Environment): string[] {
  return changes(before, then).map(
    ({ key, from, to }) => `an attempt before, which it may have gone on from, had another ${key}: ${from}, then ${to}`,
  );
}

function changes(one: Environment, other: Environment): { key: string; from: string; to: string }[] {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Environment>;
  return [...keys]
    .filter((key) => one[key] !== other[key])
    .map((key) => ({ key, from: String(one[key] ?? "none"), to: String(other[key] ?? "none") }));
}
