import assert from "node:assert/strict";
import fc from "fast-check";
import { losses } from "../../src/losses/registry.js";
import type { Loss } from "../../src/losses/loss.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops, Tensor, Tensor2D } from "../../src/tensorflow/ops.js";
import { gradientOf, objectiveOf, relativeError, termsOf } from "./compute.js";
import { batches } from "./golden/cases.js";
import type { Batch, Rows } from "./golden/formulas.js";

const classes = 5;
/** Many images at a time and few runs: each image is a sample of the property, and a run is many small operations. */
const images = 24;
const runs = { numRuns: 4 };
const eighths = fc.integer({ min: -160, max: 160 }).map((value) => value / 8);
/** No two logits of an image are equal: where they are, the first class stands for both. */
const row = fc.uniqueArray(eighths, { minLength: classes, maxLength: classes });
const logits = fc.array(row, { minLength: images, maxLength: images });
const labels = fc
  .array(fc.nat(classes - 1), { minLength: images, maxLength: images })
  .map((chosen) => chosen.map((y) => Array.from({ length: classes }, (_, c) => (c === y ? 1 : 0))));
const batch = fc.record({ student: logits, teacher: logits, labels, epoch: fc.integer({ min: 1, max: 3 }) });

/** Each loss at its defaults and, where it knows it, with `standardize`. */
const variants = [...losses].flatMap((loss): { title: string; loss: Loss; settings: object }[] => [
  { title: loss.name, loss, settings: loss.settings.parse({}) },
  ...("standardize" in loss.settings.shape
    ? [{ title: `${loss.name} standardized`, loss, settings: loss.settings.parse({ standardize: true }) }]
    : []),
]);

const close = (
  found: readonly number[] | undefined,
  wanted: readonly number[] | undefined,
  tolerance: number,
): boolean =>
  (found ?? []).every((value, i) => Math.abs(value - wanted![i]!) <= tolerance * (1 + Math.abs(wanted![i]!)));

/** Losses whose teacher's term is 0 where the student is the teacher; wttm's is not, as only the teacher is smoothed. */
const divergences = new Set(["dkd", "rld", "reverse_kl", "jsd", "norm_kd", "mse", "ce_mse"]);
/** Those of the article. */
const articles = new Set(["kd", "kd_ce", "mse", "kd_mse"]);

