import { createHash } from "node:crypto";
import type { z } from "zod";
import { augmentations } from "../data/augmentation/registry.js";
import { datasets } from "../data/registry.js";
import { backbones } from "../models/registry.js";
import type { Component } from "../trial/component.js";
import type { ArtifactSpec } from "./artifact.js";

/**
 * Raised by whoever changes what a kind's bytes or info mean, or how they are made apart from the components in the spec
 * (the loss, optimizer and augmentation that train a teacher are not in it).
 */
const formats = { images: 1, teacher: 1, logits: 1 } as const satisfies Record<ArtifactSpec["kind"], number>;

/**
 * The name of an artifact: the sha256 of everything that affects its bytes, 64 hexadecimal digits.
 * Settings that name a file or folder do not count, their content does (the fingerprints); a component's revision counts.
 */
export function artifactKey(spec: ArtifactSpec): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(identity(spec))))
    .digest("hex");
}

function identity(spec: ArtifactSpec): object {
  const common = { kind: spec.kind, format: formats[spec.kind] };
  switch (spec.kind) {
    case "images": {
      const descriptor = datasets.get(spec.dataset.name);
      const dataset = component(descriptor, spec.dataset, descriptor.trainingSettings);
      return { ...common, dataset, fingerprint: spec.fingerprint };
    }
    case "teacher": {
      const teacher = component(backbones.get(spec.teacher.backbone), spec.teacher);
      const weights = spec.weights === null ? {} : { weights: spec.weights };
      const { labelledFraction = 1 } = spec;
      const labelled = labelledFraction === 1 ? {} : { labelledFraction };
      return { ...common, images: identity(spec.images), teacher, seed: spec.teacher.seed, ...weights, ...labelled };
    }
    case "logits": {
      const { views } = spec;
      const viewed = views && {
        augmentation: component(augmentations.get(views.augmentation.type as string), views.augmentation),
        seed: views.seed,
        epochs: views.epochs,
        ...(views.mixup !== undefined && { mixup: views.mixup }),
      };
      return { ...common, teacher: identity(spec.teacher), views: viewed };
    }
  }
}

/** @param without settings that do not affect the bytes */
function component(
  descriptor: Component,
  settings: Readonly<Record<string, unknown>>,
  without: readonly string[] = [],
): object {
  const { addedSettings = [], contentSettings = [], name, revision } = descriptor;
  const content = descriptor.canonical === undefined ? settings : descriptor.canonical(settings);
  const counting = Object.entries(content).filter(
    ([key, value]) =>
      !contentSettings.includes(key) &&
      !without.includes(key) &&
      !(addedSettings.includes(key) && isDefault(descriptor, key, value)),
  );
  return { name, revision, settings: Object.fromEntries(counting) };
}

function isDefault({ settings }: Component, key: string, value: unknown): boolean {
  const schema = (settings.shape as Readonly<Record<string, z.ZodType>>)[key];
  const parsed = schema?.safeParse(undefined);
  return parsed?.success === true && JSON.stringify(parsed.data) === JSON.stringify(value);
}

/** The same data with every object's keys in code unit order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
