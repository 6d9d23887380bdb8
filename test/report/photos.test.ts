import assert from "node:assert/strict";
import { photoPanels } from "../../src/report/html/photos.js";
import { photosOf } from "../../src/report/photos.js";
import { readResults } from "../../src/report/results.js";
import { studyOf, typicalStudy, withLogits } from "./study.js";

const greatest = (row: Float64Array): number => row.indexOf(Math.max(...row));

describe("the photos of a report", () => {
  const photos = photosOf(readResults(withLogits(typicalStudy())))!;

  it("are one of each way in which teacher and student are right or wrong, and an unsure one", () => {
    const verdicts = photos.photos.map(({ className, reason, student, teacher }) => {
      const label = photos.classNames.indexOf(className);
      return [reason, greatest(teacher[0]!) === label, greatest(student[0]!) === label];
    });
    assert.deepEqual(verdicts.slice(0, 4), [
      ["both are right", true, true],
      ["only the teacher is right", true, false],
      ["only the student is right", false, true],
      ["both are wrong", false, false],
    ]);
    assert.equal(verdicts[4]?.[0], "the teacher is right and the least sure");
    assert.equal(new Set(photos.photos.map(({ image }) => image)).size, photos.photos.length);
  });

  it("have probabilities that a temperature softens", () => {
    assert.equal(photos.temperatures[0], 1);
    for (const { student, teacher } of photos.photos) {
      for (const rows of [student, teacher]) {
        for (const row of rows) assert.ok(Math.abs(row.reduce((sum, one) => sum + one, 0) - 1) < 1e-9);
        const most = rows.map((row) => Math.max(...row));
        assert.deepEqual(
          most,
          [...most].sort((a, b) => b - a),
        );
      }
    }
  });

  it("stand in the page with their pixels, or with a word on why they do not", () => {
    const pixels = photos.photos.map(() => new Uint8Array(4 * 4 * 3).fill(200));
    const shown = photoPanels(photos, pixels);
    assert.equal(
      shown.match(/<img alt="Validation image \d+, of class [^"]+" src="data:image\/png;base64,/g)?.length,
      5,
    );
    for (const [why, word] of [
      ["not asked for", /--no-photos/],
      ["not in the cache", /not in the cache of the machine/],
    ] as const) {
      const without = photoPanels(photos, why);
      assert.doesNotMatch(without, /<img/);
      assert.match(without, word);
      assert.equal(without.match(/<table>/g)?.length, 5);
    }
  });

  it("escape the names of classes", () => {
    const panels = photoPanels({ ...photos, classNames: photos.classNames.map(() => "<b>") }, "not asked for");
    assert.ok(!panels.includes("<b>"));
  });

  it("are none where no student learned from a teacher whose logits are known", () => {
    assert.equal(photosOf(readResults(typicalStudy())), null);
    assert.equal(
      photosOf(readResults(withLogits(studyOf([{ parameters: { "loss.type": "hard" }, outcomes: [0.5] }])))),
      null,
    );
  });
});
