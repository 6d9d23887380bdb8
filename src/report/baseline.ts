import { settingOf } from "../sweep/setting.js";
import type { Settings, Value } from "../trial/value.js";
import { canonical, shown } from "./values.js";
import type { Variant } from "./variants.js";

/** Parameters' values by dotted name. */
export type Assignment = Readonly<Record<string, Value>>;

/** Whether a value is the one that is wanted. */
export type Likeness = (value: Value | undefined, wanted: Value) => boolean;

const exactly: Likeness = (value, wanted) => value !== undefined && canonical(value) === canonical(wanted);

/** `5` written on a command line is the number as well as the text, and a path may be named by its last part. */
const inWords: Likeness = (value, wanted) => value !== undefined && shown("", value) === shown("", wanted);

/**
 * How a wanted value is looked for among others: as it is, where it is one of them; else as a person writes it. So paths
 * that end alike are told apart where they are given whole.
 */
export function likeness(values: readonly (Value | undefined)[], wanted: Value): Likeness {
  return values.some((value) => exactly(value, wanted)) ? exactly : inWords;
}

/** How each wanted value is looked for, by its name. */
export type Likenesses = (name: string) => Likeness;

/** @param valuesOf a name, what its wanted value is looked for among */
export function likenesses(wanted: Assignment, valuesOf: (name: string) => readonly (Value | undefined)[]): Likenesses {
  const byName = new Map(Object.entries(wanted).map(([name, value]) => [name, likeness(valuesOf(name), value)]));
  return (name) => byName.get(name) ?? exactly;
}

/** Whether parameters have all the wanted values. */
export function matches(parameters: Assignment, wanted: Assignment, like: Likenesses): boolean {
  return Object.entries(wanted).every(([name, value]) => like(name)(parameters[name], value));
}

/** Whether settings have all the wanted values, under their dotted names. */
export function hasSettings(settings: Settings, wanted: Assignment, like: Likenesses): boolean {
  return Object.entries(wanted).every(([name, value]) => like(name)(settingOf(settings, name), value));
}

/** Settings in words: `loss.type=kd,loss.temperature=5`. */
export function inText(wanted: Assignment): string {
  return Object.entries(wanted)
    .map(([name, value]) => `${name}=${shown(name, value)}`)
    .join(",");
}

/**
 * The configurations that have the wanted values and agree with `variant` in every other parameter that both have: one
 * where the wanted values name a baseline for it. `variant` itself where it has them.
 */
export function completions(
  variant: Variant,
  wanted: Assignment,
  variants: readonly Variant[],
  like: Likenesses,
): readonly Variant[] {
  const agrees = ({ parameters }: Variant): boolean =>
    Object.entries(parameters).every(
      ([name, value]) =>
        Object.hasOwn(wanted, name) ||
        !Object.hasOwn(variant.parameters, name) ||
        canonical(value) === canonical(variant.parameters[name] ?? null),
    );
  if (matches(variant.parameters, wanted, like)) return [variant];
  return variants.filter((other) => matches(other.parameters, wanted, like) && agrees(other));
}
