import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../artifacts/cache-folder.js";
import { needs } from "../artifacts/needs.js";
import { TrainingProcess } from "../execution/process.js";
import { planStudy } from "../study/plan.js";
import { studentModel, writeModel } from "../study/student-model.js";
import { FailedAlone, trainAlone } from "../study/train-alone.js";
import { loadSweep, type LoadedSweep } from "../study/sweep-file.js";
import { askedBackend } from "../tensorflow/backend.js";
import { chooseBackend } from "../tensorflow/setup.js";
import type { Backend, Environment } from "../trial/environment.js";
import { UserError } from "../trial/issue.js";
import type { EpochMetrics, TestMetrics } from "../trial/metrics.js";
import type { Failure } from "../trial/outcome.js";
import type { TrialSpec } from "../trial/spec.js";
import { groups, type Value } from "../trial/value.js";

/** Settings of one group, as a sweep file's block has them. */
export type SettingsBlock = Readonly<Record<string, Value>>;

/** What to train: a sweep file's blocks, each with the same settings and defaults. */
export interface DistillOptions {
  readonly dataset?: SettingsBlock;
  readonly teacher?: SettingsBlock;
  readonly student?: SettingsBlock;
  readonly loss?: SettingsBlock;
  readonly optimizer?: SettingsBlock;
  readonly schedule?: SettingsBlock;
  readonly augmentation?: SettingsBlock;
  readonly training?: SettingsBlock;
  /** What trains. Default: what `KD_SWEEP_BACKEND` says, else native, or, where that cannot be set up, portable. */
  readonly backend?: Backend;
  /** From 1; default 1. */
  readonly seed?: number;
  /** Told of each epoch of the student as it ends. */
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  /** Ends the training at its next step; `distill` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A trained student. */
export interface Distilled {
  /** The settings that it was trained with, defaults filled in, and its id, as a study's trial of the same work has it. */
  readonly trial: TrialSpec;
  /** Of the epoch that it ends with. */
  readonly metrics: EpochMetrics;
  /** Of the epoch with the best validation accuracy, selected on the validation split. */
  readonly best: EpochMetrics;
  /** null where the data set has no test split. */
  readonly test: TestMetrics | null;
  readonly classNames: readonly string[];
  /** Student's logits of the validation images, `[images, classes]`, row-major. */
  readonly validationLogits: Float32Array;
  /** The student's parameters, its network's tensors one after the other. */
  readonly weights: Float32Array;
  /**
   * Writes the student as a TensorFlow.js LayersModel, `model.json` and `weights.bin`, with class names, preprocessing and
   * provenance in its `userDefinedMetadata`.
   * @param folder made where it is absent
   * @throws Error where it holds a model already
   */
  save(folder: string): void;
}

/**
 * Trains one student, and first, where they are not in the cache yet, its images, its teacher and its teacher's logits.
 * The work is done in a process of its own, like a study's, with the same bits. TensorFlow is set up where it is not.
 *
 * @throws UserError for settings that are wrong, inputs that are missing, or a machine that does not serve
 * @throws Error where the training fails (say, by a loss that is not finite)
 * @throws what `onEpoch` throws, which ends the training at its next step
 */
export async function distill(options: DistillOptions): Promise<Distilled> {
  const { backend: asked = askedBackend(), onEpoch, signal: given } = options;
  const thrown = new AbortController();
  const signal = given === undefined ? thrown.signal : AbortSignal.any([given, thrown.signal]);
  const { plan, fingerprints, missing } = await planStudy(await sweepOf(options), cacheFolder(), {
    signal,
    onProgress: () => undefined,
  });
  const [trial] = plan.trials;
  if (trial === undefined || plan.trials.length > 1)
    throw new UserError(`expected the settings of one trial, found those of ${plan.trials.length}`);
  if (missing.length > 0) throw new UserError(`what the training needs is missing:\n  ${missing.join("\n  ")}`);
  const { backend } = await chooseBackend(asked, { log: () => undefined });
  mkdirSync(cacheFolder(), { recursive: true });
  const executor = new TrainingProcess({ workers: 1, backend, logFile: join(cacheFolder(), "distill.log") });
  try {
    const environment = await executor.start();
    const done = await trainAlone(executor, trial, needs(trial, fingerprints), {
      cacheFolder: cacheFolder(),
      signal,
      onEpoch: (metrics) => {
        try {
          onEpoch?.(metrics);
        } catch (error) {
          thrown.abort(error);
        }
      },
      wantsWeights: true,
    });
    // An epoch that was the last asks no more.
    signal.throwIfAborted();
    return distilled(trial, done, environment);
  } catch (error) {
    throw error instanceof FailedAlone ? failed(error.failure, signal) : error;
  } finally {
    await executor.close();
  }
}

/** Options that are no block of settings. */
const notSettings = ["backend", "seed", "onEpoch", "signal"];

/** A sweep file's other keys mean more than one trial, or how a study runs. */
function refuseUnknown(options: DistillOptions): void {
  const known = [...groups, ...notSettings];
  const issues = Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: name, expected: `no other option than ${known.join(", ")}`, found: "one" }));
  if (issues.length > 0) throw new UserError("the options are wrong", 1, issues);
}

async function sweepOf(options: DistillOptions): Promise<LoadedSweep> {
  refuseUnknown(options);
  const blocks = Object.fromEntries(Object.entries(options).filter(([name]) => !notSettings.includes(name)));
  const text = JSON.stringify({ name: "distill", seeds: [options.seed ?? 1], ...blocks });
  const parsed = await loadSweep(text, "distill", []);
  if (!parsed.ok) throw new UserError("the settings are wrong", 1, parsed.issues);
  return parsed.value;
}

function failed({ message, environment }: Failure, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return environment === true ? new UserError(message, 3) : new Error(message);
}

function distilled(
  trial: TrialSpec,
  { artifacts, result, weights }: Awaited<ReturnType<typeof trainAlone>>,
  environment: Environment,
): Distilled {
  if (weights === undefined) throw new Error("the training brought no weights");
  const images = artifacts.map(({ details }) => details).find((details) => details.kind === "images");
  const classNames = images?.classNames ?? [];
  const { final, best, test = null, validationLogits } = result;
  return {
    trial,
    metrics: final,
    best,
    test,
    classNames,
    validationLogits,
    weights: weights.final,
    save: (folder) => {
      writeModel(folder, studentModel("distill", { trial, result, classNames, environment }, final, weights.final));
    },
  };
}
