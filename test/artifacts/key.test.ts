import assert from "node:assert/strict";
import type { ArtifactSpec, ImagesSpec } from "../../src/artifacts/artifact.js";
import { artifactKey } from "../../src/artifacts/key.js";
import { datasets } from "../../src/data/registry.js";
import { dataset, fineTuned, images, logits, teacher, views } from "./specs.js";

describe("artifactKey", () => {
  it("is 64 hexadecimal digits", () => {
    for (const spec of [images, teacher, logits, views]) assert.match(artifactKey(spec), /^[0-9a-f]{64}$/);
  });

  it("stays what it is", () => {
    // Any change here makes every cached image array and teacher anew: it needs a reason. Origin: this function, before
    // data sets had more settings than these.
    const keys = [images, teacher, logits, views].map(artifactKey);
    assert.deepEqual(keys, [
      "d83ba92fbbc5ff2423d5d7c0428f500dcf22273f487910bdd78e317493b5b41e",
      "da46736f2eb844e82818eb693fcf539b6f71bf3606ee314ff37064e8319d14cd",
      "28bae988e8fda7d4136855af08efd88caa412d7c59b4bdbbe32fb339c6443e4e",
      "95fd0c9e2dddff93495f4acf7afb7c6a7a4c441819a65318766525e3ae56492b",
    ]);
    for (const name of ["petals", "image_folder"]) {
      const path = name === "petals" ? {} : { path: "/somewhere" };
      const all = { name, ...datasets.get(name).settings.parse(path) } as ImagesSpec["dataset"];
      const { testFraction, stratified, unlabelled, labelledFraction, unlabelledFilter, unlabelledBalance, ...old } =
        all;
      assert.deepEqual([testFraction, labelledFraction, unlabelledFilter, unlabelledBalance], [0, 1, 0, false]);
      if (name === "image_folder") assert.deepEqual([stratified, unlabelled], [false, null]);
      const without = old as ImagesSpec["dataset"];
      assert.equal(artifactKey({ ...images, dataset: all }), artifactKey({ ...images, dataset: without }));
    }
  });

  it("of images depends on the split and on no label's use, of a teacher on the share of labels too", () => {
    const of = (more: object): ArtifactSpec => ({ ...images, dataset: { ...dataset, ...more } });
    const key = artifactKey(images);
    for (const more of [{ labelledFraction: 0.1 }, { unlabelledFilter: 0.5 }, { unlabelledBalance: true }]) {
      assert.equal(artifactKey(of(more)), key);
    }
    assert.notEqual(artifactKey(of({ testFraction: 0.1 })), key);
    assert.notEqual(artifactKey(of({ stratified: true })), key);
    assert.equal(artifactKey({ ...teacher, labelledFraction: 1 }), artifactKey(teacher));
    assert.notEqual(artifactKey({ ...teacher, labelledFraction: 0.1 }), artifactKey(teacher));
  });

  it("counts a folder by its content, never by its path", () => {
    const moved: ArtifactSpec = { ...images, dataset: { ...dataset, path: "/elsewhere" } };
    const changed: ArtifactSpec = { ...images, fingerprint: "f2" };
    assert.equal(artifactKey(moved), artifactKey(images));
    assert.notEqual(artifactKey(changed), artifactKey(images));
    assert.equal(artifactKey({ ...teacher, images: moved }), artifactKey(teacher));
    assert.notEqual(artifactKey({ ...teacher, images: changed }), artifactKey(teacher));
  });

  it("counts a teacher's weight file by its content, never by its path", () => {
    const tuned = { ...teacher, teacher: { ...fineTuned, weights: "/somewhere/weights.h5" }, weights: "w1" };
    const moved = { ...tuned, teacher: { ...fineTuned, weights: null } };
    assert.equal(artifactKey(moved), artifactKey(tuned));
    assert.notEqual(artifactKey({ ...tuned, weights: "w2" }), artifactKey(tuned));
    assert.notEqual(
      artifactKey({ ...logits, teacher: { ...tuned, weights: "w2" } }),
      artifactKey({ ...logits, teacher: tuned }),
    );
  });

  it("does not depend on the order in which settings were written", () => {
    const reordered = Object.fromEntries(Object.entries(dataset).reverse()) as typeof dataset;
    assert.equal(artifactKey({ ...images, dataset: reordered }), artifactKey(images));
  });

  it("tells apart everything that affects the bytes", () => {
    const flip = views.views!;
    const specs: ArtifactSpec[] = [
      images,
      { ...images, dataset: { ...dataset, imageSize: 128 } },
      { ...images, dataset: { ...dataset, trainFraction: 0.5 } },
      { ...images, dataset: { name: "petals", imageSize: 64, trainFraction: 0.85, images: 1200, seed: 1 } },
      { ...images, dataset: { name: "petals", imageSize: 64, trainFraction: 0.85, images: 1200, seed: 2 } },
      teacher,
      { ...teacher, teacher: { ...teacher.teacher, seed: 2 } },
      { ...teacher, teacher: { ...teacher.teacher, backbone: "convnet_m" } },
      { ...teacher, teacher: { ...teacher.teacher, learningRate: 0.001 } },
      logits,
      { ...logits, teacher: { ...teacher, teacher: { ...teacher.teacher, seed: 2 } } },
      views,
      { ...views, views: { ...flip, seed: 2 } },
      { ...views, views: { ...flip, epochs: 11 } },
      { ...views, views: { ...flip, augmentation: { type: "flip_crop", padding: 4 } } },
    ];
    assert.equal(new Set(specs.map(artifactKey)).size, specs.length);
  });
});
