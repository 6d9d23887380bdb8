import { z } from "zod";

/** A value as messages show it: one line, cut where long. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return Object.is(value, -0) ? "0" : String(value);
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** Names in a row, as messages list them. */
export function list(names: readonly string[], shown = 12): string {
  return names.length <= shown ? names.join(", ") : `${names.slice(0, shown).join(", ")}, ... (${names.length} in all)`;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly description?: string;
}

const phrases = new WeakMap<z.core.$ZodType, { readonly expected: string; readonly description: string }>();

/** What a setting's schema accepts, in words ("a number > 0"), and its description ("" where it has none). */
export function describeSchema(schema: z.core.$ZodType): { readonly expected: string; readonly description: string } {
  let known = phrases.get(schema);
  if (known === undefined) {
    const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
    known = { expected: phrase(json), description: json.description ?? "" };
    phrases.set(schema, known);
  }
  return known;
}

function phrase(schema: JsonSchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.map(plain).join(", ")}`;
  if (schema.const !== undefined) return plain(schema.const);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return options.map(phrase).join(" or ");
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (types.length === 0) return "a value";
  return types.map((type) => typePhrase(type, schema)).join(" or ");
}

function typePhrase(type: string, schema: JsonSchema): string {
  switch (type) {
    case "number":
      return `a number${bounds(schema)}`;
    case "integer":
      return `a whole number${bounds(schema)}`;
    case "string":
      if (schema.pattern !== undefined) return `text that matches ${schema.pattern}`;
      return (schema.minLength ?? 0) > 0 ? "text that is not empty" : "text";
    case "boolean":
      return "true or false";
    case "array": {
      const each = schema.items === undefined ? "" : `, each ${phrase(schema.items)}`;
      return `a list${(schema.minItems ?? 0) > 0 ? " that is not empty" : ""}${each}`;
    }
    case "object":
      return "a block of keys";
    default:
      return type;
  }
}

/** zod gives every integer the bounds of a double's exact integers; they say nothing to a reader. */
function bounds(schema: JsonSchema): string {
  const minimum = finite(schema.minimum);
  const maximum = finite(schema.maximum);
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const parts = [
    schema.exclusiveMinimum === undefined ? undefined : `> ${schema.exclusiveMinimum}`,
    minimum === undefined ? undefined : `>= ${minimum}`,
    schema.exclusiveMaximum === undefined ? undefined : `< ${schema.exclusiveMaximum}`,
    maximum === undefined ? undefined : `<= ${maximum}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}

function finite(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
}

/** A name as it is, anything else as messages show it. */
export function plain(value: unknown): string {
  return typeof value === "string" ? value : show(value);
}
