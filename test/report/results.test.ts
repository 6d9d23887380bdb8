import assert from "node:assert/strict";
import { readResults } from "../../src/report/results.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { caveats } from "../../src/report/words.js";
import { summaryOf } from "../../src/report/variants.js";
import {
  environment,
  studyOf,
  teacherSettings,
  typicalStudy,
  withForerunners,
  withLogits,
  withTeacherSeeds,
} from "./study.js";

describe("a study's results", () => {
  it("put the best configuration first, by the metric's goal", () => {
    const configurations = [
      { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6] },
      { parameters: { "loss.type": "kd" }, outcomes: [0.8, 0.9] },
      { parameters: { "loss.type": "mse" }, outcomes: ["failed" as const] },
    ];
    const labels = (metric: "val_accuracy" | "val_cross_entropy"): string[] => {
      const study = studyOf(configurations, { metric });
      // Confident mistakes: what is right more often is wrong the more dearly.
      const trials = study.trials.map((trial) => {
        const final = trial.result && { ...trial.result.final, val_cross_entropy: trial.result.final.val_accuracy };
        return final === null ? trial : { ...trial, result: { ...trial.result!, final } };
      });
      return readResults({ ...study, trials }).variants.map(({ label }) => label);
    };
    assert.deepEqual(labels("val_accuracy"), ["kd", "hard", "mse"]);
    assert.deepEqual(labels("val_cross_entropy"), ["hard", "kd", "mse"]);
  });

  it("hold to the photos and the teachers that the trials learned from, whatever there was before", () => {
    const study = withLogits(typicalStudy());
    const [now, then] = [readResults(study), readResults(withForerunners(study))];
    assert.deepEqual(then.teachers, now.teachers);
    // A photo that trains may have changed as well: then the labels of the validation split are the same.
    const unmoved = withForerunners(study, 0);
    for (const trial of now.variants.flatMap(({ complete }) => complete)) {
      const teacherChecksum = trial.result.teacherChecksum;
      if (teacherChecksum !== null)
        assert.deepEqual(readResults(unmoved).predictions.of(trial), now.predictions.of(trial));
    }
    assert.deepEqual(then.images, now.images);
    for (const trial of now.variants.flatMap(({ complete }) => complete)) {
      assert.deepEqual(then.predictions.of(trial), now.predictions.of(trial));
    }
  });

  it("hold of images with the same settings the latest, but where the trials' teachers learned from others", () => {
    const hard = withForerunners(studyOf([{ parameters: { "loss.type": "hard" }, outcomes: [0.5] }]));
    const labelsOf = (study: StudySnapshot): readonly (readonly number[])[] =>
      readResults(study).images.map(({ validationLabels }) => validationLabels);
    const [older, newer] = hard.artifacts.flatMap(({ details }) =>
      details.kind === "images" && details.dataset.name === "petals" ? [details.validationLabels] : [],
    );
    assert.notDeepEqual(older, newer);
    assert.deepEqual(labelsOf(hard), [newer]);
    // Photos that changed and changed back: what was there first is in use again.
    const kd = withForerunners(studyOf([{ parameters: { "loss.type": "kd" }, outcomes: [0.5] }]));
    const trials = kd.trials.map((trial) => ({
      ...trial,
      result: trial.result && { ...trial.result, teacherChecksum: "0f".repeat(32) },
    }));
    assert.deepEqual(labelsOf(kd), [newer]);
    assert.deepEqual(labelsOf({ ...kd, trials }), [older]);
  });

  it("have no teacher's answers of another training than the trial's", () => {
    const study = withLogits(studyOf([{ parameters: { "loss.type": "kd" }, outcomes: [0.5] }]));
    const [trial] = readResults(study).variants[0]!.complete;
    assert.notEqual(readResults(study).predictions.of(trial!)!.teacher, null);
    const other = { ...trial!, result: { ...trial!.result, teacherChecksum: "0f".repeat(32) } };
    assert.equal(readResults(study).predictions.of(other)!.teacher, null);
  });

  it("keep the plan's order between equals and put what has no result last", () => {
    const study = studyOf([
      { parameters: { "loss.type": "waits" }, outcomes: ["waiting"] },
      { parameters: { "loss.type": "b" }, outcomes: [0.5] },
      { parameters: { "loss.type": "a" }, outcomes: [0.5] },
    ]);
    assert.deepEqual(
      readResults(study).variants.map(({ label }) => label),
      ["b", "a", "waits"],
    );
  });

  it("cover the latest plan only: what it no longer wants is left out, what has not begun is waiting", () => {
    const study = typicalStudy();
    const [unwanted, unknown] = [study.trials[0]!, study.trials[1]!];
    const plan = { ...study.plan, trials: study.plan.trials.filter(({ id }) => id !== unwanted.spec.id) };
    const results = readResults({ ...study, plan, trials: study.trials.filter((trial) => trial !== unknown) });
    assert.equal(results.trials.length, study.trials.length - 1);
    assert.ok(!results.trials.some(({ spec }) => spec.id === unwanted.spec.id));
    assert.equal(results.trials.find(({ spec }) => spec.id === unknown.spec.id)?.state, "waiting");
    assert.deepEqual(results.counts, { complete: 18, failed: 1, running: 0, waiting: 1 });
  });

  it("leave failed trials out of the mean", () => {
    const study = studyOf([{ parameters: {}, outcomes: [0.5, "failed", 0.7] }]);
    const [variant] = readResults(study).variants;
    const summary = summaryOf(variant!, "val_accuracy");
    assert.equal(summary?.n, 2);
    assert.ok(Math.abs(summary.mean - 0.6) < 1e-12);
  });

  it("count a seed once, whatever the number of its teacher's seeds, and name no such seed as a parameter", () => {
    const study = withTeacherSeeds(
      studyOf([
        { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6, 0.7] },
        { parameters: { "loss.type": "kd" }, outcomes: [0.5, 0.6, 0.7] },
      ]),
      { 1: 0, 2: 0.1 },
    );
    const [kd] = readResults(study).variants;
    const summary = summaryOf(kd!, "val_accuracy");
    assert.equal(summary?.n, 3);
    assert.ok(Math.abs(summary.mean - 0.65) < 1e-12);
    assert.ok(Math.abs(summary.standardDeviation! - 0.1) < 1e-12);
    assert.deepEqual(kd!.parameters, { "loss.type": "kd" });
  });

  it("say that trials ran on different environments, and what differs", () => {
    const study = typicalStudy();
    const other = { ...environment, tensorflow: "2.10.0", gitRevision: "0123456789ab+changes" };
    const trials = study.trials.map((trial, index) => ({
      ...trial,
      attempts: trial.attempts.map((attempt) => ({ ...attempt, environment: index % 2 })),
    }));
    const mixed = readResults({ ...study, trials, environments: [environment, other] });
    assert.equal(mixed.environments.length, 2);
    assert.match(
      caveats(mixed).join("\n"),
      /^The trials ran on 2 different environments, which differ in TensorFlow \(2\.9\.1: \d+ trials, 2\.10\.0: \d+ trials\); kd-sweep's revision \(none: \d+ trials, 0123456789ab with uncommitted changes: \d+ trials\): small/m,
    );
    assert.ok(!caveats(readResults(study)).some((line) => line.includes("environments")));
  });

  it("name a teacher whose weights were made twice", () => {
    const study = typicalStudy();
    const last = study.trials.findLast(({ result }) => result?.teacherChecksum != null)!;
    const trials = study.trials.map((trial) =>
      trial === last ? { ...trial, result: { ...trial.result!, teacherChecksum: "ef".repeat(32) } } : trial,
    );
    const results = readResults({ ...study, trials });
    assert.equal(results.teachers[0]?.checksums.length, 2);
    assert.ok(caveats(results).some((line) => line.includes("2 different trainings of the teacher convnet")));
  });

  it("tell teachers apart by what differs", () => {
    const study = studyOf(
      [1, 2].map((seed) => ({
        parameters: { "teacher.seed": seed },
        outcomes: [0.5],
        settings: { teacher: { ...teacherSettings, seed } },
      })),
    );
    assert.deepEqual(
      readResults(study).teachers.map(({ label }) => label),
      ["convnet seed=1", "convnet seed=2"],
    );
  });

  it("tell a teacher that is stored twice from itself", () => {
    const study = typicalStudy();
    const artifacts = study.artifacts.flatMap((record) =>
      record.kind === "teacher" ? [record, { ...record, key: "made-again", checksum: "ba".repeat(32) }] : [record],
    );
    const taught = study.trials.findIndex(({ result }) => result?.teacherChecksum != null);
    const trials = study.trials.map((trial, place) =>
      place === taught ? { ...trial, result: { ...trial.result!, teacherChecksum: "ba".repeat(32) } } : trial,
    );
    const labels = readResults({ ...study, artifacts, trials }).teachers.map(({ label }) => label);
    assert.equal(labels.length, 2);
    assert.ok(labels.includes("convnet #made-a"));
    assert.notEqual(labels[0], labels[1]);
  });

  it("tell teachers of other shares of the labels apart, and count each one's trainings alone", () => {
    const study = studyOf(
      [1, 0.3].map((labelledFraction) => ({
        parameters: { "dataset.labelledFraction": labelledFraction },
        outcomes: [0.5],
      })),
    );
    const artifacts = study.artifacts.flatMap((record) => {
      const { details } = record;
      if (details.kind !== "teacher") return [record];
      return [record, { ...record, key: `${record.key} 0.3`, details: { ...details, labelledFraction: 0.3 } }];
    });
    const trials = study.trials.map((trial, index) => ({
      ...trial,
      result: trial.result && { ...trial.result, teacherChecksum: `weights ${index}` },
    }));
    assert.deepEqual(
      readResults({ ...study, artifacts, trials }).teachers.map(({ label, checksums }) => [label, checksums]),
      [
        ["convnet labelledFraction=0.3", ["weights 1"]],
        ["convnet labelledFraction=1", ["weights 0"]],
      ],
    );
  });
});
