import type { MetricName } from "../trial/metrics.js";
import { valuesByImage, type PredictionReader } from "./predictions.js";
import { quantities } from "./quantities.js";
import { bootstrapInterval } from "./statistics/bootstrap.js";
import { holm } from "./statistics/holm.js";
import { pairBySeed, type Seeds } from "./statistics/paired.js";
import { pairsToSee } from "./statistics/power.js";
import { signTest } from "./statistics/sign-test.js";
import { tTwoSided } from "./statistics/student-t.js";
import type { Interval, Summary } from "./statistics/summary.js";
import { seedsOf, type Variant } from "./variants.js";

export type Finding = "better" | "worse" | "no evidence";

/** A test's p-value, and the same after Holm's correction for all comparisons that are made at once. */
export interface Test {
  readonly p: number;
  readonly corrected: number;
}

/** McNemar's test on the images. */
export interface ImagesTest extends Test {
  /** Images on which this row is right under more seeds than the reference. */
  readonly better: number;
  /** The other way round; images that are neither do not count. */
  readonly worse: number;
  /** Seeds that pair. */
  readonly seeds: number;
}

/** How much a difference to a reference can be trusted. */
export interface Evidence {
  /** Paired t test over seeds; null below three pairs, as the interval, and where all differ by the same. */
  readonly seeds: Test | null;
  /** 95 % bootstrap interval of the difference over seeds and images; null for a metric that is no mean over images. */
  readonly bootstrap: Interval | null;
  /** Exact McNemar test; null for a metric that is not right or wrong on an image. */
  readonly images: ImagesTest | null;
  /** null where there is no difference: nothing of the one or the other is finished. */
  readonly finding: Finding | null;
  /**
   * Seeds with which a difference of one point would be seen with a chance of 0.8 (paired t test, two-sided, level 0.05),
   * were the differences to spread as these do. Infinity above 10,000; null below two pairs, where all differ by the same,
   * and for a metric that is no share.
   */
  readonly seedsToSeePoint: number | null;
}

/** One row of a comparison and what it is held against. */
export interface Pair {
  readonly variant: Variant;
  readonly reference: Variant;
  /** `variant` minus `reference`, paired by seed. */
  readonly difference: Summary | null;
}

const onePoint = 0.01;
const binary: ReadonlySet<MetricName> = new Set(["val_accuracy", "val_agreement"]);

/** Equal differences spread by less: what rounding in double precision leaves of values about 1. */
const rounding = 1e-12;

/** The deviation of differences that are not all the same; null for others, and for fewer than two. */
export function spreadOf({ standardDeviation }: Summary): number | null {
  return standardDeviation === null || standardDeviation < rounding ? null : standardDeviation;
}

/**
 * The paired t test's p-value; null below three pairs. Null too where all pairs differ by the same, for which t is
 * infinite: accuracies are multiples of one image's share, so that a few seeds differ by the same from chance, and that
 * is no sign that further seeds would.
 */
export function pairedP(difference: Summary): number | null {
  const spread = spreadOf(difference);
  const { n, mean, interval } = difference;
  return interval === null || spread === null ? null : tTwoSided((mean * Math.sqrt(n)) / spread, n - 1);
}

interface ImageValues {
  /** Equal for the same images in the same order. */
  readonly images: string;
  readonly runs: readonly RunValues[];
}

/** A metric on each image, of one trial. */
interface RunValues extends Seeds {
  readonly values: Float64Array;
}

/** null where a finished trial lacks the values, or the trials were validated on different images. */
function imageValues({ complete }: Variant, metric: MetricName, reader: PredictionReader): ImageValues | null {
  const runs: RunValues[] = [];
  let images: string | undefined;
  for (const trial of complete) {
    const predictions = reader.of(trial);
    const values = predictions === null ? null : valuesByImage(predictions, metric);
    if (predictions === null || values === null) return null;
    images ??= predictions.images;
    if (predictions.images !== images) return null;
    runs.push({ ...seedsOf(trial), values });
  }
  return images === undefined ? null : { images, runs };
}

function meanOf(all: readonly Float64Array[]): Float64Array {
  const [first] = all;
  if (first === undefined || all.length === 1) return first ?? new Float64Array(0);
  return first.map((_, image) => all.reduce((sum, values) => sum + (values[image] ?? 0), 0) / all.length);
}

/** Of each seed that pairs, the difference on each image, the mean over its pairs of runs. */
function imageDifferences(own: ImageValues | null, other: ImageValues | null): Float64Array[] {
  if (own === null || own.images !== other?.images) return [];
  return [...pairBySeed(own.runs, other.runs).values()].map((pairs) =>
    meanOf(pairs.map(([{ values }, { values: others }]) => values.map((value, image) => value - (others[image] ?? 0)))),
  );
}

