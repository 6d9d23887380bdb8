import assert from "node:assert/strict";
import type { TrialSpec } from "../../src/trial/spec.js";
import type { Settings } from "../../src/trial/value.js";
import type { ImagesDetails } from "../../src/artifacts/artifact.js";
import { imageLines, trialName } from "../../src/cli/names.js";

const flowers: ImagesDetails = {
  kind: "images",
  dataset: { name: "flowers", imageSize: 224, trainFraction: 0.85 },
  classNames: ["daisy", "roses"],
  trainCount: 1100,
  validationCount: 170,
  classCounts: [
    { train: 538, validation: 95 },
    { train: 562, validation: 75 },
  ],
  validationLabels: [],
  skipped: [],
};

describe("a trial's name", () => {
  const trial = (parameters: TrialSpec["parameters"]): TrialSpec => ({
    id: "",
    configuration: "",
    settings: {} as Settings,
    seed: 2,
    parameters,
  });

  it("has the words of the report's labels, and the seed", () => {
    const parameters = { "augmentation.type": "flip_crop", "loss.temperature": 4, "loss.type": "kd" };
    assert.equal(trialName(trial(parameters)), "kd τ=4 + flip_crop seed 2");
    assert.equal(trialName(trial({})), "seed 2");
  });

  it("leaves out what most of a study's trials have, unless nothing would be left", () => {
    const usual = { "optimizer.learningRate": 0.01, "dataset.labelledFraction": 1 };
    assert.equal(trialName(trial({ ...usual, "loss.type": "hard" }), usual), "hard seed 2");
    assert.equal(trialName(trial({ ...usual, "optimizer.learningRate": 0.1 }), usual), "lr=0.1 seed 2");
    assert.equal(trialName(trial(usual), usual), "lr=0.01 labelledFraction=1 seed 2");
  });
});

describe("the images of a run, in words", () => {
  it("are counted by part and class", () => {
    assert.deepEqual(imageLines(flowers), ["1,270 images: 1,100 train, 170 validate; daisy 538+95, roses 562+75"]);
  });

  it("tell the test split, those without label, and what was left out and why", () => {
    const lines = imageLines({
      ...flowers,
      trainCount: 1103,
      testCount: 12,
      unlabelledCount: 3,
      classCounts: flowers.classCounts.map((counts) => ({ ...counts, test: 6 })),
      skipped: [
        { source: "roses/cut.jpg", reason: "cannot be decoded as JPEG" },
        { source: "roses/text.jpg", reason: "empty" },
      ],
    });
    assert.deepEqual(lines, [
      "1,285 images: 1,103 train (3 without label), 170 validate, 12 test; daisy 538+95+6, roses 562+75+6",
      "2 left out; skipped.csv names each with its reason, the first: roses/cut.jpg (cannot be decoded as JPEG)",
    ]);
  });

  it("name a class of which nothing is validated, and stay short where classes are many", () => {
    const classNames = Array.from({ length: 100 }, (_, label) => `class ${label}`);
    const classCounts = classNames.map((_, label) => ({ train: 5, validation: label === 50 ? 0 : 1 }));
    const [counts = "", unmeasured] = imageLines({ ...flowers, classNames, classCounts });
    assert.match(counts, /; class 0 5\+1, .*, class 11 5\+1, and 88 more classes$/);
    assert.equal(unmeasured, "no image validates of class 50: dataset.stratified splits each class");
  });
});
