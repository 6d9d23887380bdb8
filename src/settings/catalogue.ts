import { z } from "zod";
import type { Component } from "../trial/component.js";
import { groups, selectors, type Group, type Value } from "../trial/value.js";
import type { Registries, SizedComponent } from "./registries.js";
import { describeSchema, list } from "./wording.js";

/** A setting as one component knows it. */
export interface SettingVariant {
  /** The component's name; "" for a group without a choice. */
  readonly component: string;
  /** What it accepts, in words: "a number > 0". */
  readonly type: string;
  /** undefined where there is none. */
  readonly default: Value | undefined;
  /** Whether it may be left out. */
  readonly optional: boolean;
  readonly description: string;
  readonly schema: z.core.$ZodType;
}

/** A dotted name that a sweep file may set. */
export interface KnownSetting {
  /** `loss.temperature` */
  readonly key: string;
  readonly group: Group;
  /** `temperature` */
  readonly setting: string;
  /** Whether it names the group's component. */
  readonly selects: boolean;
  /** One per component that knows it; for a selector one, of the group. */
  readonly variants: readonly SettingVariant[];
  /** Whether it names a file or folder. */
  readonly isPath: boolean;
}

/** The setting that names the file of a loss that a user wrote. */
export const lossModuleKey = "loss.module";

/** What is known of it before such a file is loaded, whose loss then knows the setting. */
const unloadedModule: KnownSetting = {
  key: lossModuleKey,
  group: "loss",
  setting: "module",
  selects: false,
  variants: [
    variantOf("", z.string().min(1).optional().describe("file of a loss of your own, which stands for loss.type")),
  ],
  isPath: true,
};

/** Every setting there is, by its dotted name, read from the registries. */
export class Catalogue {
  private readonly settings = new Map<string, KnownSetting>();

  constructor(readonly registries: Registries) {
    for (const group of groups) this.addGroup(group);
    this.settings.set(lossModuleKey, this.settings.get(lossModuleKey) ?? unloadedModule);
  }

  private addGroup(group: Group): void {
    const selector = selectors[group];
    if (selector !== null) this.settings.set(`${group}.${selector}`, this.selectorOf(group, selector));
    for (const component of this.components(group)) {
      for (const [setting, schema] of Object.entries(shapeOf(component))) {
        const key = `${group}.${setting}`;
        if (setting === selector) throw new Error(`${component.name} has a setting of its selector's name, ${key}`);
        const known = this.settings.get(key);
        const variant = variantOf(group === "training" ? "" : component.name, schema);
        this.settings.set(key, {
          key,
          group,
          setting,
          selects: false,
          variants: [...(known?.variants ?? []), variant],
          isPath: (known?.isPath ?? false) || (component.contentSettings ?? []).includes(setting),
        });
      }
    }
  }

  private selectorOf(group: Group, selector: string): KnownSetting {
    const names = this.names(group);
    const schema = z.enum(names).default(this.defaultComponent(group));
    const described = this.components(group).map(({ name, summary }) => `${name}: ${summary}`);
    const variant = { ...variantOf("", schema), type: `one of ${list(names)}`, description: described.join(" ") };
    return { key: `${group}.${selector}`, group, setting: selector, selects: true, variants: [variant], isPath: false };
  }

  /** In the groups' order, the selector first. */
  all(): readonly KnownSetting[] {
    return [...this.settings.values()];
  }

  get(key: string): KnownSetting | undefined {
    return this.settings.get(key);
  }

  keys(): readonly string[] {
    return [...this.settings.keys()];
  }

  /** Whether some setting lies below this dotted name: `loss`. */
  isBlock(name: string): boolean {
    return this.keys().some((key) => key.startsWith(`${name}.`));
  }

  components(group: Group): readonly SizedComponent[] {
    return group === "training" ? [this.registries.training] : [...this.registries[group]];
  }

  /** Names that the group's selector may have; none for `training`. */
  names(group: Group): readonly string[] {
    return group === "training" ? [] : this.registries[group].names();
  }

  /** The group's component where nobody names one; "" for `training`. */
  defaultComponent(group: Group): string {
    return group === "training" ? "" : this.registries.defaults[group];
  }

  /** @throws Error where the group has none of that name */
  component(group: Group, name: string): SizedComponent {
    return group === "training" ? this.registries.training : this.registries[group].get(name);
  }

  /** The losses that train on images without a label too. */
  lossesWithoutLabels(): readonly string[] {
    const { loss } = this.registries;
    return loss.names().filter((name) => {
      const { needs, teacherTermNeedsLabels = false } = loss.get(name);
      return needs !== "labels" && !teacherTermNeedsLabels;
    });
  }

  /** Whether trials with this loss learn from a teacher. */
  needsTeacher(loss: string): boolean {
    return this.registries.loss.get(loss).needs !== "labels";
  }
}

/** The schema of each setting of a component. */
export function shapeOf(component: Component): Readonly<Record<string, z.core.$ZodType>> {
  return component.settings.shape;
}

function variantOf(component: string, schema: z.core.$ZodType): SettingVariant {
  const { expected, description } = describeSchema(schema);
  const optional = z.safeParse(schema, undefined).success;
  return { component, type: expected, default: defaultOf(schema), optional, description, schema };
}

function defaultOf(schema: z.core.$ZodType): Value | undefined {
  const parsed = z.safeParse(schema, undefined);
  return parsed.success ? (parsed.data as Value | undefined) : undefined;
}

const catalogues = new WeakMap<Registries, Catalogue>();

/** The catalogue of these registries, made once. */
export function catalogueOf(registries: Registries): Catalogue {
  let known = catalogues.get(registries);
  if (known === undefined) {
    known = new Catalogue(registries);
    catalogues.set(registries, known);
  }
  return known;
}

const defaults = new WeakMap<Component, Readonly<Record<string, Value>>>();

/** The defaults of a component's settings; those that must be given are left out. */
export function defaultsOf(component: Component): Readonly<Record<string, Value>> {
  let known = defaults.get(component);
  if (known === undefined) {
    const entries = Object.entries(shapeOf(component)).map(([key, schema]) => [key, defaultOf(schema)] as const);
    known = Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
    defaults.set(component, known);
  }
  return known;
}
