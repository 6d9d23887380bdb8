import type { Component } from "../trial/component.js";
import type { Ops, Tensor1D, Tensor2D } from "../tensorflow/ops.js";

export interface LossInput {
  /** Student's logits `[batch, classes]`. */
  readonly student: Tensor2D;
  /** Teacher's logits `[batch, classes]`; there whenever `needs` is not "labels". */
  readonly teacher?: Tensor2D;
  /** Label probabilities `[batch, classes]` (one-hot without mixup or smoothing); there whenever `needs` is not "teacher". */
  readonly labels?: Tensor2D;
  /** From 1. */
  readonly epoch: number;
}

/** Each `[batch]`, weighted already; the objective is the mean over the batch of their sum. */
export interface LossTerms {
  readonly teacher?: Tensor1D;
  readonly labels?: Tensor1D;
}

/** A distillation loss: a pure function of logits and labels. The caller owns `tidy`. */
export interface Loss<S extends object = object> extends Component<S> {
  readonly needs: "labels" | "teacher" | "both";
  /** Whether the teacher's term itself uses the labels: then an image without a label has no term at all. */
  readonly teacherTermNeedsLabels?: boolean;
  terms(tf: Ops, input: LossInput, settings: S): LossTerms;
}

/** A loss's input that its `needs` promises. @throws Error where the caller broke that promise */
export function given<T>(input: T | undefined, name: "teacher" | "labels"): T {
  if (input === undefined) throw new Error(`the loss needs the ${name === "teacher" ? "teacher's logits" : "labels"}`);
  return input;
}
