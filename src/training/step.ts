import type { Ops, Tensor1D, Tensor2D, Tensor4D } from "../tensorflow/ops.js";
import type { Batch } from "./batch.js";
import type { LearningRate } from "./learning-rate.js";
import type { Objective } from "./objective.js";
import type { Optimizer, OptimizerSettings, OptimizerState } from "./optimizers/optimizer.js";

/** Everything that a step changes. Its tensors belong to whoever holds the state. */
export interface TrainingState {
  /** All trainable parameters, `[parameters]`. */
  readonly parameters: Tensor1D;
  readonly optimizer: OptimizerState;
}

export interface Recipe {
  /** From parameters and images `[batch, size, size, 3]` to logits `[batch, classes]`. */
  readonly model: (parameters: Tensor1D, x: Tensor4D) => Tensor2D;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly optimizerSettings: OptimizerSettings;
  readonly learningRate: LearningRate;
}

/** A recipe's state before its first step. */
export function startState(tf: Ops, recipe: Recipe, parameters: Float32Array): TrainingState {
  const tensor = tf.tensor1d(parameters);
  return { parameters: tensor, optimizer: recipe.optimizer.start(tf, tensor, recipe.optimizerSettings) };
}

export function disposeState(tf: Ops, state: TrainingState): void {
  tf.dispose([state.parameters, ...Object.values(state.optimizer.slots)]);
}

/**
 * One update on one batch. Disposes of the given state's tensors; the batch stays the caller's.
 *
 * @returns the new state, the objective before the update and the logits it was computed from `[batch, classes]`
 */
export function trainStep(
  tf: Ops,
  recipe: Recipe,
  state: TrainingState,
  batch: Batch,
  { epoch, learningRate }: { readonly epoch: number; readonly learningRate: number },
): { readonly state: TrainingState; readonly loss: number; readonly logits: Float32Array } {
  const { model, objective, optimizer, optimizerSettings } = recipe;
  let loss = Number.NaN;
  let logits = new Float32Array();
  // tidy keeps what the returned object holds; numbers in it are no tensors.
  const next = tf.tidy(() => {
    let student: Tensor2D | undefined;
    const { value, grad } = tf.valueAndGrad((parameters) => {
      const output = model(parameters as Tensor1D, batch.x);
      student = tf.keep(tf.clone(output));
      const { labels, teacher } = batch;
      const input = { student: output, labels, epoch, ...(teacher === undefined ? {} : { teacher }) };
      return tf.mean(objective.perSample(tf, input));
    })(state.parameters);
    loss = value.dataSync()[0] ?? Number.NaN;
    if (student !== undefined) {
      logits = Float32Array.from(student.dataSync());
      student.dispose();
    }
    return optimizer.step(
      tf,
      {
        parameters: state.parameters,
        gradient: grad as Tensor1D,
        state: state.optimizer,
        learningRate,
      },
      optimizerSettings,
    ) as never;
  }) as ReturnType<Optimizer["step"]>;
  disposeState(tf, state);
  return { state: { parameters: next.parameters, optimizer: next.state }, loss, logits };
}
