import { z } from "zod";
import type { Registries } from "../../src/settings/registries.js";
import { Registry, type Component } from "../../src/trial/component.js";

/** Components with one of each kind of setting, so that tests of settings and sweeps depend on no real component. */
const image = { imageSize: z.int().min(8).default(64), trainFraction: z.number().gt(0).lt(1).default(0.85) };

const shapes: Component = {
  name: "shapes",
  summary: "Drawn shapes.",
  revision: 1,
  settings: z.object(image),
};
const folder: Component = {
  name: "folder",
  summary: "A folder of images.",
  revision: 1,
  settings: z.object({ ...image, path: z.string().min(1).describe("the folder") }),
  contentSettings: ["path"],
};

const recipe = { seed: z.int().positive().default(1), epochs: z.int().positive().default(5) };
const big = { name: "big", summary: "", revision: 1, settings: z.object(recipe), minimumImageSize: () => 32 };
const small = {
  name: "small",
  summary: "",
  revision: 1,
  settings: z.object({ ...recipe, dropout: z.number().min(0).max(1).default(0) }),
  minimumImageSize: () => 8,
};

const plainStudent = { name: "plain", summary: "", revision: 1, settings: z.object({}), minimumImageSize: () => 10 };
const wideStudent = {
  name: "wide",
  summary: "",
  revision: 1,
  settings: z.object({ width: z.union([z.int().positive(), z.literal("auto")]).default("auto") }),
  minimumImageSize: () => 20,
};

const temperature = z.number().positive().default(4).describe("softens both sides' logits");
const hard = { name: "hard", summary: "Labels.", revision: 1, settings: z.object({}), needs: "labels" as const };
const kd = {
  name: "kd",
  summary: "Soft labels.",
  revision: 1,
  settings: z.object({ temperature, scaling: z.enum(["none", "soft"]).default("soft") }),
  needs: "teacher" as const,
};
interface Weights {
  readonly temperature: number;
  readonly alpha: number;
  readonly beta: number;
}
const both = {
  name: "both",
  summary: "Soft and hard labels.",
  revision: 1,
  settings: z
    .object({
      temperature: temperature.default(5),
      alpha: z.number().min(0).default(0.9),
      beta: z.number().min(0).default(0.1),
    })
    .refine(({ alpha, beta }) => alpha + beta > 0, { path: ["beta"], error: "> 0 where alpha is 0" }),
  canonical: ({ temperature, alpha, beta }: Weights) => ({ temperature, share: alpha / (alpha + beta) }),
  needs: "both" as const,
};
const mse = { name: "mse", summary: "Logits.", revision: 1, settings: z.object({}), needs: "teacher" as const };

const adam: Component = {
  name: "adam",
  summary: "",
  revision: 1,
  settings: z.object({ learningRate: z.number().positive().default(0.01) }),
};
const sgd: Component = {
  name: "sgd",
  summary: "",
  revision: 1,
  settings: z.object({
    learningRate: z.number().positive().max(10).default(0.1),
    nesterov: z.boolean().default(false),
    milestones: z.array(z.int().positive()).default([]),
  }),
};
const steady: Component = { name: "steady", summary: "", revision: 1, settings: z.object({}) };
const falling: Component = {
  name: "falling",
  summary: "",
  revision: 1,
  settings: z.object({ rate: z.number().default(0.5) }),
};
const none: Component = { name: "none", summary: "", revision: 1, settings: z.object({}) };
const flip: Component = { name: "flip", summary: "", revision: 1, settings: z.object({}) };

export const smallRegistries: Registries = {
  dataset: new Registry("data set", [shapes, folder]),
  teacher: new Registry("teacher", [small, big]),
  student: new Registry("student", [plainStudent, wideStudent]),
  loss: new Registry<Component & { readonly needs: "labels" | "teacher" | "both" }>("loss", [hard, kd, both, mse]),
  optimizer: new Registry("optimizer", [adam, sgd]),
  schedule: new Registry("schedule", [steady, falling]),
  augmentation: new Registry("augmentation", [none, flip]),
  training: {
    name: "training",
    summary: "",
    revision: 1,
    settings: z.object({ epochs: z.int().positive().default(10), batchSize: z.int().positive().default(64) }),
  },
  defaults: {
    dataset: "shapes",
    teacher: "small",
    student: "plain",
    loss: "kd",
    optimizer: "adam",
    schedule: "steady",
    augmentation: "none",
  },
};

/** The same registries with one component in another's place. */
export function withComponent(
  group: "dataset" | "teacher" | "student" | "optimizer" | "schedule" | "augmentation",
  changed: Component,
): Registries {
  const others = [...smallRegistries[group]].filter(({ name }) => name !== changed.name);
  return { ...smallRegistries, [group]: new Registry<Component>(group, [...others, changed]) };
}
