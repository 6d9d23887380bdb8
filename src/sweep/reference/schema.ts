import { z } from "zod";
import { catalogueOf, type Catalogue, type KnownSetting } from "../../settings/catalogue.js";
import { registries as ownRegistries, type Registries } from "../../settings/registries.js";
import { groups, type Group } from "../../trial/value.js";
import { executionKey, keepKey, type KeyName } from "../keys.js";
import { methodKey } from "../method.js";
import { metricKey } from "../metric.js";
import { nameKey } from "../name.js";
import { distributions } from "../range.js";
import { seedsKey } from "../seeds.js";

type Shape = Record<string, z.ZodType>;

const path = z.string().min(1);

/**
 * The shape of a sweep file, from the same schemas by which it is read: what an editor needs to complete and check one.
 * The reader asks for more: that values go together, that conditions name what is swept.
 */
export function sweepFileSchema(registries: Registries = ownRegistries): z.ZodObject {
  const settings = new SettingSchemas(catalogueOf(registries));
  const conditions = settings.blocks((value) => z.union([value, z.array(value).min(1)]));
  const values = settings.blocks((value) => value);
  const keys: Record<KeyName, z.ZodType> = {
    name: nameKey,
    extends: path.describe("A sweep file, relative to this one, that says what this one does not."),
    include: z.array(path).min(1).describe("Sweep files, relative to this one, that make one study together."),
    method: methodKey,
    metric: metricKey,
    seeds: seedsKey,
    parameters: settings
      .blocks((value) => parameter(value, conditions))
      .describe("Settings that are swept: every combination of their values is a configuration."),
    zip: z
      .array(settings.blocks((value) => z.array(value).min(1), { when: conditions }))
      .min(1)
      .describe("Blocks of settings that take their first values together, their second values, and so on."),
    exclude: z.array(conditions).min(1).describe("Configurations that fulfil all of one entry are left out."),
    trials: z.array(values).min(1).describe("Single configurations beside the grid."),
    baseline: z
      .union([values, z.null()])
      .describe("Settings that name the configuration which others are compared with."),
    comparisons: z
      .array(
        z.strictObject({
          by: z
            .union([z.string(), z.array(z.string()).min(1)])
            .describe("The parameter whose values are compared, or those whose values are compared together."),
          where: conditions.optional().describe("Limits the comparison to configurations that fulfil these."),
          baseline: values.optional().describe("Names the one that the others are compared with."),
          name: z.string().optional().describe("A title."),
        }),
      )
      .min(1)
      .describe("What the report compares."),
    keep: keepKey,
    execution: executionKey,
  };
  const optional = Object.entries(keys).map(([key, schema]) => [key, schema.optional()] as const);
  return z.strictObject({ ...Object.fromEntries(optional), ...settings.shape((value) => value) });
}

/** The same as a JSON Schema (draft 7, which editors know best). */
export function sweepFileJsonSchema(registries: Registries = ownRegistries): object {
  const schema = z.toJSONSchema(sweepFileSchema(registries), {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    reused: "ref",
  });
  return { title: "A sweep file of kd-sweep", ...schema };
}

function parameter(value: z.ZodType, conditions: z.ZodType): z.ZodType {
  const when = { when: conditions.optional().describe("Where the parameter applies.") };
  const noted = { distribution: z.enum(["categorical", "constant"]).optional() };
  return z.union([
    z.strictObject({ values: z.array(value).min(1), ...noted, ...when }),
    z.strictObject({ value, ...noted, ...when }),
    z
      .strictObject({
        min: z.number(),
        max: z.number(),
        distribution: z.enum(distributions).optional(),
        q: z.number().positive().optional(),
        ...when,
      })
      .describe("For method: { name: random, count: ... }."),
  ]);
}

/** Schemas of blocks of settings, which may be written dotted, nested or mixed. */
class SettingSchemas {
  private readonly values: ReadonlyMap<KnownSetting, z.ZodType>;

  constructor(private readonly catalogue: Catalogue) {
    this.values = new Map(catalogue.all().map((known) => [known, valueSchema(known)]));
  }

  blocks(of: (value: z.ZodType) => z.ZodType, others: Shape = {}): z.ZodObject {
    const optional = Object.entries(others).map(([key, schema]) => [key, schema.optional()] as const);
    return z.strictObject({ ...this.shape(of), ...Object.fromEntries(optional) });
  }

  /** Each group as a block, and each setting under its dotted name; all may be left out. */
  shape(of: (value: z.ZodType) => z.ZodType): Shape {
    const made = new Map([...this.values].map(([known, value]) => [known, of(value).optional()]));
    const shape: Shape = {};
    for (const group of groups) {
      shape[group] = z.strictObject(this.own(group, made, ({ setting }) => setting)).optional();
      Object.assign(
        shape,
        this.own(group, made, ({ key }) => key),
      );
    }
    return shape;
  }

  private own(
    group: Group,
    made: ReadonlyMap<KnownSetting, z.ZodType>,
    named: (known: KnownSetting) => string,
  ): Record<string, z.ZodType> {
    const all = this.catalogue.all().filter((known) => known.group === group);
    return Object.fromEntries(all.map((known) => [named(known), made.get(known) ?? z.unknown()]));
  }
}

/** What a setting accepts as any component knows it. */
function valueSchema({ variants }: KnownSetting): z.ZodType {
  const byType = new Map(variants.map(({ type, schema }) => [type, innermost(schema)]));
  const schemas = [...byType.values()];
  const descriptions = [...new Set(variants.map(({ description }) => description))].filter((text) => text !== "");
  const [first = z.unknown()] = schemas;
  const schema = schemas.length > 1 ? z.union(schemas) : first;
  return descriptions.length === 0 ? schema : schema.describe(descriptions.join(" | "));
}

/** Without a default: that differs by component, and a sweep file says what it wants. */
function innermost(schema: z.core.$ZodType): z.ZodType {
  const isWrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodOptional;
  return isWrapped ? innermost(schema.unwrap()) : (schema as z.ZodType);
}
