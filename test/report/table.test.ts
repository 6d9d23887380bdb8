import assert from "node:assert/strict";
import { readResults } from "../../src/report/results.js";
import { summaryTable } from "../../src/report/table.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { gridStudy, studyOf, typicalStudy, type Configuration } from "./study.js";

function tableOf(snapshot: StudySnapshot): string {
  return summaryTable(readResults(snapshot));
}

describe("the table for a terminal", () => {
  it("lists configurations best first with their spread and the difference to the baseline", () => {
    const study = studyOf([
      { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6, 0.7] },
      { parameters: { "loss.type": "kd" }, outcomes: [0.7, 0.7, 1] },
      { parameters: { "loss.type": "mse" }, outcomes: [0.6, "failed", 0.8] },
      { parameters: { "loss.type": "kd_ce" }, outcomes: ["waiting"] },
    ]);
    const lines = tableOf(study)
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(lines.slice(0, 5), [
      ["configuration", "seeds", "validation accuracy (%)", "to baseline"],
      // half widths: 4.3027 * sqrt(0.03 / 3) = 0.430; 4.3027 * 0.1 / sqrt(3) = 0.248
      ["kd", "3", "80.0 ±43.0", "+20.0 ±24.8"],
      ["mse", "2 of 3", "70.0 (sd 14.1)", "+10.0"],
      ["hard", "3", "60.0 ±24.8", "baseline"],
      ["kd_ce", "0 of 1", "–", "–"],
    ]);
  });

  it("says on how many pairs a difference rests where the row has more seeds", () => {
    const study = studyOf([
      { parameters: { "loss.type": "hard" }, outcomes: ["failed", "failed", 0.52] },
      { parameters: { "loss.type": "kd" }, outcomes: [0.7, 0.71, 0.55] },
    ]);
    assert.match(tableOf(study), /^kd +3 +65\.3 ±22\.3 +\+3\.0 \(1 pair\)$/m);
  });

  it("holds no teacher's objective against the students', and says that theirs are their own", () => {
    const table = tableOf({
      ...typicalStudy(),
      plan: { ...typicalStudy().plan, metric: { name: "val_loss", goal: "minimize" } },
    });
    assert.doesNotMatch(table, /^teacher/m);
    assert.match(table, /^Each configuration's own objective/m);
  });

  it("says how good the teacher is", () => {
    assert.match(tableOf(typicalStudy()), /^teacher convnet: 95\.3 %$/m);
  });

  it("says how good a teacher is that was not trained here", () => {
    const study = typicalStudy();
    const validation = { val_accuracy: 0.875, val_cross_entropy: 0.4, val_ece: 0.1 };
    const artifacts = study.artifacts.map((record) =>
      record.details.kind === "teacher"
        ? { ...record, details: { ...record.details, epochs: [], validation } }
        : record,
    );
    assert.match(tableOf({ ...study, artifacts }), /^teacher convnet: 87\.5 %$/m);
  });

  it("fits 100 columns, whatever the sweep's names", () => {
    const long: Configuration[] = ["x".repeat(300), `\u001b[31m${"τ".repeat(200)}`].map((type) => ({
      parameters: { "loss.type": type, "student.type": "y".repeat(90), "optimizer.type": type },
      outcomes: [0.5, 0.5, 0.6],
    }));
    for (const study of [typicalStudy(), gridStudy(3, 4, 3), studyOf(long)]) {
      for (const line of tableOf(study).split("\n")) {
        assert.ok(Array.from(line).length <= 100, line);
        assert.doesNotMatch(line, /\p{Cc}/u);
      }
    }
  });

  it("ends after 40 configurations and keeps the baseline among them", () => {
    const table = tableOf(gridStudy(3, 4, 1));
    assert.match(table, / baseline$/m);
    assert.match(table, /^68 more configurations in summary\.csv$/m);
  });

  it("has something to say of a study without results or without a baseline", () => {
    const waiting = studyOf([{ parameters: {}, outcomes: ["waiting"] }], { baseline: null });
    assert.match(tableOf(waiting), /^kd shallow +0 of 1 +–$/m);
  });
});
