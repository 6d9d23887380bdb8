/**
 * The learning rate of a step.
 * @param step from 1, counted over all epochs
 * @param steps of the whole training
 */
export type LearningRate = (step: number, steps: number) => number;

export function constantRate(rate: number): LearningRate {
  return () => rate;
}

/** Up to `rate` in the first `warmUp` share of the steps, then down to 0 after the last; both in a straight line. */
export function trapezoidRate(rate: number, warmUp: number): LearningRate {
  return (step, steps) => {
    const rising = Math.max(1, Math.round(warmUp * steps));
    return rate * Math.min(step / rising, (steps - step + 1) / (steps - rising + 1));
  };
}
