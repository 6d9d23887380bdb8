import { z } from "zod";
import type { Issue, Result } from "../trial/issue.js";
import { groups, selectors, type ComponentSettings, type Group, type Settings, type Value } from "../trial/value.js";
import { catalogueOf, defaultsOf, shapeOf, type Catalogue, type KnownSetting } from "./catalogue.js";
import { byDistance, didYouMean } from "./nearest.js";
import { pairIssues } from "./pairs.js";
import { registries as ownRegistries, type Registries } from "./registries.js";
import { describeSchema, list, plain, show } from "./wording.js";

/** A trial's settings, resolved, and what is odd about them though valid. */
export interface Resolution {
  readonly settings: Settings;
  /** Settings that were given and play no part. */
  readonly warnings: readonly string[];
}

/**
 * Fills in defaults, checks every value, and drops what plays no part: settings that another component of the group
 * knows but the chosen one does not (with a warning), and the teacher's where the loss uses none (`teacher` is null).
 * @param flat values under dotted names (`loss.type`, `training.epochs`)
 * @returns all that is wrong, under the dotted names: unknown names (with the nearest known one), wrong types and ranges
 */
export function resolve(
  flat: Readonly<Record<string, Value>>,
  registries: Registries = ownRegistries,
): Result<Resolution> {
  const catalogue = catalogueOf(registries);
  const issues: Issue[] = Object.keys(flat)
    .filter((key) => catalogue.get(key) === undefined)
    .map((key) => unknownSetting(key, catalogue));
  const warnings: string[] = [];
  const resolved = new Map<Group, ComponentSettings>();
  for (const group of groups) {
    const chosen = chosenComponent(group, flat, catalogue);
    if (!chosen.ok) {
      issues.push(...chosen.issues);
      continue;
    }
    const given = Object.entries(flat).filter(([key]) => catalogue.get(key)?.group === group);
    warnings.push(...given.flatMap(([key]) => ignoredBy(key, chosen.value, catalogue)));
    const block = resolveGroup(group, chosen.value, Object.fromEntries(given), catalogue);
    if (block.ok) resolved.set(group, block.value);
    else issues.push(...block.issues);
  }
  if (issues.length > 0) return { ok: false, issues };
  const withTeacher = catalogue.needsTeacher(plain(resolved.get("loss")?.type));
  const settings = assembleSettings(
    (group) => (group !== "teacher" || withTeacher ? resolved.get(group) : null) ?? null,
  );
  issues.push(...pairIssues(settings, catalogue));
  if (issues.length > 0) return { ok: false, issues };
  if (settings.teacher === null && Object.keys(flat).some((key) => catalogue.get(key)?.group === "teacher")) {
    warnings.push(`the teacher's settings play no part: the loss ${settings.loss.type} uses no teacher`);
  }
  return { ok: true, value: { settings, warnings } };
}

/**
 * Settings that `resolve` refuses, given or by default, unchecked: `exclude` may name values that do not go together.
 * @param flat as for `resolve`
 */
export function uncheckedSettings(
  flat: Readonly<Record<string, Value>>,
  registries: Registries = ownRegistries,
): Settings {
  const catalogue = catalogueOf(registries);
  const loss = chosenComponent("loss", flat, catalogue);
  const withTeacher = loss.ok && catalogue.needsTeacher(loss.value);
  return assembleSettings((group) => {
    const chosen = chosenComponent(group, flat, catalogue);
    if (!chosen.ok || (group === "teacher" && !withTeacher)) return null;
    return uncheckedGroup(group, chosen.value, flat, catalogue);
  });
}

/** One group's block as `uncheckedSettings` gives it. */
export function uncheckedGroup(
  group: Group,
  component: string,
  given: Readonly<Record<string, Value>>,
  catalogue: Catalogue,
): ComponentSettings {
  const selector = selectors[group];
  const own = Object.entries(given).filter(([key]) => catalogue.get(key)?.group === group);
  return {
    ...(selector === null ? {} : { [selector]: component }),
    ...defaultsOf(catalogue.component(group, component)),
    ...Object.fromEntries(own.map(([key, value]) => [key.slice(group.length + 1), value])),
  };
}

/** The groups' resolved blocks as one trial's settings. */
export function assembleSettings(block: (group: Group) => ComponentSettings | null): Settings {
  return Object.fromEntries(groups.map((group) => [group, block(group)])) as unknown as Settings;
}

/**
 * One group's block: the selector first, then every setting of the component, given or by default.
 * @param given values under dotted names; those that the component does not know are left out
 */
