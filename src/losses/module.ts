import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { z } from "zod";
import type { Ops, Tensor } from "../tensorflow/ops.js";
import { UserError, formatIssue, type Issue } from "../trial/issue.js";
import type { ComponentSettings } from "../trial/value.js";
import type { Loss, LossInput, LossTerms } from "./loss.js";
import { losses } from "./registry.js";

/** A user's own loss, from a file. */
export interface LossModule extends Loss {
  /** Absolute. */
  readonly path: string;
  /** Of the file's content, hexadecimal: the module's identity. What the file itself imports does not count. */
  readonly sha256: string;
}

/** Where this environment variable is set, no module is loaded: a sweep file from elsewhere then runs no code. */
export const noModules = "KD_SWEEP_NO_MODULES";

/** A module whose top level awaits longer than this is refused. */
const mostLoadingMs = 10_000;

/** The setting that names the file: its content counts for identity, never its path. */
const setting = "module";
/** The setting that says what the file held as the sweep was planned. */
const contentSetting = "moduleSha256";

/**
 * Loads a loss that a user wrote: an ECMAScript module whose default export is a `Loss` descriptor, or a function that
 * is given `{ z }` (zod, for `settings`) and returns one. `settings` may be left out, for none. The loss that comes back
 * has the settings `module` and `moduleSha256` beside its own, which can only be what they are, its content in `content`,
 * and checks at each call what the module's `terms` gives.
 * A file that was changed is loaded anew. Nothing is loaded of TensorFlow: `terms` gets it as an argument.
 * @param path absolute, or relative to the working folder
 * @throws UserError that names the module: no such file, it does not load, its descriptor is not one, or modules are
 *   forbidden
 */
export async function loadLossModule(path: string): Promise<LossModule> {
  const file = resolve(path);
  if ((process.env[noModules] ?? "") !== "") throw refusal(file, "is not loaded: --no-modules forbids it", []);
  const sha256 = await lossModuleDigest(file);
  const exported = await importDefault(file, sha256);
  if ((await lossModuleDigest(file)) !== sha256) throw refusal(file, "was changed while it was loaded", []);
  const descriptor = typeof exported === "function" ? callFactory(file, exported) : exported;
  const issues = descriptorIssues(descriptor);
  if (issues.length > 0) throw refusal(file, "is no loss", issues);
  const own = descriptor as Loss;
  const settings = own.settings as Loss["settings"] | undefined;
  return {
    ...own,
    settings: (settings ?? z.object({})).safeExtend({
      [setting]: z.literal(file).default(file).describe("the loss's own file; its content counts, not its path"),
      [contentSetting]: z.literal(sha256).default(sha256).describe("sha256 of that file; filled in"),
    }) as unknown as Loss["settings"],
    contentSettings: [setting],
    impliedBy: setting,
    content: sha256,
    terms: (tf, input, chosen) => checkedTerms(file, own, tf, input, chosen),
    path: file,
    sha256,
  };
}

/**
 * The loss that a trial's settings name: one of the project's, or a module's as it was when the sweep was planned.
 * @throws UserError that names the module: as `loadLossModule`, or, with exit code 3, where its content has changed or
 *   cannot be read, by which all trials of that loss would fail for good
 */
export async function chosenLoss(settings: ComponentSettings & { readonly type: string }): Promise<Loss> {
  const { type, [setting]: file, [contentSetting]: planned } = settings;
  if (typeof file !== "string") return losses.get(type);
  const found = await lossModuleDigest(file).catch((error: unknown) => {
    throw error instanceof UserError ? endingRun(error) : error;
  });
  if (found !== planned) {
    const expected = "the content that it had when the run began";
    const issue = { path: file, expected, found: "another", hint: "run the sweep again" };
    throw endingRun(refusal(file, "has changed", [issue]));
  }
  return loadLossModule(file);
}

function endingRun({ message }: UserError): UserError {
  return new UserError(message, 3);
}

/**
 * The sha256 of a module's content, hexadecimal, without loading it.
 * @throws UserError that names the module where it cannot be read
 */
export async function lossModuleDigest(path: string): Promise<string> {
  const file = resolve(path);
  try {
    return createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const found = missing ? "no such file" : messageOf(error);
    throw refusal(file, "cannot be read", [{ path: file, expected: "a JavaScript file", found }], error);
  }
}

async function importDefault(file: string, sha256: string): Promise<unknown> {
  // Modules are cached by address: the content's hash in it lets a changed file be loaded anew.
  const address = `${pathToFileURL(file).href}?sha256=${sha256}`;
  let namespace: Readonly<Record<string, unknown>>;
  try {
    namespace = await inTime(import(address) as Promise<Readonly<Record<string, unknown>>>);
  } catch (error) {
    throw refusal(file, `does not load: ${messageOf(error)}`, [], error);
  }
  if (namespace.default !== undefined) return namespace.default;
  const others = Object.keys(namespace).filter((name) => name !== "default");
  const found = others.length === 0 ? "no exports" : `exports named ${others.join(", ")}`;
  throw refusal(file, "is no loss", [{ path: "default", expected: "an export `default` with the loss", found }]);
}

