/**
 * kd-sweep as a library: `distill` trains one student; the registries say what its settings may name.
 * @packageDocumentation
 */
export { distill, type Distilled, type DistillOptions, type SettingsBlock } from "./library/distill.js";
export {
  augmentations,
  datasets,
  losses,
  optimizers,
  schedules,
  students,
  backbones as teachers,
} from "./settings/registries.js";
export type { Component, Registry } from "./trial/component.js";
export { UserError, type Issue } from "./trial/issue.js";
export type { EpochMetrics, TestMetrics } from "./trial/metrics.js";
export type { TrialSpec } from "./trial/spec.js";
export type { Settings, Value } from "./trial/value.js";
