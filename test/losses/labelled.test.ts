import assert from "node:assert/strict";
import { losses } from "../../src/losses/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { termsOf } from "./compute.js";
import { batches } from "./golden/cases.js";

describe("losses whose teacher's term uses the labels", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });
  const labelled = ["dkd", "nkd", "rld"];

  it("say so, and no other does", () => {
    const saying = [...losses].filter(({ teacherTermNeedsLabels }) => teacherTermNeedsLabels).map(({ name }) => name);
    assert.deepEqual(saying.sort(), labelled);
  });

  it("are those whose teacher's term changes with the label, and no other's does", () => {
    const changing = [...losses]
      .filter(({ needs }) => needs === "both")
      .filter((loss) => {
        const settings = loss.settings.parse({});
        const of = (labels: number[]): number =>
          termsOf(tf, loss, settings, {
            student: [batches.ordinary!.student[0]!],
            teacher: [batches.ordinary!.teacher[0]!],
            labels: [labels],
            epoch: 1,
          }).teacher![0]!;
        return of([1, 0, 0, 0, 0]) !== of([0, 0, 0, 1, 0]);
      });
    assert.deepEqual(changing.map(({ name }) => name).sort(), labelled);
  });

  for (const name of labelled) {
    it(`${name} takes the greatest of soft labels for the label, the first of equals`, () => {
      const loss = losses.get(name);
      const of = (labels: number[]) =>
        termsOf(tf, loss, loss.settings.parse({}), {
          student: [batches.ordinary!.student[0]!],
          teacher: [batches.ordinary!.teacher[0]!],
          labels: [labels],
          epoch: 1,
        });
      assert.deepEqual(of([0.1, 0.2, 0.1, 0.5, 0.1]).teacher, of([0, 0, 0, 1, 0]).teacher);
      assert.deepEqual(of([0, 0.5, 0, 0.5, 0]).teacher, of([0, 1, 0, 0, 0]).teacher);
      assert.notDeepEqual(of([0, 0.5, 0, 0.5, 0]).labels, of([0, 1, 0, 0, 0]).labels);
    });
  }

  for (const name of ["dkd", "rld"]) {
    it(`${name} grows its teacher's term evenly over the warm-up's epochs, and never beyond`, () => {
      const loss = losses.get(name);
      const at = (epoch: number): number =>
        termsOf(tf, loss, loss.settings.parse({ warmup: 4 }), { ...batches.ordinary!, epoch }).teacher![0]!;
      for (const [epoch, share] of [
        [1, 1 / 4],
        [2, 2 / 4],
        [4, 1],
        [9, 1],
      ] as const) {
        assert.ok(Math.abs(at(epoch) / at(4) - share) < 1e-6, `epoch ${epoch}`);
      }
    });
  }

  it("rld learns no ranking where the teacher puts no class below the label's", () => {
    const loss = losses.get("rld");
    const { teacher } = termsOf(tf, loss, loss.settings.parse({ alpha: 0, beta: 8 }), {
      student: [[1, 2, 3, 4, 5]],
      teacher: [[-4, 2, 1, 0, 3]],
      labels: [[1, 0, 0, 0, 0]],
      epoch: 1,
    });
    assert.deepEqual(teacher, [0]);
  });
});
