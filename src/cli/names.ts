import type { ArtifactSpec } from "../artifacts/artifact.js";
import type { TrialSpec } from "../trial/spec.js";
import { selectors } from "../trial/value.js";

const selectorKeys = new Set<string>(Object.values(selectors).filter((key) => key !== null));

/** A trial in a few words: its swept parameters and its seed. */
export function trialName(trial: TrialSpec): string {
  const words = Object.entries(trial.parameters).map(([key, value]) => {
    const last = key.slice(key.lastIndexOf(".") + 1);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return selectorKeys.has(last) ? text : `${last}=${text}`;
  });
  return [...words, `seed ${trial.seed}`].join(" ");
}

/** An artifact in a few words. */
export function artifactName(artifact: ArtifactSpec): string {
  switch (artifact.kind) {
    case "images":
      return `images of ${artifact.dataset.name} at ${artifact.dataset.imageSize} px`;
    case "teacher":
      return `teacher ${artifact.teacher.backbone}${artifact.teacher.seed === undefined ? "" : `, seed ${artifact.teacher.seed}`}`;
    case "logits":
      return artifact.views === null
        ? "teacher's logits"
        : `teacher's logits of the views of seed ${artifact.views.seed}`;
  }
}

/** 75 -> "1 min 15 s". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
