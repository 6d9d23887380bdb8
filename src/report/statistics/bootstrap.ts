import { deriveSeed, Random } from "../../trial/random.js";
import { confidence, type Interval } from "./summary.js";

/** Resamples of every bootstrap interval. */
export const resamples = 2000;
/** With fewer seeds the interval is too narrow: what is drawn from so few varies less than what they are drawn from. */
export const leastSeeds = 5;

const purposeSeed = 1;

/**
 * The 95 % percentile interval of a mean difference over seeds and images: each resample draws the seeds and, for all of
 * them together, the images, both with replacement. The images are the same for every seed, so they are drawn once: what
 * is hard about an image is hard under every seed, and drawing them for each seed anew would average that away. Of one
 * seed it covers the images alone. Its random numbers are its own and always the same.
 *
 * @param differences of each seed, the difference on each image, in one order of the images; all of one length, not empty
 */
export function bootstrapInterval(differences: readonly Float64Array[]): Interval {
  const seeds = differences.length;
  const images = differences[0]?.length ?? 0;
  if (images === 0 || differences.some(({ length }) => length !== images)) {
    throw new RangeError("bootstrapInterval: expected the same images for every seed, at least one of each");
  }
  const { weights, counts } = draws(seeds, images);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const weight = weights[resample * seeds + seed] ?? 0;
      const own = differences[seed];
      if (weight === 0 || own === undefined) continue;
      let total = 0;
      for (let image = 0, at = resample * images; image < images; image++, at++) {
        total += (own[image] ?? 0) * (counts[at] ?? 0);
      }
      sum += weight * total;
    }
    means[resample] = sum / (seeds * images);
  }
  means.sort();
  return { low: quantile(means, (1 - confidence) / 2), high: quantile(means, (1 + confidence) / 2) };
}

/** Linear between the two nearest (R's type 7). */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  return low + ((sorted[below + 1] ?? low) - low) * (place - below);
}

/** How often each seed and each image is drawn, resample by resample. */
interface Draws {
  readonly seeds: number;
  readonly images: number;
  /** `[resamples, seeds]`. */
  readonly weights: Uint32Array;
  /** `[resamples, images]`. None is drawn more than 255 times: the chance is below 1/256!. A byte keeps many images small. */
  readonly counts: Uint8Array;
}

let last: Draws | undefined;

/** The same for the same numbers; a report asks for one after the other of the same kind. */
function draws(seeds: number, images: number): Draws {
  if (last?.seeds === seeds && last.images === images) return last;
  const random = new Random(deriveSeed(purposeSeed, "bootstrap"));
  const weights = new Uint32Array(resamples * seeds);
  const counts = new Uint8Array(resamples * images);
  for (let resample = 0; resample < resamples; resample++) {
    draw(weights.subarray(resample * seeds, (resample + 1) * seeds), random);
    draw(counts.subarray(resample * images, (resample + 1) * images), random);
  }
  last = { seeds, images, weights, counts };
  return last;
}

/** How often each place is drawn, drawing as many times as there are places. */
function draw(counts: Uint32Array | Uint8Array, random: Random): void {
  const places = counts.length;
  counts.fill(0);
  for (let left = places; left > 0; left--) {
    const at = random.integer(places);
    counts[at] = (counts[at] ?? 0) + 1;
  }
}
