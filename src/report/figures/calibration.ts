import { drawLines, type Line } from "../drawing/lines.js";
import { chosen, firstTaught, rowOf, softmax } from "../predictions.js";
import { percent } from "../quantities.js";
import type { Results } from "../results.js";
import type { Figure } from "./figure.js";
import { looksOf } from "./shown.js";
import { teacherLabel } from "../teachers.js";

export interface CalibrationBin {
  /** Mean probability of the chosen class. */
  readonly confidence: number;
  /** Share of right choices. */
  readonly accuracy: number;
  readonly images: number;
}

export interface Calibration {
  /** How many looks the report's configurations have: the teacher's is another. */
  readonly looks: number;
  readonly curves: readonly {
    readonly label: string;
    readonly isBaseline: boolean;
    /** Of its line, in all charts of the report; as it comes where there is none. */
    readonly look?: number;
    /** Expected calibration error: mean over the seeds. */
    readonly ece: number;
    /** Over all seeds' images; bins without an image left out. */
    readonly bins: readonly CalibrationBin[];
  }[];
}

const binCount = 15;
/** A mean over fewer says little. */
const fewestDrawn = 10;

interface Choices {
  readonly labels: readonly number[];
  readonly logits: Float32Array;
}

/** 15 bins of equal width over the chosen class's probability, each with its upper and without its lower edge. */
export function calibrationBins(all: readonly Choices[]): CalibrationBin[] {
  const bins = Array.from({ length: binCount }, () => ({ images: 0, right: 0, confidence: 0 }));
  for (const { labels, logits } of all) {
    const classes = logits.length / labels.length;
    labels.forEach((label, image) => {
      const probabilities = softmax(rowOf(logits, classes, image));
      const choice = chosen(probabilities);
      const confidence = probabilities[choice] ?? 0;
      const bin = bins[Math.min(binCount, Math.max(1, Math.ceil(confidence * binCount))) - 1];
      if (bin === undefined) return;
      bin.images += 1;
      bin.confidence += confidence;
      if (choice === label) bin.right += 1;
    });
  }
  return bins
    .filter(({ images }) => images > 0)
    .map(({ images, right, confidence }) => ({ images, confidence: confidence / images, accuracy: right / images }));
}

/** Σ over bins of (images in the bin / images)·|accuracy - mean confidence|. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, { images }) => sum + images, 0);
  return bins.reduce((sum, bin) => sum + (bin.images / total) * Math.abs(bin.accuracy - bin.confidence), 0);
}

function curve(
  named: Pick<Calibration["curves"][number], "label" | "isBaseline" | "look">,
  all: readonly Choices[],
): Calibration["curves"][number][] {
  if (all.length === 0) return [];
  const errors = all.map((each) => calibrationError(calibrationBins([each])));
  const ece = errors.reduce((sum, each) => sum + each, 0) / errors.length;
  return [{ ...named, ece, bins: calibrationBins(all) }];
}

function curvesOf(
  { variants, teachers, predictions }: Results,
  looks: ReturnType<typeof looksOf>,
): Calibration["curves"] {
  const finished = variants.filter(({ complete }) => complete.length > 0);
  const shown = finished.filter((variant, index) => index === 0 || variant.isBaseline);
  const taught = firstTaught(finished, predictions);
  return [
    ...shown.flatMap(({ configuration, label, isBaseline, complete }) => {
      const read = complete.flatMap((trial) => predictions.of(trial) ?? []);
      const look = looks.get(configuration);
      return curve(
        { label, isBaseline, ...(look !== undefined && { look }) },
        read.map(({ labels, student }) => ({ labels, logits: student })),
      );
    }),
    ...(taught === null
      ? []
      : curve({ label: `teacher ${teacherLabel(teachers, taught.settings)}`, isBaseline: false }, [
          { labels: taught.predictions.labels, logits: taught.predictions.teacher },
        ])),
  ];
}

const perfect: Line = {
  label: "as sure as right",
  isBaseline: false,
  points: [0, 100].map((each) => ({ x: each, y: each, low: each, high: each, seeds: [], text: "as sure as right" })),
};

/** Whether a model is right as often as it is sure: the best configuration, the baseline, and the teacher. */
export const calibrationFigure: Figure<Calibration> = {
  name: "calibration",
  data: (results) => {
    const looks = looksOf(results);
    const curves = curvesOf(results, looks);
    return curves.length === 0 ? null : { looks: looks.size, curves };
  },
  table: ({ curves }) => ({
    columns: ["model", "ece", "images", "mean_confidence", "accuracy"],
    rows: curves.flatMap(({ label, ece, bins }) =>
      bins.map(({ images, confidence, accuracy }) => [label, ece, images, confidence, accuracy]),
    ),
  }),
  draw: ({ looks, curves }) =>
    drawLines({
      title: "Calibration: how often a model is right when it is this sure",
      subtitle: [
        `${binCount} bins over the chosen class's probability, those of ${fewestDrawn} images or more; ECE: of all, mean over seeds`,
      ],
      x: { title: "mean probability of the chosen class (%)", whole: false, ticks: [0, 20, 40, 60, 80, 100] },
      y: { title: "right (%)", least: 0, most: 100 },
      spread: "band",
      lines: [
        ...curves.map(({ label, isBaseline, look, ece, bins }) => ({
          label: `${label} (ECE ${percent(ece)})`,
          isBaseline,
          ...(look !== undefined && { look }),
          points: bins
            .filter(({ images }) => images >= fewestDrawn)
            .map(({ confidence, accuracy, images }) => ({
              x: 100 * confidence,
              y: 100 * accuracy,
              low: 100 * accuracy,
              high: 100 * accuracy,
              seeds: [],
              text: `${label}: sure by ${percent(confidence)}, right in ${percent(accuracy)} of ${images} images`,
            })),
        })),
        perfect,
      ],
      firstFreeLook: looks,
      references: [],
    }),
  describe: ({ curves }) =>
    `Reliability diagram. Expected calibration error: ${curves.map(({ label, ece }) => `${label} ${percent(ece)}`).join("; ")}.`,
};
