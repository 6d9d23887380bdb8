import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"; // prettier-ignore
import { join } from "node:path";
import { layersModel, type ModelFiles } from "../models/layers-model.js";
import { students } from "../settings/registries.js";
import type { StoredPlan } from "../store/store.js";
import type { Environment } from "../trial/environment.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { TrialResult, TrialWeights } from "../trial/outcome.js";
import type { TrialId, TrialSpec } from "../trial/spec.js";

/** Whose trained students a study keeps. */
export type Keep = "best" | "all" | "none";

/** A finished trial with what a model of it says of itself. */
export interface FinishedStudent {
  readonly trial: TrialSpec;
  readonly result: TrialResult;
  readonly weights: TrialWeights;
  readonly classNames: readonly string[];
  readonly environment: Environment;
}

interface Provenance {
  readonly metrics: EpochMetrics;
}

/**
 * The trained students of a study, as TensorFlow.js LayersModels: `<study>/models/<trial>/{model.json,weights.bin}`, and
 * below it `best_epoch/` where the best epoch is not the one that the trial ended with. A model appears there whole or not
 * at all. Of `best` there is one among the plan's trials, ranked by the sweep's metric at the trials' ends, the first of
 * equals in the plan's order; it is replaced when a better one stands beside it. Models of trials that the plan does not
 * want are left alone.
 */
export class Models {
  private readonly root: string;
  private readonly position: ReadonlyMap<TrialId, number>;
  /** Those in the folder. */
  private readonly metrics = new Map<TrialId, EpochMetrics>();

  /** @param study the study's folder */
  constructor(
    study: string,
    private readonly plan: Pick<StoredPlan, "name" | "metric" | "trials">,
    private readonly keep: Keep,
  ) {
    this.root = join(study, "models");
    this.position = new Map(plan.trials.map(({ id }, index) => [id, index]));
    for (const name of namesIn(this.root)) {
      if (/\.(new|old)$/.test(name)) rmSync(join(this.root, name), { recursive: true, force: true });
      const metrics = this.position.has(name) ? metricsOf(join(this.root, name)) : undefined;
      if (metrics !== undefined) this.metrics.set(name, metrics);
    }
  }

  /** Whether trials are to bring their weights. */
  get wanted(): boolean {
    return this.keep !== "none";
  }

  /**
   * Writes a trial's model where it is to be kept. Called before its result is stored, so that no finished trial lacks it.
   * @throws Error where it cannot be written; what was there is left
   */
  write(student: FinishedStudent): void {
    const { trial, result, weights } = student;
    if (!this.wanted) return;
    const rivals = [...this.metrics.entries()].filter(([id]) => id !== trial.id);
    if (this.keep === "best" && rivals.some((rival) => this.compare(rival, [trial.id, result.final]) < 0)) return;
    const folder = join(this.root, trial.id);
    const fresh = `${folder}.new`;
    rmSync(fresh, { recursive: true, force: true });
    writeFiles(fresh, this.files(student, result.final, weights.final));
    if (weights.best !== null) {
      writeFiles(join(fresh, "best_epoch"), this.files(student, result.best, weights.best));
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    this.metrics.set(trial.id, result.final);
  }

  /** Removes what a better model has taken the place of. Called when the result of the trial that brought it is stored. */
  settle(): void {
    if (this.keep !== "best") return;
    const [, ...outdone] = [...this.metrics].sort((one, other) => this.compare(one, other));
    for (const [id] of outdone) {
      rmSync(join(this.root, id), { recursive: true, force: true });
      this.metrics.delete(id);
    }
  }

  /** Below 0 where the first is the better; a metric that a trial does not have is the worst. */
  private compare([one, first]: [TrialId, EpochMetrics], [other, second]: [TrialId, EpochMetrics]): number {
    const { name, goal } = this.plan.metric;
    const cost = (metrics: EpochMetrics): number =>
      metrics[name] == null ? Infinity : goal === "minimize" ? metrics[name] : -metrics[name];
    const [a, b] = [cost(first), cost(second)];
    return a === b ? (this.position.get(one) ?? 0) - (this.position.get(other) ?? 0) : a < b ? -1 : 1;
  }

  private files(student: FinishedStudent, metrics: EpochMetrics, parameters: Float32Array): ModelFiles {
    const { trial, result, classNames, environment } = student;
    const { settings } = trial;
    const network = students.get(settings.student.type);
    const layers = network.layers(result.classes, network.settings.parse(settings.student));
    return layersModel(layers, settings.dataset.imageSize, parameters, {
      classNames,
      preprocessing: {
        size: settings.dataset.imageSize,
        channels: "RGB",
        divideBy: 255,
        description:
          "RGB bytes, resized to size x size without keeping the aspect, bilinear and averaged where made smaller, / 255",
      },
      provenance: {
        study: this.plan.name,
        trial: trial.id,
        configuration: trial.configuration,
        seed: trial.seed,
        settings,
        metrics,
        teacherChecksum: result.teacherChecksum,
        environment,
      },
    });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** undefined where the folder holds no model of ours. */
function metricsOf(folder: string): EpochMetrics | undefined {
  try {
    const model = JSON.parse(readFileSync(join(folder, "model.json"), "utf8")) as {
      readonly userDefinedMetadata?: { readonly provenance?: Provenance };
    };
    return model.userDefinedMetadata?.provenance?.metrics;
  } catch {
    return undefined;
  }
}

/** A folder of files that have reached the disk. */
function writeFiles(folder: string, files: ModelFiles): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = openSync(join(folder, name), "wx");
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}
