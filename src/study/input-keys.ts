import { backbones } from "../settings/registries.js";
import type { PlannedTeacher } from "../sweep/plan.js";
import type { Settings } from "../trial/value.js";

/** What decides which photos a data set holds. */
export function datasetKey(dataset: Settings["dataset"]): string {
  return JSON.stringify(dataset);
}

/** What decides which files a teacher starts from or consists of, and what they mean. */
export function weightsKey({ teacher, dataset }: PlannedTeacher): string {
  const { kind, contentSettings = [] } = backbones.get(teacher.backbone);
  const files = contentSettings.map((setting) => teacher[setting] ?? null);
  return JSON.stringify([teacher.backbone, files, kind === "table" ? dataset : dataset.imageSize]);
}
