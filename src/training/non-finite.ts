import type { FailureReason } from "../trial/outcome.js";

/** A trial's loss, gradient or metric became infinite or not a number: the training diverged and cannot go on. */
export class NonFiniteError extends Error {
  readonly reason = "non-finite" satisfies FailureReason;

  /**
   * @param what "training loss", "validation loss", "gradient" or a metric
   * @param epoch from 1
   * @param step of the epoch, from 1
   */
  constructor(
    what: string,
    readonly value: number,
    readonly epoch: number,
    readonly step: number,
  ) {
    super(`the ${what} became ${value} in epoch ${epoch}, step ${step}; a smaller learning rate may help`);
    this.name = "NonFiniteError";
  }
}
