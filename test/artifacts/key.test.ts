import assert from "node:assert/strict";
import type { ArtifactSpec } from "../../src/artifacts/artifact.js";
import { artifactKey } from "../../src/artifacts/key.js";
import { dataset, fineTuned, images, logits, teacher, views } from "./specs.js";

describe("artifactKey", () => {
  it("is 64 hexadecimal digits", () => {
    for (const spec of [images, teacher, logits, views]) assert.match(artifactKey(spec), /^[0-9a-f]{64}$/);
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