describe("properties of the losses", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  for (const { title, loss, settings } of variants) {
    it(`${title}: other numbers of the same images in another order of classes are the same`, () => {
      const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: classes });
      fc.assert(
        fc.property(batch, order, (one, permutation) => {
          const permuted = (rows: Rows): Rows => rows.map((row) => permutation.map((c) => row[c]!));
          const other = {
            student: permuted(one.student),
            teacher: permuted(one.teacher),
            labels: permuted(one.labels),
            epoch: one.epoch,
          };
          const [found, wanted] = [termsOf(tf, loss, settings, other), termsOf(tf, loss, settings, one)];
          return close(found.teacher, wanted.teacher, 1e-4) && close(found.labels, wanted.labels, 1e-5);
        }),
        runs,
      );
    });

    if (!["mse", "kd_mse", "ce_mse"].includes(loss.name)) {
      it(`${title}: a constant added to a model's logits changes nothing`, () => {
        const shift = fc.integer({ min: -40, max: 40 });
        fc.assert(
          fc.property(batch, shift, shift, (one, ofStudent, ofTeacher) => {
            const shifted = (rows: Rows, by: number): Rows => rows.map((row) => row.map((z) => z + by));
            const other = {
              ...one,
              student: shifted(one.student, ofStudent),
              teacher: shifted(one.teacher, ofTeacher),
            };
            const [found, wanted] = [termsOf(tf, loss, settings, other), termsOf(tf, loss, settings, one)];
            return close(found.teacher, wanted.teacher, 1e-4) && close(found.labels, wanted.labels, 1e-5);
          }),
          runs,
        );
      });
    }

    it(`${title}: leaves no tensor behind, with and without a gradient`, () => {
      const one: Batch = { ...batches.ordinary!, epoch: 1 };
      gradientOf(tf, loss, settings, one);
      const before = tf.memory().numTensors;
      termsOf(tf, loss, settings, one);
      gradientOf(tf, loss, settings, one);
      assert.equal(tf.memory().numTensors, before);
    });
  }

  for (const { title, loss, settings } of variants.filter(({ loss }) => divergences.has(loss.name))) {
    it(`${title}: the teacher's term is never below 0, and 0 without a slope where the student agrees`, () => {
      fc.assert(
        fc.property(batch, (one) => {
          const { teacher } = termsOf(tf, loss, settings, one);
          const agreeing = { ...one, student: one.teacher };
          const atTeacher = termsOf(tf, loss, settings, agreeing).teacher!;
          const slopes = tf.tidy(() => {
            const [z, t, y] = [one.teacher, one.teacher, one.labels].map((rows) => tf.tensor2d(rows));
            const term = (student: Tensor): Tensor =>
              tf.mean(
                loss.terms(tf, { student: student as Tensor2D, teacher: t!, labels: y!, epoch: 1 }, settings).teacher!,
              );
            return Array.from(tf.grad(term)(z!).dataSync());
          });
          const exact = 1e-6;
          assert.ok(teacher!.every((value) => value >= 0));
          // rld wants the student to hold the label for true, so only a teacher that is right may be agreed with.
          const agrees = one.teacher.map((z, i) => loss.name !== "rld" || rightAbout(z, one.labels[i]!));
          atTeacher.forEach((value, i) => {
            assert.ok(!agrees[i] || Math.abs(value) <= exact, `${value}`);
          });
          slopes.forEach((value, i) => {
            assert.ok(!agrees[Math.floor(i / classes)] || Math.abs(value) <= 1e-5, `slope ${value}`);
          });
        }),
        runs,
      );
    });
  }

  for (const { title, loss, settings } of variants.filter(({ loss }) => !articles.has(loss.name))) {
    if (loss.needs === "labels") continue;
    it(`${title}: no gradient flows into the teacher`, () => {
      tf.tidy(() => {
        const student = tf.variable(tf.tensor2d(batches.ordinary!.student as number[][]));
        const teacher = tf.variable(tf.tensor2d(batches.ordinary!.teacher as number[][]));
        const y = tf.tensor2d(batches.ordinary!.labels as number[][]);
        const { grads } = tf.variableGrads(
          () =>
            objectiveOf(
              tf,
              loss.terms(tf, { student: student, teacher: teacher, labels: y, epoch: 1 }, settings),
            ).asScalar(),
          [student, teacher],
        );
        assert.ok(Math.max(...grads[student.name]!.dataSync()) > 0);
        const ofTeacher = (grads as Partial<typeof grads>)[teacher.name];
        assert.ok(ofTeacher?.dataSync().every((slope) => slope === 0) ?? true);
        student.dispose();
        teacher.dispose();
      });
    });
  }

  it("gives the same number for any batch of the same images, but for dist", () => {
    const whole: Batch = { ...batches.ordinary!, epoch: 1 };
    for (const { title, loss, settings } of variants) {
      const apart = whole.student.map((_, i) =>
        termsOf(tf, loss, settings, {
          student: [whole.student[i]!],
          teacher: [whole.teacher[i]!],
          labels: [whole.labels[i]!],
          epoch: 1,
        }),
      );
      const together = termsOf(tf, loss, settings, whole);
      const alone = apart.flatMap(({ teacher }) => teacher ?? []);
      const same = relativeError(alone, together.teacher ?? []) < 1e-6 || together.teacher === undefined;
      assert.equal(same, loss.name !== "dist", title);
    }
  });
});

function rightAbout(row: readonly number[], label: readonly number[]): boolean {
  return row.indexOf(Math.max(...row)) === label.indexOf(1);
}
