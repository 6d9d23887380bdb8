import { augmentations } from "../data/augmentation/registry.js";
import { datasets } from "../data/registry.js";
import type { Loss } from "../losses/loss.js";
import { losses } from "../losses/registry.js";
import type { SequentialNetwork } from "../models/model.js";
import type { TableBackbone } from "../models/table/logits.js";
import { backbones, students } from "../models/registry.js";
import { optimizers } from "../training/optimizers/registry.js";
import { schedules } from "../training/schedules/registry.js";
import { training } from "../training/settings.js";
import type { Component, Registry } from "../trial/component.js";
import type { Group } from "../trial/value.js";

export { augmentations, backbones, datasets, losses, optimizers, schedules, students, training };

/** A network that says how small its images may be, and as a teacher whether it answers for augmented views. */
export type SizedComponent = Component &
  Partial<Pick<SequentialNetwork, "minimumImageSize">> &
  Partial<Pick<TableBackbone, "answersViews">>;

/** What each group of settings may be, and what it is where nobody says. */
export interface Registries {
  readonly dataset: Registry<Component>;
  readonly teacher: Registry<SizedComponent>;
  readonly student: Registry<SizedComponent>;
  readonly loss: Registry<Component & Pick<Loss, "needs" | "teacherTermNeedsLabels">>;
  readonly optimizer: Registry<Component>;
  readonly schedule: Registry<Component>;
  readonly augmentation: Registry<Component>;
  readonly training: Component;
  /** The component of each group that has a choice. */
  readonly defaults: Readonly<Record<Exclude<Group, "training">, string>>;
}

/** The project's own. */
export const registries: Registries = {
  dataset: datasets,
  teacher: backbones,
  student: students,
  loss: losses,
  optimizer: optimizers,
  schedule: schedules,
  augmentation: augmentations,
  training,
  defaults: {
    dataset: "petals",
    teacher: "convnet_s",
    student: "shallow",
    loss: "kd_ce",
    optimizer: "adam",
    schedule: "constant",
    augmentation: "none",
  },
};
