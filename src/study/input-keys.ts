import type { SizedTeacher } from "../sweep/plan.js";
import type { Settings } from "../trial/value.js";

/** What decides which photos a data set holds. */
export function datasetKey(dataset: Settings["dataset"]): string {
  return JSON.stringify(dataset);
}

/** What decides which file a teacher starts from. */
export function weightsKey({ backbone, weights }: SizedTeacher["teacher"], imageSize: number): string {
  return JSON.stringify([backbone, weights ?? null, imageSize]);
}
