import { z } from "zod";
import type { Component } from "../../trial/component.js";

/** Where a training stands after its warm-up. */
export interface SchedulePoint {
  /** Steps done since the warm-up ended: 0 in the first step after it. */
  readonly step: number;
  /** Steps from the warm-up's end to the training's. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/** What the loop reads of every schedule's settings. */
export interface ScheduleSettings {
  readonly warmUpEpochs: number;
}

/** How the learning rate moves from step to step, from `optimizer.learningRate` on. A pure function. */
export interface Schedule<S extends ScheduleSettings = ScheduleSettings> extends Component<S> {
  /** What the learning rate is multiplied by; at least 0. */
  factor(at: SchedulePoint, settings: S): number;
}

/** A setting of every schedule. */
export const warmUpEpochs = z
  .number()
  .min(0)
  .default(0)
  .describe(
    "epochs, also a part of one, in which the rate rises in a straight line to the optimizer's; the schedule starts then; >= 0",
  );
