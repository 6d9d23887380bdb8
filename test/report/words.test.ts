import assert from "node:assert/strict";
import { finalFigure } from "../../src/report/figures/final.js";
import { gainsOf } from "../../src/report/gains.js";
import { readResults } from "../../src/report/results.js";
import { method, summaryInWords } from "../../src/report/words.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { studyOf, typicalStudy, withLogits, withTeacherSeeds, withoutRun, type Configuration } from "./study.js";

function words(study: StudySnapshot): string {
  const results = readResults(study);
  return summaryInWords(results, gainsOf(results)).join("\n");
}

const losses = (outcomes: Readonly<Record<string, Configuration["outcomes"]>>): StudySnapshot =>
  withLogits(
    studyOf(Object.entries(outcomes).map(([type, own]) => ({ parameters: { "loss.type": type }, outcomes: own }))),
  );

describe("the summary in words", () => {
  it("says that the best one's interval is not corrected for the choice, where the finding is", () => {
    // The difference of kd: 0.03, 0.035, 0.04; one of three tests, so that its p of 0.007 becomes 0.02.
    const study = losses({
      hard: [0.5, 0.6, 0.55],
      kd: [0.53, 0.635, 0.59],
      mse: [0.45, 0.5, 0.6],
      nkd: [0.4, 0.5, 0.6],
    });
    const found = words(study);
    assert.match(
      found,
      /The interval over seeds excludes zero; it is of this one comparison, not corrected for the 3 that the best was picked from, as the finding below is\.$/m,
    );
    assert.match(found, /^3 configurations were tested against the baseline, hard /m);
  });

  it("does not judge a difference that is the same under every seed", () => {
    const found = words(losses({ hard: [0.5, 0.6, 0.7], kd: [0.54, 0.64, 0.74] }));
    assert.match(found, /^It is the same under every seed, so there is no spread to judge it by\.$/m);
    assert.doesNotMatch(found, /zero|significant/);
  });

  it("gives the bootstrap interval from five seeds up: of fewer it is too narrow", () => {
    const [hard, kd] = [
      [0.5, 0.52, 0.51, 0.53, 0.5],
      [0.6, 0.61, 0.63, 0.6, 0.64],
    ];
    assert.match(words(losses({ hard, kd })), /\(bootstrap\)/);
    const four = { hard: hard.slice(0, 4), kd: kd.slice(0, 4) };
    assert.doesNotMatch(words(losses(four)), /\(bootstrap\)/);
  });

  it("names no bootstrap interval of a metric that has none", () => {
    const study = withLogits(
      studyOf(
        ["hard", "kd", "mse"].map((type, index) => ({
          parameters: { "loss.type": type },
          outcomes: [0.5, 0.6, 0.7].map((accuracy) => accuracy + 0.05 * index),
        })),
        { metric: "val_loss" },
      ),
    );
    assert.match(words(study), /paired t test over seeds, corrected for their number\)/);
    assert.match(words(losses({ hard: [0.5, 0.6, 0.7], kd: [0.6, 0.61, 0.7] })), /and the bootstrap interval\)/);
    assert.match(method(readResults(study)).join(" "), /Each configuration's own objective/);
  });

  it("says on how many seeds a gain rests where the best has more", () => {
    const few = losses({ hard: ["failed", 0.5, 0.52], kd: [0.7, 0.71, 0.55] });
    assert.match(words(few), /against the baseline, hard, over the 2 seeds that can be paired;/);
    assert.doesNotMatch(words(losses({ hard: [0.5, 0.5, 0.52], kd: [0.7, 0.71, 0.55] })), /can be paired/);
    const twice = withTeacherSeeds(losses({ hard: [0.5, 0.5, 0.52], kd: [0.7, 0.71, 0.55] }), { 1: 0, 2: 0.1 });
    const lost = (...seeds: number[]): StudySnapshot =>
      withoutRun(twice, ({ seed, settings }) => settings.teacher?.seed === 1 + (seed % 2) && seeds.includes(seed));
    assert.match(words(lost(3)), /against the baseline, hard, over the 2 seeds that can be paired;/);
    assert.match(words(lost(1, 2, 3)), /^No finished seed of it can be paired with one of the baseline, hard\.$/m);
  });

  it("says that early stopping chose the epoch by the same split", () => {
    const study = (...patiences: (number | null)[]): StudySnapshot =>
      studyOf(
        patiences.map((patience, index) => ({
          parameters: { "training.patience": patience, "loss.alpha": index },
          outcomes: [0.5, 0.6 - index / 10],
        })),
      );
    const end = (own: StudySnapshot): string =>
      method(readResults(own)).find((line) => line.startsWith("Metrics")) ?? "";
    assert.match(end(study(null, null)), /^Metrics are those of the last epoch on the whole/);
    assert.match(
      end(study(3, 5)),
      /^Metrics are those of the best epoch, which early stopping chose by the same split on/,
    );
    assert.match(
      end(study(null, 3)),
      /^Metrics are those of the last epoch \(where training\.patience was set: of the best/,
    );
    assert.match(words(study(3, 5)), /^Best by validation accuracy under early stopping: /);
    const remarks = (metric: "val_loss" | "val_accuracy"): readonly string[] | undefined =>
      finalFigure.data(
        readResults({ ...study(3, 5), plan: { ...study(3, 5).plan, metric: { name: metric, goal: "minimize" } } }),
      )?.remarks;
    assert.deepEqual([remarks("val_loss")?.length, remarks("val_accuracy")?.length], [1, 0]);
    const ending = (own: StudySnapshot): string | undefined => finalFigure.data(readResults(own))?.ending;
    assert.deepEqual(
      [ending(study(null, null)), ending(study(3, 5)), ending(study(null, 3))],
      ["after the last epoch", "under early stopping", "after the last epoch or under early stopping"],
    );
  });

  it("says whether some or all trials were copied", () => {
    const study = typicalStudy();
    const copied = (most: number): StudySnapshot => ({
      ...study,
      trials: study.trials.map((trial, index) => ({
        ...trial,
        attempts: trial.attempts.map((attempt) => (index < most ? { ...attempt, copiedFrom: "other" } : attempt)),
      })),
    });
    assert.match(words(copied(1)), / 1 trial was copied from other studies\.$/m);
    assert.match(words(copied(2)), / 2 trials were copied from other studies\.$/m);
    assert.match(words(copied(study.trials.length)), / configurations\. All trials were copied from other studies\.$/m);
    assert.doesNotMatch(words(copied(0)), /copied/);
  });

  it("does not take what lacks the metric for unfinished", () => {
    const study = studyOf(
      ["hard", "kd"].map((type) => ({ parameters: { "loss.type": type }, outcomes: [0.5, 0.6] })),
      { metric: "val_kl" },
    );
    assert.match(words(study), /^The baseline \(hard\) was not measured by KL .*, so there is no gain to state\.$/m);
    const alone = studyOf([{ parameters: { "loss.type": "hard" }, outcomes: [0.5] }], { metric: "val_kl" });
    assert.match(words(alone), /^No finished trial was measured by KL .*: there is nothing to compare\.$/m);
    assert.doesNotMatch(method(readResults(alone)).join(" "), /teacher/);
  });

  it("names the teachers of most configurations, and counts the others", () => {
    const study = studyOf([
      ...["a", "b", "c", "d", "e", "f"].map((name) => ({
        parameters: { "loss.type": "kd", "teacher.backbone": name },
        outcomes: [0.5],
      })),
      { parameters: { "loss.type": "mse", "teacher.backbone": "f" }, outcomes: [0.6] },
    ]);
    assert.match(words(study), /^Teacher f: [^]*^Teacher a: [^]*^And 2 further teachers\.$/m);
  });

  it("counts seeds and says how many runs they are, where teachers have several seeds", () => {
    const study = withTeacherSeeds(losses({ hard: [0.5, 0.6, 0.7], kd: [0.6, 0.7, 0.9] }), { 1: 0, 2: 0.02 });
    assert.match(words(study), /mean of 3 seeds \(6 runs\)\.$/m);
    assert.match(method(readResults(study)).join(" "), /a seed's value is the mean over its runs/);
  });
});
