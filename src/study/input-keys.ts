import { backbones } from "../settings/registries.js";
import type { SizedTeacher } from "../sweep/plan.js";
import type { Settings } from "../trial/value.js";

/** What decides which photos a data set holds. */
export function datasetKey(dataset: Settings["dataset"]): string {
  return JSON.stringify(dataset);
}

/** What decides which files a teacher starts from or consists of. */
export function weightsKey(teacher: SizedTeacher["teacher"], imageSize: number): string {
  const { contentSettings = [] } = backbones.get(teacher.backbone);
  return JSON.stringify([teacher.backbone, contentSettings.map((setting) => teacher[setting] ?? null), imageSize]);
}
