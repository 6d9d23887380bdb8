import { UserError } from "../trial/issue.js";
import { groups, type Settings, type Value } from "../trial/value.js";
import { canonical, shown } from "./values.js";
import type { Variant } from "./variants.js";

/** Parameters' values by dotted name. */
export type Assignment = Readonly<Record<string, Value>>;

/** `5` written on a command line is the number as well as the text. */
function same(value: Value | undefined, wanted: Value): boolean {
  return value !== undefined && (canonical(value) === canonical(wanted) || shown("", value) === shown("", wanted));
}

/** Whether parameters have all the wanted values. */
export function matches(parameters: Assignment, wanted: Assignment): boolean {
  return Object.entries(wanted).every(([name, value]) => same(parameters[name], value));
}

/** Whether settings have all the wanted values, under their dotted names. */
export function hasSettings(settings: Settings, wanted: Assignment): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const [group = "", key = ""] = name.split(/\.(.*)/s);
    const block = groups.find((each) => each === group);
    return block !== undefined && same(settings[block]?.[key], value);
  });
}

function inText(wanted: Assignment): string {
  return Object.entries(wanted)
    .map(([name, value]) => `${name}=${shown(name, value)}`)
    .join(",");
}

/**
 * The configuration that has the wanted values and agrees with `variant` in every other parameter that both have.
 * @throws UserError where there is not exactly one
 */
export function completedBaseline(variant: Variant, wanted: Assignment, variants: readonly Variant[]): Variant {
  const agrees = ({ parameters }: Variant): boolean =>
    Object.entries(parameters).every(
      ([name, value]) =>
        Object.hasOwn(wanted, name) ||
        !Object.hasOwn(variant.parameters, name) ||
        canonical(value) === canonical(variant.parameters[name] ?? null),
    );
  if (matches(variant.parameters, wanted)) return variant;
  const fitting = variants.filter((other) => matches(other.parameters, wanted) && agrees(other));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const found =
    only === undefined
      ? "no configuration"
      : `${fitting.length} configurations (${fitting
          .slice(0, 4)
          .map(({ label }) => label)
          .join("; ")})`;
  throw new UserError(
    `--baseline: expected ${inText(wanted)} to fit one configuration for ${variant.label}, found ${found}; ` +
      "name more parameters, or narrow the rows with --where",
  );
}
