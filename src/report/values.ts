import type { Value } from "../trial/value.js";

/** Keys whose values name files: only the last part of such a path is shown. */
const fileKey = /(^|\.)(path|file|folder|weights|logits|model|module)$/;

function isRecord(value: Value): value is Readonly<Record<string, Value>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same text for equal values, whatever the order of their keys. */
export function canonical(value: Value): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

function lastPart(path: string): string {
  const parts = path.split(/[\\/]+/).filter((part) => part !== "");
  return parts.at(-1) ?? path;
}

const looksAbsolute = /^(~|\/|[A-Za-z]:[\\/]|\\\\|file:)/;

/** A setting's value without the folders of a path in it; `key` is its dotted name. */
export function withoutFolders(key: string, value: Value): Value {
  if (typeof value === "string") return fileKey.test(key) || looksAbsolute.test(value) ? lastPart(value) : value;
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => withoutFolders(key, item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withoutFolders(`${key}.${name}`, item)]),
  );
}

/** A message with every absolute path in it cut down to its last part: reports are passed on, folders' names are not. */
export function withoutPaths(message: string): string {
  return message.replace(/(?<![\w.:/\\])(?:file:\/\/|[A-Za-z]:\\|~\/|\/)(?:[^\s'"`<>|:,;()]+)/g, (path) =>
    lastPart(path),
  );
}

/** A setting's value as a person reads it: strings bare, lists and blocks as JSON. `key` is its dotted name. */
export function shown(key: string, value: Value): string {
  const short = withoutFolders(key, value);
  return printable(typeof short === "string" ? short : JSON.stringify(short));
}

/** Text without control and direction characters, which could rewrite a terminal's line. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}

/** The same line by line. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
