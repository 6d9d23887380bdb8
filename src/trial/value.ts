/** A setting's value, as YAML and JSON can write it. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** The settings of one component, resolved: the component's name and every setting it reads. */
export type ComponentSettings = Readonly<Record<string, Value>>;

/**
 * A trial's settings, resolved: defaults filled in, only what matters. One block per group.
 * The key that names the component is `name` (dataset), `backbone` (teacher) or `type` (the others).
 */
export interface Settings {
  readonly dataset: ComponentSettings & {
    readonly name: string;
    readonly imageSize: number;
    readonly trainFraction: number;
  };
  /** null where the loss uses no teacher. A teacher that is not trained here has no seed. */
  readonly teacher: (ComponentSettings & { readonly backbone: string; readonly seed?: number }) | null;
  readonly student: ComponentSettings & { readonly type: string };
  readonly loss: ComponentSettings & { readonly type: string };
  readonly optimizer: ComponentSettings & { readonly type: string };
  readonly schedule: ComponentSettings & { readonly type: string };
  readonly augmentation: ComponentSettings & { readonly type: string };
  readonly training: ComponentSettings & { readonly epochs: number; readonly batchSize: number };
}

/** The groups of settings, in the order in which they are shown and hashed. */
export const groups = [
  "dataset",
  "teacher",
  "student",
  "loss",
  "optimizer",
  "schedule",
  "augmentation",
  "training",
] as const;
export type Group = (typeof groups)[number];

/** The key of each group that names its component; `training` has one component only. */
export const selectors = {
  dataset: "name",
  teacher: "backbone",
  student: "type",
  loss: "type",
  optimizer: "type",
  schedule: "type",
  augmentation: "type",
  training: null,
} as const satisfies Record<Group, string | null>;
