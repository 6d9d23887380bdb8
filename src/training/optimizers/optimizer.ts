import type { Component } from "../../trial/component.js";
import type { Ops, Tensor1D } from "../../tensorflow/ops.js";

/**
 * What an optimizer carries from step to step: vectors as long as the parameters, and numbers (accumulated betas,
 * counters) exactly as they stand, so that a state written and read again goes on with the same bits.
 */
export interface OptimizerState {
  readonly slots: Readonly<Record<string, Tensor1D>>;
  readonly numbers: Readonly<Record<string, number>>;
}

/** What the loop reads of every optimizer's settings. */
export interface OptimizerSettings {
  /** Step size, or what a schedule starts from. */
  readonly learningRate: number;
}

/** An optimizer's step, a pure function. All parameters of a network are one vector `[parameters]`. */
export interface Optimizer<S extends OptimizerSettings = OptimizerSettings> extends Component<S> {
  /** The state before the first step. */
  start(tf: Ops, parameters: Tensor1D, settings: S): OptimizerState;
  /**
   * One update. Returns new tensors and disposes of nothing; the caller owns `tidy`.
   * @param gradient of the objective, `[parameters]`
   * @param learningRate of this step: the setting, or what a schedule makes of it
   */
  step(
    tf: Ops,
    input: {
      readonly parameters: Tensor1D;
      readonly gradient: Tensor1D;
      readonly state: OptimizerState;
      readonly learningRate: number;
    },
    settings: S,
  ): { readonly parameters: Tensor1D; readonly state: OptimizerState };
}

/** @throws Error where the state is another optimizer's */
export function slotOf(state: OptimizerState, name: string): Tensor1D {
  const found = state.slots[name];
  if (found === undefined) throw new Error(`the optimizer's state has no ${name}`);
  return found;
}
