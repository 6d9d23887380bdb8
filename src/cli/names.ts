import type { ArtifactSpec } from "../artifacts/artifact.js";
import { printable } from "../report/values.js";
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
  return printable([...words, `seed ${trial.seed}`].join(" "));
}

/** An artifact in a few words. */
export function artifactName(artifact: ArtifactSpec): string {
  switch (artifact.kind) {
    case "images":
      return `images of ${artifact.dataset.name} at ${artifact.dataset.imageSize} px`;
    case "teacher":
      return `teacher ${artifact.teacher.backbone}, seed ${artifact.teacher.seed}`;
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

/** 1234567 -> "1.2 MB". */
export function bytes(count: number): string {
  const units = ["kB", "MB", "GB", "TB"];
  if (count < 1000) return `${count} B`;
  let value = count / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ""}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
