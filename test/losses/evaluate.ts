import { losses } from "../../src/losses/registry.js";
import type { Ops, Tensor2D } from "../../src/tensorflow/ops.js";
import { objectiveOf } from "../../src/training/objective.js";

export interface Samples {
  readonly student: number[][];
  readonly teacher: number[][];
  readonly labels: number[];
}

/** A loss's objective (the batch's mean) and its gradient with respect to the student's logits `[batch][classes]`. */
export function evaluate(
  tf: Ops,
  type: string,
  settings: object,
  { student, teacher, labels }: Samples,
): { value: number; gradient: number[][] } {
  const loss = losses.get(type);
  const objective = objectiveOf(loss, settings);
  const classes = student[0]!.length;
  const result = tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((logits) =>
      tf.mean(
        objective.perSample(tf, {
          student: logits as Tensor2D,
          ...(loss.needs === "labels" ? {} : { teacher: tf.tensor2d(teacher) }),
          ...(loss.needs === "teacher"
            ? {}
            : { labels: tf.tensor2d(labels.map((label) => student[0]!.map((_, c) => (c === label ? 1 : 0)))) }),
          epoch: 1,
        }),
      ),
    )(tf.tensor2d(student, [student.length, classes]));
    return { value: value.dataSync()[0]!, gradient: grad.arraySync() as number[][] };
  });
  return result;
}
