import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { layersModel, type ModelFiles } from "../models/layers-model.js";
import { students } from "../settings/registries.js";
import type { Environment } from "../trial/environment.js";
import type { EpochMetrics } from "../trial/metrics.js";
import { withoutFolders } from "../trial/paths.js";
import type { TrialResult, TrialWeights } from "../trial/outcome.js";
import type { TrialSpec } from "../trial/spec.js";

/** A finished trial with what a model of it says of itself. */
export interface FinishedStudent {
  readonly trial: TrialSpec;
  readonly result: TrialResult;
  readonly weights: TrialWeights;
  readonly classNames: readonly string[];
  readonly environment: Environment;
}

/**
 * A trained student as a TensorFlow.js LayersModel that says of itself what it takes and where it is from.
 * @param study the study's name
 * @param metrics of the epoch whose parameters these are
 */
export function studentModel(
  study: string,
  student: Omit<FinishedStudent, "weights">,
  metrics: EpochMetrics,
  parameters: Float32Array,
): ModelFiles {
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
      study,
      trial: trial.id,
      configuration: trial.configuration,
      seed: trial.seed,
      settings: withoutFolders("", { ...settings }),
      metrics,
      teacherChecksum: result.teacherChecksum,
      environment,
    },
  });
}

/** A folder of files that have reached the disk: all of them or none. @throws Error where one is there already */
export function writeModel(folder: string, files: ModelFiles): void {
  mkdirSync(folder, { recursive: true });
  const written: string[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      const file = openSync(path, "wx");
      written.push(path);
      try {
        writeFileSync(file, content);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    throw error;
  }
}
