import { cpSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { StoredPlan, StudySnapshot } from "../store/store.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { TrialId } from "../trial/spec.js";
import { bestTrial, costOf } from "./best.js";
import { studentModel, writeModel, type FinishedStudent } from "./student-model.js";

/** Within a model's folder, the best epoch's model where that is not the last. */
export const bestEpochName = "best_epoch";

/** Whose trained students a study keeps. */
export type Keep = "best" | "all" | "none";

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
    if (!this.wants(trial.id, result.final)) return;
    const folder = join(this.root, trial.id);
    const fresh = `${folder}.new`;
    rmSync(fresh, { recursive: true, force: true });
    writeModel(fresh, studentModel(this.plan.name, student, result.final, weights.final));
    if (weights.best !== null) {
      writeModel(join(fresh, bestEpochName), studentModel(this.plan.name, student, result.best, weights.best));
    }
    this.place(folder, trial.id, result.final);
  }

  /**
   * Copies a trial's model from another study that keeps it, where it is to be kept; one that cannot be copied is left out.
   * Called before the trial is stored.
   * @param from the model's folder there
   * @param metrics of the epoch that the trial ended with
   */
  take(id: TrialId, from: string, metrics: EpochMetrics): void {
    if (metricsOf(from) === undefined || !this.wants(id, metrics)) return;
    const folder = join(this.root, id);
    try {
      cpSync(from, `${folder}.new`, { recursive: true });
      this.place(folder, id, metrics);
    } catch {
      rmSync(`${folder}.new`, { recursive: true, force: true });
    }
  }

  private wants(id: TrialId, metrics: EpochMetrics): boolean {
    if (this.keep !== "best") return this.keep === "all";
    return ![...this.metrics].some((rival) => rival[0] !== id && this.compare(rival, [id, metrics]) < 0);
  }

  private place(folder: string, id: TrialId, metrics: EpochMetrics): void {
    rmSync(folder, { recursive: true, force: true });
    renameSync(`${folder}.new`, folder);
    this.metrics.set(id, metrics);
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

  /** Below 0 where the first is the better. */
  private compare([one, first]: [TrialId, EpochMetrics], [other, second]: [TrialId, EpochMetrics]): number {
    const [a, b] = [costOf(this.plan.metric, first), costOf(this.plan.metric, second)];
    return a === b ? (this.position.get(one) ?? 0) - (this.position.get(other) ?? 0) : a < b ? -1 : 1;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The trials of a study whose students are kept, in the order of their ids. */
export function keptModels(study: string): TrialId[] {
  const root = join(study, "models");
  return namesIn(root).filter((name) => metricsOf(join(root, name)) !== undefined);
}

/**
 * How many of a study's trials were copied from other studies without a model that `keep` asks for.
 * @param kept the trials whose models the study has
 */
export function copiedWithoutModel(
  snapshot: Pick<StudySnapshot, "plan" | "trials">,
  keep: Keep,
  kept: ReadonlySet<TrialId>,
): number {
  const best = bestTrial(snapshot);
  const wanted = keep === "none" ? [] : keep === "all" ? snapshot.trials : best === undefined ? [] : [best];
  return wanted.filter(
    ({ attempts, spec, state }) =>
      state === "complete" && !kept.has(spec.id) && attempts.some(({ copiedFrom }) => copiedFrom !== undefined),
  ).length;
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
