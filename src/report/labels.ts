import type { ConfigurationId } from "../trial/spec.js";
import type { Value } from "../trial/value.js";
import { withoutFolders } from "../trial/paths.js";
import { canonical, printable, shown } from "./values.js";

type Parameters = Readonly<Record<string, Value>>;

const longestValue = 40;

/** How a parameter is written in a label; `#` stands for its value. Others: the last part of their name, `=`, the value. */
const patterns: Readonly<Record<string, string>> = {
  "loss.type": "#",
  "loss.temperature": "τ=#",
  "loss.alpha": "α=#",
  "loss.beta": "β=#",
  "loss.gamma": "γ=#",
  "loss.temperatureScaling": "τ²=#",
  "student.type": "#",
  "teacher.backbone": "teacher=#",
  "optimizer.type": "#",
  "optimizer.learningRate": "lr=#",
  "training.batchSize": "batch=#",
  "dataset.name": "#",
  "dataset.imageSize": "# px",
  "augmentation.type": "+ #",
};
/** The order in a label: first the loss and its settings, last the augmentation. */
const groupOrder = ["loss", "student", "teacher", "optimizer", "training", "dataset"];
const patternOrder = Object.keys(patterns);

function rank(name: string): number {
  if (name.startsWith("augmentation.")) return groupOrder.length;
  const group = groupOrder.indexOf(name.split(".")[0] ?? "");
  return group === -1 ? groupOrder.length - 1 : group;
}

function before(a: string, b: string): number {
  const known = (name: string): number => (name in patterns ? patternOrder.indexOf(name) : patternOrder.length);
  return rank(a) - rank(b) || known(a) - known(b) || (a < b ? -1 : 1);
}

/** Which part of a value that is too long for a label stands in it. */
type Part = "start" | "end";

function short(name: string, value: Value, part: Part): string {
  const isLongNumber = typeof value === "number" && !Number.isInteger(value);
  const text = shown(name, isLongNumber ? Number(value.toPrecision(6)) : withoutFolders(name, value));
  if (text.length <= longestValue) return text;
  return part === "start" ? `${text.slice(0, longestValue - 1)}…` : `…${text.slice(1 - longestValue)}`;
}

function piece(name: string, value: Value, part: Part): string {
  const pattern = Object.hasOwn(patterns, name) ? patterns[name] : undefined;
  // A student has an epochs and a loss a labelSmoothing of their own.
  const whose = name.startsWith("teacher.") ? "teacher " : "";
  return (pattern ?? `${whose}${printable(name.split(".").at(-1) ?? name)}=#`).replace("#", () =>
    short(name, value, part),
  );
}

/**
 * Parameters in words: `kd_ce τ=5 α=0.9 + flip_crop`. "none" as augmentation is left out unless it would leave nothing.
 * The order of the words does not depend on the order of the keys.
 */
export function inWords(parameters: Parameters, part: Part = "start"): string {
  const names = Object.keys(parameters).sort(before);
  const words = names
    .filter((name) => name !== "augmentation.type" || parameters[name] !== "none")
    .map((name) => piece(name, parameters[name] ?? null, part));
  if (words.length > 0) return words.join(" ").replace(/^\+ /, "");
  return names.length > 0 ? "no augmentation" : "";
}

/** Those parameters that are among the names. */
export function pick(parameters: Parameters, names: ReadonlySet<string>): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.has(name)));
}

/** Names of the parameters that take at least two values among those that have them. */
export function tellingApart(all: readonly Parameters[]): Set<string> {
  const values = new Map<string, Set<string>>();
  for (const parameters of all) {
    for (const [name, value] of Object.entries(parameters)) {
      const known = values.get(name) ?? new Set<string>();
      values.set(name, known.add(canonical(value)));
    }
  }
  return new Set([...values].filter(([, several]) => several.size > 1).map(([name]) => name));
}

/** With more of them that tell configurations apart, labels would be long lists of what is mostly the same. */
const mostNamed = 5;

