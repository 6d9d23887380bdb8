import { deriveSeed, Random } from "../trial/random.js";

/** How training images are mixed with one another. */
export interface Mixup {
  /** α of the Beta distribution that an image's share is drawn from; > 0. */
  readonly alpha: number;
  /** Images that a partner is drawn from, each equally likely, the image itself among them. */
  readonly partners: Uint32Array;
}

/** What an image is mixed with in an epoch. */
export interface Mix {
  readonly partner: number;
  /** Of the image itself; the partner has the rest. 1/2 to 1, so that an image keeps its place and its label. */
  readonly share: number;
}

/**
 * The partner and share of one image in one epoch: a function of the seed, the epoch and the image, not of the batch. So a
 * mixed image is a view like any other, of which the teacher's logits can be made once for a study, and student and
 * teacher see the same (Beyer et al., "Knowledge distillation: A good teacher is patient and consistent", 2022). The
 * share is max(λ, 1 - λ) with λ from Beta(α, α): Zhang et al., "mixup" (2018).
 */
export function mixOf({ alpha, partners }: Mixup, seed: number, epoch: number, image: number): Mix {
  const random = new Random(deriveSeed(seed, "mixup", epoch, image));
  const partner = partners[random.integer(partners.length)] ?? image;
  const odds = logGamma(alpha, random) - logGamma(alpha, random);
  const share = 1 / (1 + Math.exp(-Math.abs(odds)));
  return { partner, share };
}

/**
 * The logarithm of a number from the Gamma distribution of shape α (Marsaglia and Tsang, 2000; below 1 that of α + 1
 * times u^(1/α), which float64 may not hold, but its logarithm).
 */
function logGamma(alpha: number, random: Random): number {
  const boosted = alpha < 1;
  const d = (boosted ? alpha + 1 : alpha) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = random.normal();
    const cubed = (1 + c * normal) ** 3;
    const uniform = 1 - random.float();
    if (cubed <= 0 || Math.log(uniform) >= normal * normal * 0.5 + d * (1 - cubed + Math.log(cubed))) continue;
    return Math.log(d * cubed) + (boosted ? Math.log(1 - random.float()) / alpha : 0);
  }
}