/** What a module awaits may never come; the timer also keeps the process from ending in silence meanwhile. */
async function inTime<T>(loading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not within ${mostLoadingMs / 1000} s`));
    }, mostLoadingMs);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

function callFactory(file: string, factory: unknown): unknown {
  try {
    return (factory as (given: { readonly z: typeof z }) => unknown)({ z });
  } catch (error) {
    throw refusal(file, `threw as its default export was called: ${messageOf(error)}`, [], error);
  }
}

const isText = (value: unknown): boolean => typeof value === "string" && value.length > 0;
const isFunction = (value: unknown): boolean => typeof value === "function";

/** What each field of a descriptor must be; the optional ones may be left out. */
const fields: readonly (readonly [
  name: string,
  expected: string,
  test: (value: unknown) => boolean,
  optional?: true,
])[] = [
  ["name", "text of lower case letters, digits, _ and .", (v) => typeof v === "string" && /^[a-z][a-z0-9_.]*$/.test(v)],
  ["summary", "one line of text", isText],
  ["revision", "a whole number >= 1", (value) => Number.isSafeInteger(value) && (value as number) >= 1],
  ["needs", '"labels", "teacher" or "both"', (value) => ["labels", "teacher", "both"].includes(value as string)],
  ["terms", "a function", isFunction],
  ["settings", "a z.object of zod 4", isObjectSchema, true],
  ["canonical", "a function", isFunction, true],
  ["teacherTermNeedsLabels", "true or false", (value) => typeof value === "boolean", true],
  // Of files that a loss's settings name, nothing would know the content.
  ["contentSettings", "none: a module's settings count by their values", () => false, true],
];

function descriptorIssues(descriptor: unknown): Issue[] {
  if (typeof descriptor !== "object" || descriptor === null || Array.isArray(descriptor)) {
    return [{ path: "default", expected: "an object with the loss's fields", found: kindOf(descriptor) }];
  }
  const given = descriptor as Readonly<Record<string, unknown>>;
  const issues = fields.flatMap(([path, expected, test, optional]): Issue[] => {
    const value = given[path];
    if ((value === undefined && optional === true) || test(value)) return [];
    return [{ path, expected, found: kindOf(value) }];
  });
  const shape = isObjectSchema(given.settings) ? given.settings.shape : {};
  const taken = ["type", setting, contentSetting].filter((name) => Object.hasOwn(shape, name));
  return [
    ...issues,
    ...taken.map((name) => ({ path: `settings.${name}`, expected: "another name", found: "a taken one" })),
  ];
}

/** By its parts and not by its class: the module may have its own copy of zod. */
function isObjectSchema(value: unknown): value is z.ZodObject {
  if (typeof value !== "object" || value === null) return false;
  const { _zod, safeExtend } = value as { _zod?: { def?: { type?: unknown } }; safeExtend?: unknown };
  return _zod?.def?.type === "object" && typeof safeExtend === "function";
}

function checkedTerms(file: string, loss: Loss, tf: Ops, input: LossInput, settings: object): LossTerms {
  let given: unknown;
  try {
    given = loss.terms(tf, input, settings);
  } catch (error) {
    throw refusal(file, `threw in \`terms\`: ${messageOf(error)}`, [], error);
  }
  const [batch] = input.student.shape;
  const expected = `a float32 tensor of shape [${batch}], one number per image`;
  if (typeof given !== "object" || given === null || given instanceof Promise || isTensor(tf, given)) {
    const found = describeTerm(tf, given);
    throw refusal(file, "returns no terms", [
      { path: "terms()", expected: "{ teacher, labels }, either or both", found },
    ]);
  }
  const { teacher, labels } = given as Readonly<Record<string, unknown>>;
  const issues = Object.entries({ teacher, labels }).flatMap(([name, term]): Issue[] => {
    const right = isTensor(tf, term) && term.shape.length === 1 && term.shape[0] === batch;
    if (term === undefined || (right && term.dtype === "float32")) return [];
    return [{ path: `terms().${name}`, expected, found: describeTerm(tf, term) }];
  });
  if (teacher === undefined && labels === undefined) {
    const names = Object.keys(given).join(", ");
    const found = names === "" ? "an empty object" : `neither, but ${names}`;
    issues.push({ path: "terms()", expected: "`teacher` or `labels`, or both", found });
  }
  if (issues.length > 0) throw refusal(file, "returns terms that are none", issues);
  return given;
}

const isTensor = (tf: Ops, value: unknown): value is Tensor => value instanceof tf.Tensor;

function describeTerm(tf: Ops, term: unknown): string {
  return isTensor(tf, term) ? `a ${term.dtype} tensor of shape [${term.shape.join(", ")}]` : kindOf(term);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value instanceof Promise) return "a promise";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? JSON.stringify(value) : inspect(value);
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";

function refusal(file: string, what: string, issues: readonly Issue[], cause?: unknown): UserError {
  const details = issues.map(formatIssue).join("; ");
  const error = new UserError(`loss module ${file} ${what}${details === "" ? "" : `: ${details}`}`);
  if (cause !== undefined) error.cause = cause;
  return error;
}
