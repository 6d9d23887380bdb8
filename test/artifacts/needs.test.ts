import assert from "node:assert/strict";
import { artifactsOf, needs } from "../../src/artifacts/needs.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { dataset, fineTuned, teacher } from "./specs.js";

const trial: TrialSpec = {
  id: "0123456789abcdef",
  configuration: "fedcba9876543210",
  seed: 3,
  parameters: {},
  settings: {
    dataset,
    teacher: teacher.teacher,
    student: { type: "shallow" },
    loss: { type: "kd" },
    optimizer: { type: "adam" },
    schedule: { type: "constant" },
    augmentation: { type: "none" },
    training: { epochs: 7, batchSize: 64 },
  },
};
const augmented: TrialSpec = {
  ...trial,
  settings: { ...trial.settings, augmentation: { type: "flip_crop", padding: 3 } },
};
const fingerprints = fingerprintsOf({ dataset: () => "f1" });
const alone = { ...augmented, settings: { ...augmented.settings, teacher: null } };

describe("needs", () => {
  it("is the images alone without a teacher, augmented or not", () => {
    const needed = needs(alone, fingerprints);
    assert.deepEqual(needed, {
      images: { kind: "images", dataset, fingerprint: "f1" },
      teacher: null,
      logits: null,
      views: null,
    });
    assert.deepEqual(artifactsOf(needed), [needed.images]);
  });

  it("is a teacher and its logits of the plain images where nothing is augmented", () => {
    const needed = needs(trial, fingerprints);
    assert.deepEqual(
      artifactsOf(needed).map(({ kind }) => kind),
      ["images", "teacher", "logits"],
    );
    assert.deepEqual(needed.logits, { kind: "logits", teacher: needed.teacher, views: null });
    assert.equal(needed.teacher?.images, needed.images);
  });

  it("is a teacher with the content of the weight file that it starts from, for the data set's image size", () => {
    const tuned = { ...trial, settings: { ...trial.settings, teacher: fineTuned } };
    const weights = (
      { backbone }: { readonly backbone: string },
      { imageSize }: { readonly imageSize: number },
    ): string => `${backbone} ${imageSize}`;
    assert.equal(needs(tuned, fingerprintsOf({ weights })).teacher?.weights, "mobilenet_v2_0.35 64");
    assert.equal(needs(alone, fingerprintsOf({ weights })).teacher, null);
  });

  it("is the same images for any use of the labels, and a teacher of the labels that the student has", () => {
    const of = (more: object): TrialSpec => ({
      ...trial,
      settings: { ...trial.settings, dataset: { ...dataset, ...more } },
    });
    const { images, teacher: plain } = needs(trial, fingerprints);
    const few = needs(of({ labelledFraction: 0.1, unlabelledFilter: 0.5, unlabelledBalance: true }), fingerprints);
    assert.deepEqual(few.images, images);
    assert.deepEqual(few.teacher, { ...plain, labelledFraction: 0.1 });
    const all = needs(of({ labelledFraction: 1, unlabelledFilter: 0, unlabelledBalance: false }), fingerprints);
    assert.deepEqual(all.teacher, plain);
  });

  it("is the logits of this seed's views too where the images are augmented", () => {
    const needed = needs(augmented, fingerprints);
    assert.deepEqual(needed.views, {
      kind: "logits",
      teacher: needed.teacher,
      views: { augmentation: { type: "flip_crop", padding: 3 }, seed: 3, epochs: 7 },
    });
    const training = { ...trial.settings.training, mixup: 0.4 };
    const mixed = needs({ ...trial, settings: { ...trial.settings, training } }, fingerprints);
    assert.deepEqual(mixed.views?.views, { augmentation: { type: "none" }, mixup: 0.4, seed: 3, epochs: 7 });
    const unmixed = { ...trial.settings, training: { ...training, mixup: 0 } };
    assert.equal(needs({ ...trial, settings: unmixed }, fingerprints).views, null);
    // The validation images are never augmented, so their logits come from the plain ones.
    assert.equal(needed.logits?.views, null);
    assert.deepEqual(artifactsOf(needed), [needed.images, needed.teacher, needed.logits, needed.views]);
  });
});
