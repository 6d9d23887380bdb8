import assert from "node:assert/strict";
import { augmentations } from "../../src/data/augmentation/registry.js";
import { mixOf } from "../../src/data/mixup.js";
import { trainingImages } from "../../src/data/training-images.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { BatchMaker } from "../../src/training/batch.js";
import { bits, sampleImages, sampleTeacher, sampleTrial, train } from "./sample.js";

const images = sampleImages();
const teacher = sampleTeacher(images, 2);

describe("training on mixed images", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  it("mixes labels by the shares of the pixels, and hides a mix with a label that is hidden", () => {
    const mixup = { alpha: 2, partners: Uint32Array.from({ length: 33 }, (_, image) => image) };
    const views = { augmentation: augmentations.get("none"), settings: {}, seed: 1, epoch: 1, mixup };
    const labelled = Uint8Array.from({ length: 33 }, (_, image) => (image % 4 === 3 ? 0 : 1));
    const indices = Uint32Array.from([4, 9, 14, 3]);
    tf.tidy(() => {
      const open = new BatchMaker(images, 4).make(tf, indices, views, null);
      const rows = open.labels.arraySync();
      indices.forEach((image, i) => {
        const { partner, share } = mixOf(mixup, 1, 1, image);
        const expected = [0, 0, 0];
        expected[image % 3]! += share;
        expected[partner % 3]! += 1 - share;
        rows[i]!.forEach((label, c) => { assert.ok(Math.abs(label - expected[c]!) < 1e-6); }); // prettier-ignore
      });
      assert.equal(open.labelled, undefined);
      const hidden = new BatchMaker(images, 4, null, labelled).make(tf, indices, views, null);
      const mask = indices.map((image) => labelled[image]! * labelled[mixOf(mixup, 1, 1, image).partner]!);
      assert.deepEqual([...hidden.labelled!.dataSync()], [...mask]);
    });
  });

  it("has the same bits again, and others than without, for losses on labels, teacher, and both", async () => {
    for (const type of ["hard", "kd", "kd_ce", "dkd"]) {
      const inputs = { images, teacher: type === "hard" ? null : teacher };
      const of = (mixup: number): ReturnType<typeof train> =>
        train(tf, sampleTrial({ type }, { training: { epochs: 2, batchSize: 10, mixup } }), inputs);
      const mixed = bits(await of(0.4));
      assert.equal(bits(await of(0.4)), mixed, type);
      assert.notEqual(bits(await of(0)), mixed, type);
    }
  });

  it("reads no hidden label of a partner, also where the filter keeps no image without one", async () => {
    const { info } = images;
    const use = { labelledFraction: 0.5, unlabelledFilter: 1 };
    const { labelled } = trainingImages(info, use, teacher.logits, "both");
    const hidden = [...labelled.keys()].filter((image) => labelled[image] === 0);
    // They change places: each class has as many as before, and the same ones with a label.
    const labels = [...info.labels];
    hidden.forEach((image, place) => (labels[image] = info.labels[hidden[(place + 1) % hidden.length]!]!));
    assert.notDeepEqual(labels, info.labels);
    const dataset = { name: "sample", imageSize: 16, trainFraction: 0.75, ...use };
    const trial = sampleTrial({ type: "kd_ce" }, { dataset, training: { epochs: 2, batchSize: 10, mixup: 2 } });
    const of = async (from: typeof images): Promise<string> =>
      Buffer.from((await train(tf, trial, { images: from, teacher })).weights.final.buffer).toString("hex");
    assert.equal(await of({ ...images, info: { ...info, labels } }), await of(images));
  });

  it("needs the teacher's logits of the mixes", async () => {
    const trial = sampleTrial({ type: "kd" }, { training: { epochs: 2, batchSize: 10, mixup: 1 } });
    await assert.rejects(train(tf, trial, { images, teacher: { ...teacher, views: null } }), /views/);
  });
});
