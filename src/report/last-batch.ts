import { mean } from "simple-statistics";
import { valuesByImage, type PredictionReader, type Predictions } from "./predictions.js";
import type { Results } from "./results.js";
import type { CompleteTrial, Variant } from "./variants.js";

/** The same results as they would be had only each trial's last validation batch been looked at. */
export function onLastBatch(results: Results): Results {
  const predictions: PredictionReader = {
    of: (trial) => {
      const all = results.predictions.of(trial);
      return all === null ? null : lastBatchOf(all, trial);
    },
  };
  const variants = results.variants.map((variant) => ({ ...variant, complete: measured(variant, predictions) }));
  return { ...results, variants, predictions };
}

function lastBatchOf(all: Predictions, { spec, result }: CompleteTrial): Predictions {
  const { batchSize } = spec.settings.training;
  const count = all.labels.length % batchSize || Math.min(batchSize, all.labels.length);
  const from = all.labels.length - count;
  const logits = from * result.classes;
  return {
    ...all,
    labels: all.labels.slice(from),
    student: all.student.subarray(logits),
    teacher: all.teacher?.subarray(logits) ?? null,
    images: `${all.images} from ${from}`,
  };
}

/** A trial without logits has no such value. */
function measured({ complete }: Variant, predictions: PredictionReader): CompleteTrial[] {
  return complete.flatMap((trial) => {
    const batch = predictions.of(trial);
    if (batch === null) return [];
    const { result } = trial;
    const val_accuracy = mean([...(valuesByImage(batch, "val_accuracy") ?? [])]);
    return [{ ...trial, result: { ...result, final: { ...result.final, val_accuracy } } }];
  });
}

/** What whoever reads such numbers must know. */
export function lastBatchNote({ variants, predictions }: Results): string {
  const counts = variants.flatMap(({ complete }) => complete.map((trial) => predictions.of(trial)?.labels.length ?? 0));
  const most = counts.reduce((one, other) => Math.max(one, other), 0);
  // The standard error of a share is greatest at one half.
  const error =
    most === 0 ? "" : `, with a standard error of up to ${(50 / Math.sqrt(most)).toFixed(0)} points a trial`;
  return `On the last validation batch alone (${most} images${error}), as the article's own evaluation; val_accuracy is the figure to trust.`;
}
