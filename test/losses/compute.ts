import type { Loss, LossTerms } from "../../src/losses/loss.js";
import { losses } from "../../src/losses/registry.js";
import type { Ops, Tensor, Tensor1D, Tensor2D } from "../../src/tensorflow/ops.js";
import type { Batch, Rows, Terms } from "./golden/formulas.js";
import type { Case } from "./golden/cases.js";

/** The loss and all its settings of a case. */
export function lossOf(one: Pick<Case, "loss" | "settings" | "standardize">): { loss: Loss; settings: object } {
  const loss = losses.get(one.loss);
  const standardize = one.standardize === true ? { standardize: true } : {};
  return { loss, settings: loss.settings.parse({ ...one.settings, ...standardize }) };
}

function inputOf(tf: Ops, loss: Loss, batch: Batch) {
  return {
    ...(loss.needs === "labels" ? {} : { teacher: tf.tensor2d(batch.teacher as number[][]) }),
    ...(loss.needs === "teacher" ? {} : { labels: tf.tensor2d(batch.labels as number[][]) }),
    epoch: batch.epoch,
  };
}

/** The mean over the batch of the terms' sum, as the training takes it. */
export function objectiveOf(tf: Ops, { teacher, labels }: LossTerms): Tensor {
  const terms = [teacher, labels].filter((term): term is Tensor1D => term !== undefined);
  return tf.mean(terms.length === 1 ? terms[0]! : tf.add(terms[0]!, terms[1]!));
}

/** The terms of a loss in float32, which gets what its `needs` says and no more. */
export function termsOf(tf: Ops, loss: Loss, settings: object, batch: Batch): Terms {
  return tf.tidy(() => {
    const student = tf.tensor2d(batch.student as number[][]);
    const { teacher, labels } = loss.terms(tf, { student, ...inputOf(tf, loss, batch) }, settings);
    return { ...(teacher && { teacher: teacher.arraySync() }), ...(labels && { labels: labels.arraySync() }) };
  });
}

/** The gradient of the objective by the student's logits, in float32. */
export function gradientOf(tf: Ops, loss: Loss, settings: object, batch: Batch): number[][] {
  return tf.tidy(() => {
    const input = inputOf(tf, loss, batch);
    const value = (student: Tensor): Tensor =>
      objectiveOf(tf, loss.terms(tf, { student: student as Tensor2D, ...input }, settings));
    return (tf.grad(value)(tf.tensor2d(batch.student as number[][])) as Tensor2D).arraySync();
  });
}

/** Central differences of a function of the student's logits. */
export function numericGradient(value: (student: Rows) => number, at: Rows, step = 1e-5): number[][] {
  return at.map((row, i) =>
    row.map((z, c) => {
      const moved = (by: number): Rows => at.map((r, j) => (j === i ? r.map((x, k) => (k === c ? z + by : x)) : r));
      return (value(moved(step)) - value(moved(-step))) / (2 * step);
    }),
  );
}

/** The greatest difference of two equally shaped lists, over the greatest number of the second. */
export function relativeError(found: readonly number[], wanted: readonly number[]): number {
  const greatest = Math.max(...wanted.map(Math.abs), 1e-300);
  return Math.max(...wanted.map((value, i) => Math.abs(found[i]! - value))) / greatest;
}
