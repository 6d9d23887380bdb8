import { multiplyAdditions } from "../models/cost.js";
import { losses, students } from "../settings/registries.js";
import type { StudySnapshot } from "../store/store.js";
import type { TrialSpec } from "../trial/spec.js";
import type { Settings } from "../trial/value.js";

/** What a worker is taken to compute where no finished trial says better: operations a second, two a multiply-addition. */
const nominalRate = 40e9;

/**
 * Roughly how long trials take on `workers` workers: their arithmetic at the rate that the study's finished trials had,
 * or at a nominal one. Teachers are not counted.
 *
 * @param snapshot of the study so far; null where there is none
 * @param counted images of a data set that no run has read yet; null where nobody has counted them
 * @returns seconds, or null where nothing tells how many images a data set holds
 */
export function estimate(
  trials: readonly TrialSpec[],
  snapshot: StudySnapshot | null,
  workers: number,
  counted: number | null = null,
): number | null {
  const rate = measuredRate(snapshot) ?? nominalRate;
  let sum = 0;
  for (const trial of trials) {
    const images = imageCount(trial.settings.dataset, snapshot) ?? counted;
    if (images === null) return null;
    sum += operations(trial, images) / rate;
  }
  return sum / Math.min(workers, Math.max(1, trials.length));
}

/** Operations a second of a worker, over the finished trials. */
function measuredRate(snapshot: StudySnapshot | null): number | null {
  let seconds = 0;
  let sum = 0;
  for (const { spec, result } of snapshot?.trials ?? []) {
    const images = result === null ? null : imageCount(spec.settings.dataset, snapshot);
    if (result === null || images === null) continue;
    seconds += result.seconds;
    sum += operations(spec, images);
  }
  return seconds > 0 ? sum / seconds : null;
}

/** A generated set says it in its settings; a folder's was counted by the run that decoded it. */
function imageCount(dataset: Settings["dataset"], snapshot: StudySnapshot | null): number | null {
  if (typeof dataset.images === "number") return dataset.images;
  for (const { details } of snapshot?.artifacts ?? []) {
    // An image array knows fewer settings than a trial: none of those that only the training reads.
    if (details.kind === "images" && Object.entries(details.dataset).every(([key, value]) => dataset[key] === value)) {
      return details.trainCount + details.validationCount;
    }
  }
  return null;
}

/** A backward pass costs about two forward ones; the validation split goes forward only. */
function operations(trial: TrialSpec, images: number): number {
  const { dataset, loss, student, training } = trial.settings;
  // The number of classes is in the last dense layer alone, which is too small to matter.
  const layers = students.get(student.type).layers(10, student);
  const forward = 2 * multiplyAdditions(layers, dataset.imageSize) * images;
  return (
    training.epochs * forward * (3 * dataset.trainFraction * usedShare(dataset, loss) + (1 - dataset.trainFraction))
  );
}

/** How much of the training part an epoch goes through: a loss on labels alone leaves out what has none. */
function usedShare({ labelledFraction }: Settings["dataset"], { type }: Settings["loss"]): number {
  const onLabelsAlone = losses.has(type) && losses.get(type).needs === "labels";
  return onLabelsAlone && typeof labelledFraction === "number" ? labelledFraction : 1;
}
