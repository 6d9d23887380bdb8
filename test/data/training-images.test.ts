import assert from "node:assert/strict";
import fc from "fast-check";
import type { ImageArrayInfo } from "../../src/data/images.js";
import { trainingImages } from "../../src/data/training-images.js";

/** Labels of the training images; two more validate. */
function infoOf(labels: readonly number[], classes = 3): ImageArrayInfo {
  const count = labels.length + 2;
  return {
    count,
    size: 8,
    classNames: Array.from({ length: classes }, (_, label) => String(label)),
    labels: [...labels, 0, 1],
    sources: Array.from({ length: count }, (_, image) => String(image)),
    trainCount: labels.length,
    validationCount: 2,
    skipped: [],
  };
}

/** Logits of two classes for which the first class has the probability `p`: ln p and ln (1 - p). */
function sure(probabilities: readonly number[]): Float32Array {
  return Float32Array.from(probabilities.flatMap((p) => [Math.log(p), Math.log(1 - p)]));
}

describe("trainingImages", () => {
  it("is all of them, labels and all, by default", () => {
    const info = infoOf([0, 1, 2, 0, 1, 2]);
    for (const needs of ["labels", "teacher", "both"] as const) {
      assert.deepEqual(trainingImages(info, {}, null, needs), {
        images: Uint32Array.of(0, 1, 2, 3, 4, 5),
        labelled: Uint8Array.of(1, 1, 1, 1, 1, 1),
      });
    }
  });

  it("keeps the labels of each class's first share, at least one", () => {
    // Class 0 has ten images, class 1 four, class 2 one: 0.3 of them are 3, 1.2 and 0.3.
    const info = infoOf([0, 1, 0, 0, 2, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0]);
    const { images, labelled } = trainingImages(info, { labelledFraction: 0.3 }, null, "labels");
    assert.deepEqual([...images], [0, 1, 2, 3, 4]);
    assert.deepEqual([...labelled], [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const both = trainingImages(info, { labelledFraction: 0.3 }, null, "both");
    assert.equal(both.images.length, 15);
    assert.deepEqual(both.labelled, labelled);
  });

  it("never uses a label that is not there", () => {
    const info = infoOf([0, 1, 2, -1, -1]);
    assert.deepEqual([...trainingImages(info, {}, null, "labels").images], [0, 1, 2]);
    const { images, labelled } = trainingImages(info, {}, null, "teacher");
    assert.deepEqual([...images], [0, 1, 2, 3, 4]);
    assert.deepEqual([...labelled], [1, 1, 1, 0, 0]);
  });

  it("filters those without label by the probability of the teacher's choice", () => {
    const info = infoOf([0, 1, -1, -1, -1, -1], 2);
    const logits = sure([0.5, 0.5, 0.95, 0.55, 0.1, 0.7, 0.5, 0.5]);
    const kept = (unlabelledFilter: number): number[] => [
      ...trainingImages(info, { unlabelledFilter }, logits, "both").images,
    ];
    assert.deepEqual(kept(0), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(kept(0.6), [0, 1, 2, 4, 5]);
    assert.deepEqual(kept(0.8), [0, 1, 2, 4]);
    assert.deepEqual(kept(1), [0, 1]); // those with a label stay, however unsure the teacher is
  });

  it("balances by the teacher's choice: the surest of each class, as many as of the scarcest", () => {
    const info = infoOf([0, 1, -1, -1, -1, -1, -1, -1], 2);
    const logits = sure([0.5, 0.5, 0.6, 0.9, 0.8, 0.2, 0.1, 0.95, 0.5, 0.5]);
    const kept = (settings: object): number[] => [...trainingImages(info, settings, logits, "teacher").images];
    // Of the first class 2, 3, 4 and 7 (0.6, 0.9, 0.8, 0.95), of the second 5 and 6 (0.8 and 0.9).
    assert.deepEqual(kept({ unlabelledBalance: true }), [0, 1, 3, 5, 6, 7]);
    assert.deepEqual(kept({ unlabelledBalance: true, unlabelledFilter: 0.85 }), [0, 1, 6, 7]);
    // Nothing is left of the second class: it does not empty the first.
    assert.deepEqual(kept({ unlabelledBalance: true, unlabelledFilter: 0.92 }), [0, 1, 7]);
  });

  it("takes the first of equally sure ones", () => {
    const info = infoOf([0, 1, -1, -1, -1], 2);
    const logits = sure([0.5, 0.5, 0.9, 0.9, 0.2, 0.5, 0.5]);
    assert.deepEqual([...trainingImages(info, { unlabelledBalance: true }, logits, "both").images], [0, 1, 2, 4]);
  });

  it("wants the plain images' logits only where it chooses by them", () => {
    const info = infoOf([0, 1, 2, -1]);
    const filtered = { unlabelledFilter: 0.5 };
    assert.equal(trainingImages(info, filtered, null, "labels").images.length, 3);
    assert.throws(
      () => trainingImages(info, filtered, null, "both"),
      /expected the teacher's logits of 6 images .*none/,
    );
    assert.throws(() => trainingImages(info, filtered, new Float32Array(4), "teacher"), /found 4 numbers/);
    assert.equal(trainingImages(infoOf([0, 1, 2]), filtered, null, "both").images.length, 3);
  });

  it("gives ascending training images, among them all whose label may be used", () => {
    const labels = fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 1, maxLength: 40 });
    const settings = fc.record({
      labelledFraction: fc.double({ min: 0.01, max: 1, noNaN: true }),
      unlabelledFilter: fc.double({ min: 0, max: 1, noNaN: true }),
      unlabelledBalance: fc.boolean(),
    });
    const noise = fc.array(fc.float({ min: -9, max: 9, noNaN: true }), { minLength: 126, maxLength: 126 });
    fc.assert(
      fc.property(labels, settings, noise, (list, asked, numbers) => {
        const info = infoOf(list);
        const logits = Float32Array.from(numbers).subarray(0, info.count * 3);
        const labelsOnly = trainingImages(info, asked, logits, "labels");
        const both = trainingImages(info, asked, logits, "both");
        for (const { images } of [labelsOnly, both]) {
          assert.ok(images.every((image, i) => image < info.trainCount && (i === 0 || images[i - 1]! < image)));
        }
        assert.deepEqual(both.labelled, labelsOnly.labelled);
        for (const [image, usable] of both.labelled.entries()) {
          assert.equal(labelsOnly.images.includes(image), usable === 1);
          if (usable === 1) assert.ok(info.labels[image]! >= 0 && both.images.includes(image));
        }
      }),
    );
  });
});
