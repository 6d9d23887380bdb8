import assert from "node:assert/strict";
import fc from "fast-check";
import { augmentations } from "../../src/data/augmentation/registry.js";
import { Random } from "../../src/trial/random.js";

const size = 8;
/** An image in which every byte is told by its place: channel c of (x, y) is 1 + 30 y + 5 x + c. */
const image = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
  const [pixel, channel] = [Math.floor(i / 3), i % 3];
  return 1 + 30 * Math.floor(pixel / size) + 5 * (pixel % size) + channel;
});

function flipCrop(padding: number, seed: number): Float32Array {
  const out = new Float32Array(image.length).fill(Number.NaN);
  augmentations.get("flip_crop").view!(image, out, size, new Random(seed), { padding });
  return out;
}

/** The same by its definition: flip, pad by zeros, crop. */
function plainly(flip: boolean, down: number, right: number, padding: number): number[] {
  const wide = size + 2 * padding;
  const padded = new Array<number>(wide * wide * 3).fill(0);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        const from = (y * size + (flip ? size - 1 - x : x)) * 3 + c;
        padded[((y + padding) * wide + x + padding) * 3 + c] = Math.fround(image[from]! / 255);
      }
    }
  }
  const cropped: number[] = [];
  for (let y = 0; y < size; y++) {
    const start = ((y + down) * wide + right) * 3;
    cropped.push(...padded.slice(start, start + size * 3));
  }
  return cropped;
}

describe("augmentations", () => {
  it("are none, flip_crop and strong; a second entry of a name is refused", () => {
    assert.deepEqual(augmentations.names(), ["none", "flip_crop", "strong"]);
    assert.equal(augmentations.get("none").view, null);
  });

  describe("flip_crop", () => {
    it("has the article's padding by default and refuses a negative one", () => {
      const { settings } = augmentations.get("flip_crop");
      assert.deepEqual(settings.parse({}), { padding: 3 });
      assert.equal(settings.safeParse({ padding: -1 }).success, false);
    });

    it("gives exactly the crops of the padded, flipped or unflipped image", () => {
      for (const padding of [0, 1, 3, 8]) {
        const possible = new Set<string>();
        for (const flip of [false, true]) {
          for (let down = 0; down <= 2 * padding; down++) {
            for (let right = 0; right <= 2 * padding; right++) {
              possible.add(plainly(flip, down, right, padding).join());
            }
          }
        }
        const seen = new Set<string>();
        for (let seed = 1; seed <= 40 * (padding + 1); seed++) seen.add([...flipCrop(padding, seed)].join());
        for (const view of seen) assert.ok(possible.has(view), `padding ${padding}`);
        // All of the few, and many of the many.
        if (padding <= 1) assert.equal(seen.size, possible.size);
        else assert.ok(seen.size > 50);
      }
    });

    it("flips every second image and moves evenly, over many views", () => {
      let flipped = 0;
      const columns = new Map<number, number>();
      for (let seed = 1; seed <= 3500; seed++) {
        const view = flipCrop(3, seed);
        // Row 3 of the view always holds image; red rises by 5 from left to right unless flipped.
        const row = Array.from({ length: size }, (_, x) => Math.round(view[(3 * size + x) * 3]! * 255));
        const first = row.findIndex((red) => red > 0);
        const last = row.findLastIndex((red) => red > 0);
        if (row[first]! > row[last]!) flipped++;
        const shift = first > 0 ? first : last - (size - 1);
        columns.set(shift, (columns.get(shift) ?? 0) + 1);
      }
      assert.ok(Math.abs(flipped / 3500 - 0.5) < 0.03, `flipped ${flipped}`);
      assert.deepEqual([...columns.keys()].sort((a, b) => a - b), [-3, -2, -1, 0, 1, 2, 3]); // prettier-ignore
      for (const count of columns.values()) assert.ok(Math.abs(count - 500) < 100, `${count}`);
    });

    it("leaves the image as it was", () => {
      const before = Uint8Array.from(image);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 9 }), fc.nat(), (padding, seed) => {
          flipCrop(padding, seed);
          assert.deepEqual(image, before);
        }),
      );
    });
  });
});
