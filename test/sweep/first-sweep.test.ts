import assert from "node:assert/strict";
import { resolve } from "node:path";
import fc from "fast-check";
import { firstSweep, type PhotoSet } from "../../src/sweep/first-sweep.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { plan } from "../../src/sweep/plan.js";
import type { Settings } from "../../src/trial/value.js";
import { fingerprintsOf } from "../support/fingerprints.js";

const photos: PhotoSet = { path: "photos", classes: 5, images: 3670, shortSide: 240, memory: 2e9 };

function settingsFor(more: Partial<PhotoSet>): Settings {
  const parsed = parseSweep(firstSweep({ ...photos, ...more }, "mine", "mine.yaml"), "mine.yaml");
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const trials = [...plan(parsed.value, fingerprintsOf())];
  assert.equal(trials.length, 9, "three losses of three seeds");
  return trials[0]!.settings;
}

describe("the first sweep for a folder of photos", () => {
  it("starts from ImageNet weights where photos are few and large enough, else from scratch", () => {
    assert.equal(settingsFor({ images: 500 }).dataset.imageSize, 96);
    assert.match(firstSweep({ ...photos, images: 500 }, "mine", "mine.yaml"), /^ {2}backbone: mobilenet_v2_1\.0/m);
    for (const [images, shortSide, side] of [
      [3670, 240, 64],
      [500, 80, 64],
      [500, 32, 32],
      [500, 8, 32],
    ] as const) {
      const text = firstSweep({ ...photos, images, shortSide }, "mine", "mine.yaml");
      assert.match(text, /^teacher: \{ backbone: convnet_s \}$/m);
      assert.equal(settingsFor({ images, shortSide }).dataset.imageSize, side);
    }
  });

  it("keeps the image array within the memory", () => {
    assert.equal(settingsFor({ images: 100_000, memory: 8e8 }).dataset.imageSize, 48);
    assert.match(
      firstSweep({ ...photos, images: 100_000, memory: 8e8 }, "mine", "m.yaml"),
      /more would fill the memory/,
    );
  });

  it("keeps a test split where there are enough photos of each class, and trains few photos for more epochs", () => {
    assert.equal(settingsFor({}).dataset.testFraction, 0.15);
    assert.equal(settingsFor({ images: 399 }).dataset.testFraction ?? 0, 0);
    assert.equal(settingsFor({ images: 500, classes: 100 }).dataset.testFraction ?? 0, 0);
    const few = settingsFor({ images: 60 }).training;
    const many = settingsFor({}).training;
    assert.ok(few.epochs > many.epochs && few.batchSize < many.batchSize);
  });

  it("tells how many steps its epochs are", () => {
    for (const images of [50, 300, 5000]) {
      const { batchSize, epochs } = settingsFor({ images }).training;
      const [, steps] = /passes over the photos, about (\d+) steps in all/.exec(
        firstSweep({ ...photos, images }, "n", "f"),
      )!;
      assert.equal(Number(steps), epochs * Math.ceil((0.7 * images) / batchSize), String(images));
    }
  });

  it("names any folder and study so that the sweep reads the same back", () => {
    const odd = ["- x", "a: b # c", '"', "'", "line\nbreak: 1", "\u0085\u2028\ufeff\u007f\u001b[2J", "é\u{1f33b}", "~", "%", "${x}", "`", "null"]; // prettier-ignore
    const names = fc.string({ minLength: 1, unit: "grapheme" }).filter((name) => !name.includes("\0"));
    const text = fc.oneof(fc.constantFrom(...odd), names);
    fc.assert(
      fc.property(text, text, (path, file) => {
        const written = firstSweep({ ...photos, path }, "null", file);
        const parsed = parseSweep(written, "mine.yaml");
        assert.ok(parsed.ok, JSON.stringify(parsed));
        assert.equal(parsed.value.name, "null");
        const [trial] = plan(parsed.value, fingerprintsOf());
        assert.equal(trial?.settings.dataset.path, resolve(path));
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
