import { isDeepStrictEqual } from "node:util";
import type { ArtifactRecord, ArtifactSpec } from "../artifacts/artifact.js";
import { artifactKey } from "../artifacts/key.js";
import { artifactsOf, needs } from "../artifacts/needs.js";
import type { Store, StoredPlan } from "../store/store.js";
import type { Fingerprints } from "../trial/fingerprints.js";

/**
 * Lets what a study knows of images and teachers name their files as its plan does. Photos or a weight file that were
 * moved are the same by their content, so nothing is made again; a report finds them by their settings.
 */
export function followFiles(store: Store, { trials, waitsFor }: StoredPlan, fingerprints: Fingerprints): void {
  const records = store.artifacts();
  if (records.length === 0) return;
  const planned = new Map<string, ArtifactSpec>();
  const inputs = new Set<string>();
  for (const trial of trials) {
    const input = JSON.stringify([trial.settings.dataset, trial.settings.teacher]);
    if (inputs.has(input) || waitsFor?.[trial.id] !== undefined) continue;
    inputs.add(input);
    for (const artifact of artifactsOf(needs(trial, fingerprints))) planned.set(artifactKey(artifact), artifact);
  }
  for (const record of records) {
    const spec = planned.get(record.key);
    const details = spec === undefined ? undefined : following(record.details, spec);
    if (details !== undefined) store.artifact({ ...record, details });
  }
}

/** undefined where the settings are those already. */
function following(details: ArtifactRecord["details"], spec: ArtifactSpec): ArtifactRecord["details"] | undefined {
  if (details.kind === "images" && spec.kind === "images") {
    return isDeepStrictEqual(details.dataset, spec.dataset) ? undefined : { ...details, dataset: spec.dataset };
  }
  if (details.kind === "teacher" && spec.kind === "teacher") {
    return isDeepStrictEqual(details.teacher, spec.teacher) ? undefined : { ...details, teacher: spec.teacher };
  }
  return undefined;
}
