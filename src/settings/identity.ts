import { hash } from "node:crypto";
import type { Component } from "../trial/component.js";
import type { Fingerprints } from "../trial/fingerprints.js";
import type { ConfigurationId, TrialId } from "../trial/spec.js";
import { groups, selectors, type ComponentSettings, type Group, type Settings, type Value } from "../trial/value.js";
import { canonicalJson, sameValue } from "./canonical.js";
import { catalogueOf, defaultsOf, shapeOf } from "./catalogue.js";
import { plain } from "./wording.js";
import { registries as ownRegistries, type Registries } from "./registries.js";

/** What names a trial, and what its replicates share. */
export interface Identity {
  readonly id: TrialId;
  readonly configuration: ConfigurationId;
}

/**
 * The identity of a trial: the first 16 hexadecimal digits of a sha256 over, per group, the component's name, its revision
 * and its settings that differ from their defaults (mapped by the component's `canonical`, so that settings which mean
 * the same work count once); over the data set's content and the weight file's, where the teacher starts from one; and
 * over the seed. The configuration's is the same without `seed` and `teacher.seed`.
 *
 * Because a default counts as nothing, a setting that is added with a default leaves all old ids as they are: old trials
 * were trained as if it had stood at its default, and are not run again. Because the revision counts, whoever changes
 * what a component computes, or one of its defaults, raises it, and that component's trials get new ids: they are
 * other work now. A group that is added (`addedGroups`) counts as nothing while its default component stands at its
 * defaults, for the same reason. Files and folders (`contentSettings`) count by their content, which is in
 * `fingerprints`, not by their path, so that a moved data set is the same data set. So does the file of a component that a
 * user wrote.
 * @param settings resolved, as `resolve` gives them
 */
export function identify(
  settings: Settings,
  seed: number,
  fingerprints: Fingerprints,
  registries: Registries = ownRegistries,
): Identity {
  const { dataset, teacher } = settings;
  const parts = groups.map((group) => identityPart(group, settings[group], registries));
  const weights = teacher === null ? null : fingerprints.weights(teacher, dataset);
  return identityOf(parts, seed, { dataset: fingerprints.dataset(dataset), weights });
}

/** The fingerprints of one trial's content. */
export interface TrialContent {
  readonly dataset: string;
  /** null where the trial has no teacher that starts from a weight file. */
  readonly weights: string | null;
}

/** What one group adds to an identity, as canonical JSON, "" for nothing; `configuration` without the seed of a replicate. */
export interface IdentityPart {
  readonly trial: string;
  readonly configuration: string;
}

/** Groups that the first trials' identities did not have. What they were trained as must stay these groups' defaults. */
const addedGroups: ReadonlySet<Group> = new Set<Group>(["schedule"]);

/** @param block the group's resolved settings; null for a teacher that the loss does not use */
export function identityPart(group: Group, block: ComponentSettings | null, registries: Registries): IdentityPart {
  if (block === null) return { trial: "null", configuration: "null" };
  const catalogue = catalogueOf(registries);
  const selector = selectors[group];
  const name = selector === null ? "" : plain(block[selector]);
  const component = catalogue.component(group, name);
  const content = (values: Readonly<Record<string, Value>>): string => {
    const difference = whatDiffers(component, values);
    const { revision } = component;
    if (!addedGroups.has(group)) return canonicalJson({ name, revision, content: component.content, ...difference });
    const first = name === catalogue.defaultComponent(group) && revision === 1;
    const differs = Object.keys(difference.settings).length > 0 || difference.without !== undefined;
    return first && !differs ? "" : canonicalJson({ group, name, revision, ...difference });
  };
  const trial = content(block);
  if (group !== "teacher" || block.seed === undefined) return { trial, configuration: trial };
  return { trial, configuration: content({ ...block, seed: defaultsOf(component).seed ?? 1 }) };
}

/** Puts the groups' parts, in the groups' order, together to one identity. */
export function identityOf(parts: readonly IdentityPart[], seed: number, { dataset, weights }: TrialContent): Identity {
  const joined = (texts: readonly string[]): string => texts.filter((text) => text !== "").join(",");
  const configuration = joined(parts.map((part) => part.configuration));
  const trial = joined(parts.map((part) => part.trial));
  // Without weights nothing is added: a trial's id says nothing of what it does not have.
  const content = `"data":${canonicalJson(dataset)}${weights === null ? "" : `,"weights":${canonicalJson(weights)}`}`;
  return {
    id: shortHash(`{"groups":[${trial}],${content},"seed":${canonicalJson(seed)}}`),
    configuration: shortHash(`{"groups":[${configuration}],${content}}`),
  };
}

function shortHash(text: string): string {
  return hash("sha256", text, "hex").slice(0, 16);
}

interface Difference {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Keys that the canonical form of the defaults has and this one lacks. */
  readonly without?: readonly string[];
}

function whatDiffers(component: Component, block: Readonly<Record<string, Value>>): Difference {
  const ignored = component.contentSettings ?? [];
  const own = Object.keys(shapeOf(component));
  const values: Record<string, Value | undefined> = {};
  for (const key of own) values[key] = block[key];
  const defaults = defaultsOf(component);
  // Settings without a default stand at their own value on both sides; they are added below.
  const required = own.filter((key) => !Object.hasOwn(defaults, key) && values[key] !== undefined);
  const canonical = canonicalOf(component, values);
  const base =
    required.length === 0 ? canonicalDefaults(component) : canonicalOf(component, { ...values, ...defaults });
  const settings: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(canonical)) {
    if (!ignored.includes(key) && !sameValue(value as Value | undefined, base[key] as Value | undefined)) {
      settings[key] = value;
    }
  }
  for (const key of required) if (!ignored.includes(key)) settings[key] = values[key];
  const without = Object.keys(base).filter((key) => !Object.hasOwn(canonical, key) && !ignored.includes(key));
  return without.length === 0 ? { settings } : { settings, without: without.sort() };
}

const ofDefaults = new WeakMap<Component, Readonly<Record<string, unknown>>>();

function canonicalDefaults(component: Component): Readonly<Record<string, unknown>> {
  let known = ofDefaults.get(component);
  if (known === undefined) {
    known = canonicalOf(component, defaultsOf(component));
    ofDefaults.set(component, known);
  }
  return known;
}

function canonicalOf(
  component: Component,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return component.canonical === undefined ? values : component.canonical(values);
}
