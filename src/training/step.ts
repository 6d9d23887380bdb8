import type { Ops, Scalar, Tensor1D, Tensor2D, Tensor4D } from "../tensorflow/ops.js";
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
  /**
   * From parameters and images `[batch, size, size, 3]` to logits `[batch, classes]`.
   * @param dropoutSeed of a training step; null outside of training
   */
  readonly model: (parameters: Tensor1D, x: Tensor4D, dropoutSeed: number | null) => Tensor2D;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly optimizerSettings: OptimizerSettings;
  readonly learningRate: LearningRate;
  /** Greatest norm of the gradient; null or left out for any. */
  readonly clipNorm?: number | null;
}

/** What a step has of its own. */
export interface StepPoint {
  readonly epoch: number;
  readonly learningRate: number;
  readonly dropoutSeed: number;
}

export interface StepDone {
  readonly state: TrainingState;
  /** The objective before the update. */
  readonly loss: number;
  /** Before the update, `[batch, classes]`. */
  readonly logits: Float32Array;
  /** Whether every number of the gradient is finite. */
  readonly finiteGradient: boolean;
}

/** A recipe's state before its first step. */
export function startState(tf: Ops, recipe: Recipe, parameters: Float32Array): TrainingState {
  const tensor = tf.tensor1d(parameters);
  return { parameters: tensor, optimizer: recipe.optimizer.start(tf, tensor, recipe.optimizerSettings) };
}

/** The state that a checkpoint holds. */
export function restoredState(
  tf: Ops,
  parameters: Float32Array,
  {
    slots,
    numbers,
  }: { readonly slots: Readonly<Record<string, Float32Array>>; readonly numbers: OptimizerState["numbers"] },
): TrainingState {
  const tensors = Object.entries(slots).map(([name, values]) => [name, tf.tensor1d(values)] as const);
  return { parameters: tf.tensor1d(parameters), optimizer: { slots: Object.fromEntries(tensors), numbers } };
}

export function disposeState(tf: Ops, state: TrainingState): void {
  tf.dispose([state.parameters, ...Object.values(state.optimizer.slots)]);
}

/** One update on one batch. Disposes of the given state's tensors; the batch stays the caller's. */
export function trainStep(tf: Ops, recipe: Recipe, state: TrainingState, batch: Batch, at: StepPoint): StepDone {
  const { model, objective, optimizer, optimizerSettings, clipNorm = null } = recipe;
  const { epoch, learningRate, dropoutSeed } = at;
  let loss = Number.NaN;
  let logits = new Float32Array();
  let finiteGradient = false;
  // tidy keeps what the returned object holds; numbers in it are no tensors.
  const next = tf.tidy(() => {
    let student: Tensor2D | undefined;
    const failures: unknown[] = [];
    const { value, grad } = withGradient(
      tf,
      objective,
      state.parameters,
      (parameters) => {
        const output = model(parameters, batch.x, dropoutSeed);
        student = tf.keep(tf.clone(output));
        const { labels, labelled, teacher } = batch;
        const input = { student: output, labels, epoch, ...(labelled && { labelled }), ...(teacher && { teacher }) };
        try {
          return tf.mean(objective.perSample(tf, input));
        } catch (error) {
          // tfjs frees what it kept for the gradient only after it has made one.
          failures.push(error);
          return tf.sum(output);
        }
      },
      () => student?.dispose(),
    );
    if (failures.length > 0) {
      student?.dispose();
      throw failures[0];
    }
    loss = value.dataSync()[0] ?? Number.NaN;
    if (student !== undefined) {
      logits = Float32Array.from(student.dataSync());
      student.dispose();
    }
    finiteGradient = allFinite(tf, grad);
    const gradient = clipNorm === null ? grad : clipped(tf, grad, clipNorm);
    const input = { parameters: state.parameters, gradient, state: state.optimizer, learningRate };
    return optimizer.step(tf, input, optimizerSettings) as never;
  }) as ReturnType<Optimizer["step"]>;
  disposeState(tf, state);
  return { state: { parameters: next.parameters, optimizer: next.state }, loss, logits, finiteGradient };
}

/**
 * @param abandon called where there is no gradient, for what `value` keeps
 * @throws Error in a user's words where the value does not depend on the parameters by operations that have a gradient
 */
function withGradient(
  tf: Ops,
  objective: Objective,
  at: Tensor1D,
  value: (parameters: Tensor1D) => Scalar,
  abandon: () => void,
): { readonly value: Scalar; readonly grad: Tensor1D } {
  try {
    return tf.valueAndGrad((parameters) => value(parameters as Tensor1D))(at) as { value: Scalar; grad: Tensor1D };
  } catch (error) {
    abandon();
    freeTape(tf);
    const message = error instanceof Error ? error.message : String(error);
    if (!message.startsWith("Cannot compute gradient")) throw error;
    const cause = message.split("\n", 1)[0] ?? "";
    throw new Error(
      `${objective.title}: expected to reach the student's logits by operations that have a gradient (${cause})`,
      { cause: error },
    );
  }
}

/** What tfjs kept of a forward pass for its gradient: most of a step's memory, which it frees only after a backward pass. */
function freeTape(tf: Ops): void {
  const { state } = tf.engine();
  for (const { saved } of (state.activeTape as typeof state.activeTape | null) ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}

/** Whether no number is NaN or infinite: 0 times either is NaN, and so is a sum with it. */
function allFinite(tf: Ops, numbers: Tensor1D): boolean {
  return tf.sum(tf.mul(numbers, 0)).dataSync()[0] === 0;
}

/**
 * The gradient, shortened to the norm c where it is longer: g·c/max(||g||, c), as Keras's `global_clipnorm`. The greatest
 * number is taken out before squaring, so that no square overflows.
 */
export function clipped(tf: Ops, gradient: Tensor1D, norm: number): Tensor1D {
  const greatest = tf.max(tf.abs(gradient));
  const length = tf.mul(greatest, tf.sqrt(tf.sum(tf.square(tf.divNoNan(gradient, greatest)))));
  return tf.mul(gradient, tf.div(norm, tf.maximum(length, norm)));
}
