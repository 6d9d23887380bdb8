import assert from "node:assert/strict";
import fc from "fast-check";
import { augmentations } from "../../src/data/augmentation/registry.js";
import { fillBatch, type BatchViews } from "../../src/data/batches.js";
import { mixOf } from "../../src/data/mixup.js";
import { sampleImages } from "../training/sample.js";

const partners = Uint32Array.from({ length: 10 }, (_, image) => image * 2);

function shares(alpha: number, images = 4000): number[] {
  return Array.from({ length: images }, (_, image) => mixOf({ alpha, partners }, 1, 1, image).share);
}

/** E max(λ, 1 - λ) of λ from Beta(α, α), by the trapezoid rule over a fine grid in logit space. */
function expectedShare(alpha: number): number {
  let [sum, weights] = [0, 0];
  for (let x = -60 / alpha; x <= 60 / alpha; x += 0.01 / Math.min(1, alpha)) {
    const lambda = 1 / (1 + Math.exp(-x));
    const weight = Math.exp(alpha * (-Math.log1p(Math.exp(-Math.abs(x))) * 2 - Math.abs(x)));
    sum += weight * Math.max(lambda, 1 - lambda);
    weights += weight;
  }
  return sum / weights;
}

describe("mixup", () => {
  it("draws the greater share from Beta(α, α)", () => {
    assert.ok(Math.abs(expectedShare(1) - 0.75) < 1e-4, "a uniform share: 3/4");
    for (const alpha of [0.2, 0.4, 1, 3, 16]) {
      const drawn = shares(alpha);
      const mean = drawn.reduce((sum, share) => sum + share, 0) / drawn.length;
      assert.ok(Math.abs(mean - expectedShare(alpha)) < 0.01, `α ${alpha}: ${mean}, not ${expectedShare(alpha)}`);
      assert.ok(drawn.every((share) => share >= 0.5 && share <= 1));
    }
  });

  it("draws every partner about equally often", () => {
    const counts = new Map<number, number>();
    for (let image = 0; image < 5000; image++) {
      const { partner } = mixOf({ alpha: 1, partners }, 3, 2, image);
      counts.set(partner, (counts.get(partner) ?? 0) + 1);
    }
    assert.deepEqual([...counts.keys()].sort((a, b) => a - b), [...partners]); // prettier-ignore
    assert.ok([...counts.values()].every((count) => Math.abs(count - 500) < 120));
  });

  it("is a function of seed, epoch and image, and finite at any α", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 16, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(1000),
        (alpha, seed, epoch, image) => {
          const mix = mixOf({ alpha, partners }, seed, epoch, image);
          assert.deepEqual(mixOf({ alpha, partners }, seed, epoch, image), mix);
          assert.ok(mix.share >= 0.5 && mix.share <= 1, `${mix.share}`);
        },
      ),
    );
    assert.notDeepEqual(mixOf({ alpha: 1, partners }, 1, 1, 5), mixOf({ alpha: 1, partners }, 1, 2, 5));
    assert.notDeepEqual(mixOf({ alpha: 1, partners }, 1, 1, 5), mixOf({ alpha: 1, partners }, 2, 1, 5));
  });

  for (const type of ["none", "flip_crop"]) {
    it(`shows each image's view and its partner's, by their shares (${type})`, () => {
      const images = sampleImages(12);
      const length = 16 * 16 * 3;
      const augmentation = augmentations.get(type);
      const plain: BatchViews = { augmentation, settings: augmentation.settings.parse({}), seed: 4, epoch: 3 };
      const mixup = { alpha: 1, partners: Uint32Array.from([0, 5, 7]) };
      const fill = (image: number, views: BatchViews): Float32Array => {
        const out = new Float32Array(length);
        fillBatch(images, [image], out, views);
        return out;
      };
      for (const image of [0, 3, 11]) {
        const { partner, share } = mixOf(mixup, 4, 3, image);
        const [own, other] = [fill(image, plain), fill(partner, plain)];
        const mixed = fill(image, { ...plain, mixup });
        mixed.forEach((value, i) => {
          assert.ok(Math.abs(value - (share * own[i]! + (1 - share) * other[i]!)) < 1e-6);
        });
      }
    });
  }
});