export function resolveGroup(
  group: Group,
  component: string,
  given: Readonly<Record<string, Value>>,
  catalogue: Catalogue,
): Result<ComponentSettings> {
  const descriptor = catalogue.component(group, component);
  const shape = shapeOf(descriptor);
  const own: Record<string, Value> = {};
  for (const key in given) {
    const name = key.slice(group.length + 1);
    const value = given[key];
    if (value !== undefined && key.startsWith(group) && Object.hasOwn(shape, name)) own[name] = value;
  }
  const parsed = descriptor.settings.safeParse(own);
  if (!parsed.success) return { ok: false, issues: groupIssues(group, component, parsed.error, given, catalogue) };
  const selector = selectors[group];
  const block = parsed.data as Record<string, Value>;
  return { ok: true, value: selector === null ? block : { [selector]: component, ...block } };
}

/** zod's errors of one group in this project's words; the message of a refinement is an expectation ("> 0 where ..."). */
function groupIssues(
  group: Group,
  component: string,
  error: z.ZodError,
  given: Readonly<Record<string, Value>>,
  catalogue: Catalogue,
): Issue[] {
  const seen = new Set<string>();
  return error.issues.flatMap((issue): Issue[] => {
    const setting = issue.path.length === 0 ? undefined : String(issue.path[0]);
    const path = setting === undefined ? group : `${group}.${setting}`;
    if (seen.has(path)) return [];
    seen.add(path);
    const schema = setting === undefined ? undefined : shapeOf(catalogue.component(group, component))[setting];
    const byDefault = catalogue.get(path)?.variants.find((one) => one.component === component)?.default;
    const value = Object.hasOwn(given, path) ? given[path] : byDefault;
    const custom = issue.code === "custom" || schema === undefined;
    const expected = custom ? issue.message : describeSchema(schema).expected;
    const needed =
      value === undefined && setting !== undefined
        ? { hint: `${group}.${selectors[group] ?? ""} ${component} needs it` }
        : {};
    return [{ path, expected, found: setting === undefined ? show(given) : show(value), ...needed }];
  });
}

/** What is wrong with one value of one setting, as the given component knows it. */
export function checkValue(known: KnownSetting, component: string, value: Value): Issue | undefined {
  const variant = known.variants.find((one) => one.component === component) ?? known.variants[0];
  if (variant === undefined) return undefined;
  const parsed = z.safeParse(variant.schema, value);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  const expected = issue?.code === "custom" ? issue.message : variant.type;
  return { path: known.key, expected, found: show(value) };
}

/** A selector's value that names no component: those that exist, the nearest first. */
export function unknownComponent(key: string, group: Group, value: Value, catalogue: Catalogue): Issue {
  const names = catalogue.names(group);
  if (typeof value !== "string") return { path: key, expected: `one of ${list(names)}`, found: show(value) };
  const expected = `one of ${list(byDistance(value, names))}`;
  return withHint({ path: key, expected, found: show(value) }, didYouMean(value, names));
}

/** A dotted name that no component knows. */
export function unknownSetting(key: string, catalogue: Catalogue): Issue {
  const issue = { path: key, expected: "a known setting", found: "an unknown one" };
  return withHint(issue, didYouMean(key, catalogue.keys()));
}

function withHint(issue: Issue, hint: string | undefined): Issue {
  return hint === undefined ? issue : { ...issue, hint };
}

function chosenComponent(group: Group, flat: Readonly<Record<string, Value>>, catalogue: Catalogue): Result<string> {
  const selector = selectors[group];
  if (selector === null) return { ok: true, value: catalogue.defaultComponent(group) };
  const key = `${group}.${selector}`;
  const value = Object.hasOwn(flat, key) ? (flat[key] ?? null) : catalogue.defaultComponent(group);
  if (typeof value === "string" && catalogue.names(group).includes(value)) return { ok: true, value };
  return { ok: false, issues: [unknownComponent(key, group, value, catalogue)] };
}

/** Whether a component of its group reads this setting. */
export function reads(known: KnownSetting, component: string): boolean {
  return known.selects || known.variants.some((variant) => variant.component === component);
}

function ignoredBy(key: string, component: string, catalogue: Catalogue): string[] {
  const known = catalogue.get(key);
  if (known === undefined || reads(known, component)) return [];
  return [`${key} plays no part: ${known.group}.${selectors[known.group] ?? ""} ${component} does not read it`];
}