/**
 * Where many parameters tell configurations apart, the values that most of those have that have the parameter; labels leave
 * them out. What the loss or the augmentation is made of is always named.
 */
export function usualValues(all: readonly Parameters[]): Parameters {
  const names = tellingApart(all);
  if (names.size <= mostNamed) return {};
  const usual: Record<string, Value> = {};
  for (const name of names) {
    if (/^(loss|augmentation)\./.test(name)) continue;
    const having = all.filter((parameters) => Object.hasOwn(parameters, name));
    const values = having.map((parameters) => parameters[name] ?? null);
    const counts = new Map<string, number>();
    for (const value of values) counts.set(canonical(value), (counts.get(canonical(value)) ?? 0) + 1);
    const most = values.findIndex((value) => 2 * (counts.get(canonical(value)) ?? 0) > values.length);
    if (most !== -1) usual[name] = values[most] ?? null;
  }
  return usual;
}

/** Parameters in words without their usual values, unless that leaves nothing. */
export function inFewWords(parameters: Parameters, usual: Parameters): string {
  return inWords(without(parameters, usual)) || inWords(parameters);
}

function without(parameters: Parameters, usual: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(
      ([name, value]) => !Object.hasOwn(usual, name) || canonical(value) !== canonical(usual[name] ?? null),
    ),
  );
}

function repeated(labels: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(labels.filter((label) => seen.size === seen.add(label).size));
}

/**
 * A compact label for each configuration, from the parameters that tell them apart; never two alike. `fallback` names
 * a configuration that has no parameter to show.
 */
export function labelAll(
  all: readonly {
    readonly configuration: ConfigurationId;
    readonly parameters: Parameters;
    readonly fallback: string;
  }[],
): string[] {
  const names = tellingApart(all.map(({ parameters }) => parameters));
  const usual = usualValues(all.map(({ parameters }) => parameters));
  const telling = all.map(({ parameters, fallback }) => inWords(pick(parameters, names)) || fallback);
  const short = all.map(({ parameters }, index) => {
    return inWords(without(pick(parameters, names), usual)) || (telling[index] ?? "");
  });
  const compact = lengthen(short, (_, index) => telling[index] ?? "");
  const full = lengthen(compact, (label, index) => inWords(all[index]?.parameters ?? {}) || label);
  return lengthen(full, (label, index) => `${label} #${all[index]?.configuration.slice(0, 6) ?? ""}`);
}

/**
 * Parameters in words, the same for equal ones and others for others, also where long values begin alike or files in
 * different folders have one name: by the end of long values, else by a number in the order given.
 * @param words how they read where nothing else does alike; `inWords` by default
 */
export function distinctWords(
  all: readonly Parameters[],
  words: (parameters: Parameters) => string = (parameters) => inWords(parameters),
): string[] {
  const distinct = new Map(all.map((parameters) => [identityOf(parameters), parameters]));
  const each = [...distinct.values()];
  const ends = lengthen(
    lengthen(each.map(words), (_, index) => inWords(each[index] ?? {})),
    (label, index) => inWords(each[index] ?? {}, "end") || label,
  );
  const counts = new Map<string, number>();
  const numbered = lengthen(ends, (label) => {
    const number = (counts.get(label) ?? 0) + 1;
    counts.set(label, number);
    return `${label} (${number})`;
  });
  const labels = new Map([...distinct.keys()].map((key, index) => [key, numbered[index] ?? ""]));
  return all.map((parameters) => labels.get(identityOf(parameters)) ?? "");
}

/** Equal for parameters that read alike on purpose: `inWords` leaves out that there is no augmentation. */
function identityOf(parameters: Parameters): string {
  const named = Object.entries(parameters).filter(([name, value]) => name !== "augmentation.type" || value !== "none");
  return canonical(named.length > 0 ? Object.fromEntries(named) : parameters);
}

/** Replaces the labels that stand more than once. */
export function lengthen(labels: readonly string[], longer: (label: string, index: number) => string): string[] {
  const alike = repeated(labels);
  return labels.map((label, index) => (alike.has(label) ? longer(label, index) : label));
}
