import { temperatureFactors, type TemperatureScaling } from "./settings.js";

/**
 * What `temperatureScaling` comes to in a loss of the teacher's term alone: `whole` is `soft`, and at τ = 1 no choice
 * differs from another. For `canonical`.
 */
export function scalingOfTeacherAlone(chosen: {
  readonly temperature: number;
  readonly temperatureScaling: TemperatureScaling;
}): TemperatureScaling {
  return temperatureFactors(chosen).soft === 1 ? "none" : "soft";
}
