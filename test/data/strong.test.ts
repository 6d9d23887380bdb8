import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { augmentations } from "../../src/data/augmentation/registry.js";
import { Random } from "../../src/trial/random.js";

const size = 24;
/** Smooth, with all values from 0 to 255 in it. */
const image = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
  const [pixel, channel] = [Math.floor(i / 3), i % 3];
  return Math.min(255, Math.floor(((pixel % size) * 8 + Math.floor(pixel / size) * 4) * (0.6 + 0.2 * channel)));
});
const off = { padding: 0, rotation: 0, brightness: 0, contrast: 0, saturation: 0, cutout: 0 };

function strong(seed: number, settings: Partial<typeof off> = {}, pixels: Uint8Array = image): Float32Array {
  const { view, settings: schema } = augmentations.get("strong");
  const out = new Float32Array(pixels.length).fill(Number.NaN);
  view!(pixels, out, Math.sqrt(pixels.length / 3), new Random(seed), schema.parse(settings));
  return out;
}

const grey = (view: ArrayLike<number>, at: number): number =>
  0.299 * view[at]! + 0.587 * view[at + 1]! + 0.114 * view[at + 2]!;

const seeds = fc.integer({ min: 1, max: 2 ** 31 });
const amounts = fc.record({
  padding: fc.integer({ min: 0, max: 8 }),
  rotation: fc.double({ min: 0, max: 180, noNaN: true }),
  brightness: fc.double({ min: 0, max: 1, noNaN: true }),
  contrast: fc.double({ min: 0, max: 1, noNaN: true }),
  saturation: fc.double({ min: 0, max: 1, noNaN: true }),
  cutout: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe("the augmentation strong", () => {
  it("keeps its bits", () => {
    // A change here gives every trial with this augmentation other views: raise its revision.
    const hash = createHash("sha256");
    for (let seed = 1; seed <= 20; seed++) hash.update(new Uint8Array(strong(seed).buffer));
    assert.equal(hash.digest("hex").slice(0, 16), "2c7bc546ddb069e6");
  });

  it("is flip_crop, view by view, where all else is off", () => {
    const flipCrop = augmentations.get("flip_crop").view!;
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 8 }), (seed, padding) => {
        const expected = new Float32Array(image.length);
        flipCrop(image, expected, size, new Random(seed), { padding });
        assert.deepEqual(strong(seed, { ...off, padding }), expected);
      }),
    );
  });

  it("writes every value, from 0 to 1, the same for the same seed, and leaves the image as it was", () => {
    const before = Uint8Array.from(image);
    fc.assert(
      fc.property(seeds, amounts, (seed, settings) => {
        const view = strong(seed, settings);
        assert.ok(view.every((value) => value >= 0 && value <= 1));
        assert.deepEqual(strong(seed, settings), view);
        assert.deepEqual(image, before);
      }),
    );
  });

  it("turns about the centre by no more than it is allowed, bilinearly", () => {
    // One bright pixel, far from the centre on the right.
    const dot = new Uint8Array(size * size * 3);
    dot.fill(255, (12 * size + 20) * 3, (12 * size + 21) * 3);
    const centre = (size - 1) / 2;
    let widest = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const view = strong(seed, { ...off, rotation: 30 }, dot);
      let [sum, x, y] = [0, 0, 0];
      for (let i = 0; i < size * size; i++) {
        sum += view[i * 3]!;
        x += view[i * 3]! * ((i % size) - centre);
        y += view[i * 3]! * (Math.floor(i / size) - centre);
      }
      assert.ok(Math.abs(sum - 1) < 0.35, `a pixel's light became ${sum}`);
      assert.ok(Math.abs(Math.hypot(x / sum, y / sum) - Math.hypot(8.5, 0.5)) < 0.3);
      const angle = (Math.atan2(y, Math.abs(x)) * 180) / Math.PI - (Math.atan2(0.5, 8.5) * 180) / Math.PI;
      widest = Math.max(widest, Math.abs(angle));
    }
    assert.ok(widest > 25 && widest < 36, `${widest} degrees`);
  });

  it("multiplies all colours for brightness alone", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const view = strong(seed, { ...off, brightness: 0.4 });
      const plain = [...strong(seed, off)];
      const factors = plain.flatMap((value, i) => (value > 0.1 && view[i]! < 1 ? [view[i]! / value] : []));
      const [least, most] = [Math.min(...factors), Math.max(...factors)];
      assert.ok(most - least < 1e-5 && least > 0.6 && most < 1.4);
    }
  });

  it("keeps the mean grey for contrast alone, and each pixel's grey for saturation alone", () => {
    // Mild colours, so that nothing is clipped.
    const mild = image.map((value) => 100 + Math.floor(value / 5));
    for (let seed = 1; seed <= 50; seed++) {
      const plain = strong(seed, off, mild);
      const mean = (view: Float32Array): number => {
        let sum = 0;
        for (let at = 0; at < view.length; at += 3) sum += grey(view, at);
        return sum / (view.length / 3);
      };
      const contrast = strong(seed, { ...off, contrast: 0.5 }, mild);
      assert.ok(Math.abs(mean(contrast) - mean(plain)) < 0.01);
      assert.notDeepEqual(contrast, plain);
      const saturation = strong(seed, { ...off, saturation: 0.5 }, mild);
      for (let at = 0; at < plain.length; at += 3) {
        assert.ok(Math.abs(grey(saturation, at) - grey(plain, at)) < 1e-6);
      }
      assert.notDeepEqual(saturation, plain);
    }
  });

  it("cuts a black square out, wherever, of the side that it is told", () => {
    const white = new Uint8Array(size * size * 3).fill(255);
    const rows = new Set<number>();
    for (let seed = 1; seed <= 300; seed++) {
      const view = strong(seed, { ...off, cutout: 0.25 }, white);
      const black = Array.from({ length: size * size }, (_, i) => i).filter((i) => view[i * 3] === 0);
      const [top, left] = [
        Math.min(...black.map((i) => Math.floor(i / size))),
        Math.min(...black.map((i) => i % size)),
      ];
      const [bottom, right] = [
        Math.max(...black.map((i) => Math.floor(i / size))),
        Math.max(...black.map((i) => i % size)),
      ];
      assert.ok(bottom - top < 6 && right - left < 6);
      assert.equal(black.length, (bottom - top + 1) * (right - left + 1));
      rows.add(top);
    }
    assert.equal(rows.size, 21, "every row where a square of 6 about one of 24 pixels may begin");
  });
});
