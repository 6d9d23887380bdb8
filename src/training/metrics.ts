/** What a split's logits say about a model, in double precision. */
export interface SplitMetrics {
  /** Share of images whose greatest logit is the label's; 0 to 1. */
  readonly accuracy: number;
  /** Mean cross-entropy of the labels at temperature 1, in nats. */
  readonly crossEntropy: number;
  /** Mean KL(teacher || student) at temperature 1, in nats; null without a teacher. */
  readonly kl: number | null;
  /** Share of images on which both choose the same class; null without a teacher. */
  readonly agreement: number | null;
  /** Expected calibration error; 0 to 1. */
  readonly ece: number;
  /** Share of images whose label is among the 5 greatest logits; null for 5 classes or fewer. */
  readonly topK: number | null;
}

const calibrationBins = 15;
const topClasses = 5;

/**
 * Measures logits `[labels.length, classes]`, row-major; of equal logits the first class is chosen.
 *
 * The calibration error is Σ over bins of (images in the bin / images)·|accuracy - mean confidence|, with 15 bins of
 * equal width over the chosen class's probability, each without its lower and with its upper edge (Guo et al. 2017).
 *
 * @param teacher the teacher's logits of the same images, or null
 * @throws RangeError where there are no images or the lengths do not fit
 */
export function measure(
  logits: Float32Array,
  classes: number,
  labels: ArrayLike<number>,
  teacher: Float32Array | null,
): SplitMetrics {
  const images = labels.length;
  if (images === 0) throw new RangeError("measure: expected at least one image, found none");
  for (const array of teacher === null ? [logits] : [logits, teacher]) {
    if (array.length !== images * classes) {
      throw new RangeError(`measure: expected ${images} x ${classes} logits, found ${array.length}`);
    }
  }
  const bins = Array.from({ length: calibrationBins }, () => ({ correct: 0, confidence: 0 }));
  let correct = 0;
  let amongTop = 0;
  let crossEntropy = 0;
  let kl = 0;
  let agreeing = 0;
  for (const [image, label] of Array.from(labels).entries()) {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const logProbabilities = logSoftmax(row);
    const choice = greatest(row);
    const hit = choice === label ? 1 : 0;
    correct += hit;
    if (rankOf(row, label) < topClasses) amongTop++;
    crossEntropy -= logProbabilities[label] ?? Number.NaN;

    const confidence = Math.exp(logProbabilities[choice] ?? Number.NaN);
    const bin = bins[Math.min(calibrationBins, Math.max(1, Math.ceil(confidence * calibrationBins))) - 1];
    if (bin !== undefined) {
      bin.correct += hit;
      bin.confidence += confidence;
    }
    if (teacher !== null) {
      const teacherRow = teacher.subarray(image * classes, (image + 1) * classes);
      for (const [index, log] of logSoftmax(teacherRow).entries()) {
        kl += Math.exp(log) * (log - (logProbabilities[index] ?? Number.NaN));
      }
      if (greatest(teacherRow) === choice) agreeing++;
    }
  }
  return {
    accuracy: correct / images,
    crossEntropy: crossEntropy / images,
    kl: teacher === null ? null : kl / images,
    agreement: teacher === null ? null : agreeing / images,
    topK: classes <= topClasses ? null : amongTop / images,
    ece: bins.reduce((sum, bin) => sum + Math.abs(bin.correct - bin.confidence), 0) / images,
  };
}

/** Index of the greatest value, the first of equals; -1 of an empty row. */
export function greatest(row: Float32Array): number {
  return row.indexOf(row.reduce((most, value) => Math.max(most, value), -Infinity));
}

/** How many classes come before one: those of greater logits, and of equal ones those before it. */
function rankOf(row: Float32Array, label: number): number {
  const own = row[label] ?? Number.NaN;
  return row.reduce((rank, logit, index) => (logit > own || (logit === own && index < label) ? rank + 1 : rank), 0);
}

function logSoftmax(row: Float32Array): Float64Array {
  const top = greatest(row);
  const most = row[top] ?? Number.NaN;
  const shifted = Float64Array.from(row, (logit) => logit - most);
  const others = shifted.reduce((sum, logit, index) => (index === top ? sum : sum + Math.exp(logit)), 0);
  const logSum = Math.log1p(others);
  return shifted.map((logit) => logit - logSum);
}
