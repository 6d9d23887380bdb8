import assert from "node:assert/strict";
import { resolve } from "../../src/settings/resolve.js";
import { formatIssue } from "../../src/trial/issue.js";
import type { Value } from "../../src/trial/value.js";
import { smallRegistries } from "./small-registries.js";

function resolved(flat: Record<string, Value>): Extract<ReturnType<typeof resolve>, { ok: true }>["value"] {
  const result = resolve(flat, smallRegistries);
  assert.ok(result.ok, result.ok ? "" : result.issues.map(formatIssue).join("\n"));
  return result.value;
}

function issues(flat: Record<string, Value>): string[] {
  const result = resolve(flat, smallRegistries);
  assert.ok(!result.ok);
  return result.issues.map(formatIssue);
}

describe("settings: resolve", () => {
  it("fills in every default, the selector first in its block", () => {
    const { settings, warnings } = resolved({});
    assert.deepEqual(settings, {
      dataset: { name: "shapes", imageSize: 64, trainFraction: 0.85 },
      teacher: { backbone: "small", seed: 1, epochs: 5, dropout: 0 },
      student: { type: "plain" },
      loss: { type: "kd", temperature: 4, scaling: "soft" },
      optimizer: { type: "adam", learningRate: 0.01 },
      schedule: { type: "steady" },
      augmentation: { type: "none" },
      training: { epochs: 10, batchSize: 64 },
    });
    assert.deepEqual(warnings, []);
    assert.deepEqual(Object.keys(settings.dataset)[0], "name");
  });

  it("takes what is given", () => {
    const { settings } = resolved({ "loss.temperature": 1.5, "student.type": "wide", "student.width": 12 });
    assert.equal(settings.loss.temperature, 1.5);
    assert.deepEqual(settings.student, { type: "wide", width: 12 });
  });

  it("drops a setting that the chosen component does not read, with a warning", () => {
    const { settings, warnings } = resolved({ "loss.type": "mse", "loss.temperature": 2 });
    assert.deepEqual(settings.loss, { type: "mse" });
    assert.deepEqual(warnings, ["loss.temperature plays no part: loss.type mse does not read it"]);
  });

  it("has no teacher where the loss learns from labels alone", () => {
    const { settings, warnings } = resolved({ "loss.type": "hard", "teacher.backbone": "big" });
    assert.equal(settings.teacher, null);
    assert.deepEqual(warnings, ["the teacher's settings play no part: the loss hard uses no teacher"]);
  });

  it("asks a teacher's least image size only of trials with a teacher", () => {
    const flat = { "teacher.backbone": "big", "dataset.imageSize": 16 };
    assert.deepEqual(issues(flat), ["dataset.imageSize: expected >= 32 for teacher.backbone big, found 16"]);
    assert.equal(resolved({ ...flat, "loss.type": "hard" }).settings.teacher, null);
  });

  const broken: readonly [string, Record<string, Value>, string[]][] = [
    ["a negative temperature", { "loss.temperature": -1 }, ["loss.temperature: expected a number > 0, found -1"]],
    ["text for a number", { "loss.temperature": "hot" }, ['loss.temperature: expected a number > 0, found "hot"']],
    ["null for a number", { "loss.temperature": null }, ["loss.temperature: expected a number > 0, found null"]],
    ["a fraction of an epoch", { "training.epochs": 1.5 }, ["training.epochs: expected a whole number > 0, found 1.5"]],
    ["zero epochs", { "training.epochs": 0 }, ["training.epochs: expected a whole number > 0, found 0"]],
    ["infinity", { "loss.temperature": Infinity }, ["loss.temperature: expected a number > 0, found Infinity"]],
    ["NaN", { "loss.temperature": NaN }, ["loss.temperature: expected a number > 0, found NaN"]],
    ["a small image", { "dataset.imageSize": 4 }, ["dataset.imageSize: expected a whole number >= 8, found 4"]],
    [
      "a share beyond its bounds",
      { "teacher.dropout": 2 },
      ["teacher.dropout: expected a number from 0 to 1, found 2"],
    ],
    [
      "two bounds, one of them open",
      { "optimizer.type": "sgd", "optimizer.learningRate": 11 },
      ["optimizer.learningRate: expected a number > 0 and <= 10, found 11"],
    ],
    ["no such choice", { "loss.scaling": "hard" }, ['loss.scaling: expected one of none, soft, found "hard"']],
    [
      "one of several types",
      { "student.type": "wide", "student.width": "wide" },
      ['student.width: expected a whole number > 0 or auto, found "wide"'],
    ],
    [
      "a list's entry",
      { "optimizer.type": "sgd", "optimizer.milestones": [1, -1] },
      ["optimizer.milestones: expected a list, each a whole number > 0, found [1,-1]"],
    ],
    [
      "no flag",
      { "optimizer.type": "sgd", "optimizer.nesterov": "yes" },
      ['optimizer.nesterov: expected true or false, found "yes"'],
    ],
    [
      "values that do not go together",
      { "loss.type": "both", "loss.alpha": 0, "loss.beta": 0 },
      ["loss.beta: expected > 0 where alpha is 0, found 0"],
    ],
    [
      "a component that does not exist",
      { "loss.type": "kdd" },
      ['loss.type: expected one of kd, hard, mse, both, found "kdd" (did you mean kd?)'],
    ],
    ["no name for a component", { "loss.type": null }, ["loss.type: expected one of hard, kd, both, mse, found null"]],
    [
      "an unknown setting",
      { "loss.temprature": 1 },
      ["loss.temprature: expected a known setting, found an unknown one (did you mean loss.temperature?)"],
    ],
    [
      "a setting without its group",
      { temperature: 1 },
      ["temperature: expected a known setting, found an unknown one (did you mean loss.temperature?)"],
    ],
    ["nothing alike", { "a.b": 1 }, ["a.b: expected a known setting, found an unknown one"]],
    [
      "a name of JavaScript's",
      { "loss.constructor": 1 },
      ["loss.constructor: expected a known setting, found an unknown one"],
    ],
    [
      "a needed setting",
      { "dataset.name": "folder" },
      ["dataset.path: expected text that is not empty, found nothing (dataset.name folder needs it)"],
    ],
    [
      "several at once",
      { "loss.temperature": 0, "training.epochs": "ten", "foo.bar": 1 },
      [
        "foo.bar: expected a known setting, found an unknown one",
        "loss.temperature: expected a number > 0, found 0",
        'training.epochs: expected a whole number > 0, found "ten"',
      ],
    ],
  ];
  for (const [title, flat, expected] of broken) {
    it(`says what is wrong with ${title}`, () => {
      assert.deepEqual(issues(flat), expected);
    });
  }
});