/**
 * One count per image, whatever the number of seeds: an image stands for the side that is right on it under more of the
 * shared seeds. With one seed this is McNemar's test. Counting each seed's images as if they were others would call the
 * same images' agreement evidence. It says how these trained students differ on images, not how trainings vary.
 */
function mcNemar(differences: readonly Float64Array[]): Omit<ImagesTest, "corrected"> {
  let better = 0;
  let worse = 0;
  for (const image of (differences[0] ?? new Float64Array(0)).keys()) {
    const sum = differences.reduce((total, each) => total + (each[image] ?? 0), 0);
    // Means over several teachers' seeds are fractions, whose sum may miss zero by a rounding.
    if (sum > 1e-9) better++;
    else if (sum < -1e-9) worse++;
  }
  return { better, worse, seeds: differences.length, p: signTest(better, worse) };
}

/**
 * Better or worse where the corrected p-value of the paired t test over seeds is below 0.05 and the bootstrap interval,
 * where there is one, excludes zero on the same side. Images alone never decide: they do not show how trainings vary.
 */
function findingOf(
  mean: number | undefined,
  corrected: number | null,
  bootstrap: Interval | null,
  goal: "minimize" | "maximize",
): Finding | null {
  if (mean === undefined) return null;
  if (corrected === null || corrected >= 0.05) return "no evidence";
  if (bootstrap !== null && (mean > 0 ? bootstrap.low <= 0 : bootstrap.high >= 0)) return "no evidence";
  return mean > 0 === (goal === "maximize") ? "better" : "worse";
}

function nameOf({ variant, reference }: Pair): string {
  return `${variant.configuration} ${reference.configuration}`;
}

function distinct(pairs: readonly Pair[]): Map<string, Pair> {
  return new Map(pairs.map((pair) => [nameOf(pair), pair]));
}

/** The seeds' tests of a family of pairs, corrected for all of them, by the pairs' names. */
function seedsTests(family: readonly Pair[]): Map<string, Test> {
  const tested = [...distinct(family)].flatMap(([name, { difference }]) => {
    const p = difference === null ? null : pairedP(difference);
    return p === null ? [] : [{ name, p }];
  });
  const corrected = holm(tested.map(({ p }) => p));
  return new Map(tested.map(({ name, p }, index) => [name, { p, corrected: corrected[index] ?? 1 }]));
}

/**
 * The evidence for each pair. The correction is for all pairs together, the seeds' tests and the images' tests being a
 * family each; a pair that occurs twice counts once.
 * @param family all pairs that the seeds' tests are made of, where `pairs` were picked from more by their results: picking
 * first and correcting for the picked alone would find too much
 */
export function evidenceOf(
  pairs: readonly Pair[],
  metric: MetricName,
  goal: "minimize" | "maximize",
  reader: PredictionReader,
  family: readonly Pair[] = pairs,
): Evidence[] {
  const known = new Map<Variant, ImageValues | null>();
  const valuesOf = (variant: Variant): ImageValues | null => {
    const found = known.get(variant);
    if (found !== undefined) return found;
    const values = imageValues(variant, metric, reader);
    known.set(variant, values);
    return values;
  };
  const tests = seedsTests(family);
  const measured = [...distinct(pairs)].map(([name, pair]) => {
    const differences = imageDifferences(valuesOf(pair.variant), valuesOf(pair.reference));
    return {
      name,
      pair,
      bootstrap: differences.length === 0 ? null : bootstrapInterval(differences),
      images: differences.length === 0 || !binary.has(metric) ? null : mcNemar(differences),
    };
  });
  const imagesCorrected = correctAll(measured.map(({ images }) => images?.p ?? null));
  const found = new Map(
    measured.map(({ name, pair, bootstrap, images }, index): [string, Evidence] => {
      const seeds = tests.get(name) ?? null;
      const spread = pair.difference === null ? null : spreadOf(pair.difference);
      const isShare = quantities[metric].factor === 100;
      return [
        name,
        {
          seeds,
          bootstrap,
          images: images === null ? null : { ...images, corrected: imagesCorrected[index] ?? 1 },
          finding: findingOf(pair.difference?.mean, seeds?.corrected ?? null, bootstrap, goal),
          seedsToSeePoint: spread === null || !isShare ? null : pairsToSee(onePoint, spread),
        },
      ];
    }),
  );
  return pairs.flatMap((pair) => found.get(nameOf(pair)) ?? []);
}

function correctAll(values: readonly (number | null)[]): (number | null)[] {
  const corrected = holm(values.filter((value) => value !== null));
  let next = 0;
  return values.map((value) => (value === null ? null : (corrected[next++] ?? null)));
}
