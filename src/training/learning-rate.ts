import type { Schedule, ScheduleSettings } from "./schedules/schedule.js";

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

/**
 * `rate` as a schedule moves it. In the warm-up's n steps it is rate/n, 2·rate/n, ..., rate; the schedule starts with the
 * step after it.
 * @param epochs of the whole training
 */
export function scheduledRate(
  rate: number,
  schedule: Schedule,
  settings: ScheduleSettings,
  epochs: number,
): LearningRate {
  return (step, steps) => {
    const stepsPerEpoch = steps / epochs;
    const rising = Math.round(settings.warmUpEpochs * stepsPerEpoch);
    if (step <= rising) return rate * (step / rising);
    return rate * schedule.factor({ step: step - rising - 1, steps: steps - rising, stepsPerEpoch }, settings);
  };
}
