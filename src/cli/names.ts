import type { ArtifactSpec, ImagesDetails } from "../artifacts/artifact.js";
import { inFewWords } from "../report/labels.js";
import { printable } from "../report/values.js";
import type { TrialSpec } from "../trial/spec.js";

/**
 * A trial in a few words, those of the report's labels, and its seed. Unlike a label it may stand for several trials.
 * @param usual values that most of the study's trials have: `usualValues`
 */
export function trialName(trial: TrialSpec, usual: TrialSpec["parameters"] = {}): string {
  const words = inFewWords(trial.parameters, usual);
  return printable(`${words === "" ? "" : `${words} `}seed ${trial.seed}`);
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

/** Classes that are counted by name on a line; the report has them all. */
const mostClasses = 12;

/**
 * How many images there are and in which part of the split, for the run's output: a line of all, what never had a label,
 * what was left out, and which classes nothing is validated of.
 */
export function imageLines(details: ImagesDetails): string[] {
  const { classCounts, classNames, skipped, testCount = 0, trainCount, unlabelledCount = 0, validationCount } = details;
  const count = (number: number): string => number.toLocaleString("en-GB");
  const parts = [
    `${count(trainCount)} train${unlabelledCount > 0 ? ` (${count(unlabelledCount)} without label)` : ""}`,
    `${count(validationCount)} validate`,
    ...(testCount > 0 ? [`${count(testCount)} test`] : []),
  ];
  const classes = classNames.slice(0, mostClasses).map((name, label) => {
    const { test, train = 0, validation = 0 } = classCounts[label] ?? {};
    return `${name} ${train}+${validation}${test === undefined ? "" : `+${test}`}`;
  });
  const more = classNames.length > mostClasses ? [`and ${classNames.length - mostClasses} more classes`] : [];
  const lines = [
    `${count(trainCount + validationCount + testCount)} images: ${parts.join(", ")}; ${[...classes, ...more].join(", ")}`,
  ];
  const [example] = skipped;
  if (example !== undefined) {
    lines.push(
      `${count(skipped.length)} left out; skipped.csv names each with its reason, the first: ` +
        `${example.source} (${example.reason})`,
    );
  }
  const unmeasured = classNames.filter((_, label) => classCounts[label]?.validation === 0);
  if (unmeasured.length > 0) {
    lines.push(
      `no image validates of ${unmeasured.slice(0, mostClasses).join(", ")}: dataset.stratified splits each class`,
    );
  }
  return lines;
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
