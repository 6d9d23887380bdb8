import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { cosine, sine } from "../../src/data/angle.js";
import { petals } from "../../src/data/petals/petals.js";
import type { ImageArray } from "../../src/data/images.js";
import { UserError } from "../../src/trial/issue.js";

const defaults = petals.settings.parse({});
const small = { ...defaults, images: 20, imageSize: 32 };

const make = (settings: typeof defaults): Promise<ImageArray> => petals.make(settings, undefined, "");

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("petals", () => {
  // Origin: this generator, at the revision of this commit. Other bytes from the same seed need a new revision.
  const golden = { revision: 1, sha256: "ca332d9e09067d98cac360054b13f7665a30f929d4d406418d77ca5b9777b583" };

  it("draws the golden bytes", async () => {
    assert.equal(petals.revision, golden.revision);
    assert.equal(sha256((await make(small)).pixels), golden.sha256);
  });

  it("draws image i from the seed and i alone", async () => {
    const [twenty, ten, other] = [
      await make(small),
      await make({ ...small, images: 10, trainFraction: 0.5 }),
      await make({ ...small, seed: 2 }),
    ];
    assert.equal(sha256(twenty.pixels.subarray(0, ten.pixels.length)), sha256(ten.pixels));
    assert.notEqual(sha256(other.pixels), sha256(twenty.pixels));
    const image = 32 * 32 * 3;
    const images = Array.from({ length: 20 }, (_, i) => sha256(twenty.pixels.subarray(i * image, (i + 1) * image)));
    assert.equal(new Set(images).size, 20);
  });

  it("shows the same scene at another size", async () => {
    const [coarse, fine] = [await make(small), await make({ ...small, imageSize: 64 })];
    // Means over 8 x 8 fields of the coarse image and the fields of 16 x 16 they correspond to.
    let difference = 0;
    for (let image = 0; image < 20; image++) {
      for (let field = 0; field < 16; field++) {
        difference += Math.abs(fieldMean(coarse, image, field) - fieldMean(fine, image, field)) / (20 * 16);
      }
    }
    assert.ok(difference < 4, `mean difference ${difference} of 255`);
  });

  it("describes what it drew: classes alike in both splits, all images used", async () => {
    const { info, pixels } = await make({ ...defaults, images: 103, imageSize: 8, trainFraction: 0.8 });
    assert.equal(info.count, 103);
    assert.equal(pixels.length, 103 * 8 * 8 * 3);
    assert.deepEqual([info.trainCount, info.validationCount], [82, 21]);
    assert.deepEqual(info.classNames, ["cosmos", "daisy", "lily", "poppy", "primrose"]);
    assert.deepEqual(info.labels.slice(0, 7), [0, 1, 2, 3, 4, 0, 1]);
    assert.equal(info.labels.length, 103);
    assert.deepEqual([info.sources[0], info.sources[102]], ["0", "102"]);
    assert.deepEqual(info.skipped, []);
    for (const split of [info.labels.slice(0, 82), info.labels.slice(82)]) {
      const counts = info.classNames.map((_, label) => split.filter((other) => other === label).length);
      assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join());
    }
  });

  it("puts images to test behind those that validate", async () => {
    const { info } = await make({ ...small, testFraction: 0.1 });
    assert.deepEqual([info.trainCount, info.validationCount, info.count], [17, 1, 20]);
    await assert.rejects(make({ ...small, testFraction: 0.01 }), /^UserError: dataset.testFraction: .* 0 to test$/);
  });

  it("has a constant fingerprint: its settings and revision say all", async () => {
    assert.equal(await petals.fingerprint(small, ""), await petals.fingerprint({ ...defaults, seed: 9 }, "elsewhere"));
  });

  it("refuses a split with nothing on one side, and more images than fit the memory", async () => {
    await assert.rejects(make({ ...small, images: 10, trainFraction: 0.99 }), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^dataset.trainFraction: expected images in both splits, found 10 of 10/);
      return true;
    });
    await assert.rejects(make({ ...small, images: 100_000, imageSize: 1024 }), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /100000 images of 1024 x 1024 pixels \(314.6 GB\)/);
      return true;
    });
  });

  it("has defaults, and refuses settings out of range", () => {
    const labels = { labelledFraction: 1, unlabelledFilter: 0, unlabelledBalance: false };
    const split = { trainFraction: 0.85, testFraction: 0 };
    assert.deepEqual(defaults, { imageSize: 64, ...split, ...labels, images: 1200, seed: 1 });
    const sizes = [{ imageSize: 7 }, { imageSize: 1025 }, { images: 9 }, { seed: 0 }];
    const shares = [{ trainFraction: 1 }, { testFraction: 0.15 }, { labelledFraction: 0 }, { unlabelledFilter: 1.1 }];
    for (const wrong of [...sizes, ...shares]) {
      assert.equal(petals.settings.safeParse(wrong).success, false, JSON.stringify(wrong));
    }
  });
});

describe("sine and cosine", () => {
  it("are those of mathematics, to nine digits", () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (angle) => {
        assert.ok(Math.abs(sine(angle) - Math.sin(angle)) < 1e-9);
        assert.ok(Math.abs(cosine(angle) - Math.cos(angle)) < 1e-9);
      }),
    );
  });
});

/** Mean of a sixteenth of an image, over all channels. */
function fieldMean(
  images: { readonly pixels: Uint8Array; readonly info: { readonly size: number } },
  image: number,
  field: number,
): number {
  const { size } = images.info;
  const side = size / 4;
  let sum = 0;
  for (let y = 0; y < side; y++) {
    const start = ((image * size + Math.floor(field / 4) * side + y) * size + (field % 4) * side) * 3;
    for (let i = 0; i < side * 3; i++) sum += images.pixels[start + i]!;
  }
  return sum / (side * side * 3);
}
