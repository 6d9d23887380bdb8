import type { Value } from "./value.js";

/** Keys whose values name files: only the last part of such a path is shown. */
const fileKey = /(^|\.)(path|file|folder|weights|logits|model|module)$/;

const looksAbsolute = /^(~|\/|[A-Za-z]:[\\/]|\\\\|file:)/;

/** Whether a value is a block of others under names. */
export function isRecord(value: Value): value is Readonly<Record<string, Value>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function lastPart(path: string): string {
  const parts = path.split(/[\\/]+/).filter((part) => part !== "");
  return parts.at(-1) ?? path;
}

/** A setting's value without the folders of a path in it; `key` is its dotted name. */
export function withoutFolders(key: string, value: Value): Value {
  if (typeof value === "string") return fileKey.test(key) || looksAbsolute.test(value) ? lastPart(value) : value;
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => withoutFolders(key, item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withoutFolders(`${key}.${name}`, item)]),
  );
}

/** A message with every absolute path in it cut down to its last part: reports and models are passed on, folders' names are not. */
export function withoutPaths(message: string): string {
  return message.replace(/(?<![\w.~/\\])(?:file:\/\/|[A-Za-z]:\\|~\/|\/(?!\/))(?:[^\s'"`<>|:,;()]+)/g, (path) =>
    lastPart(path),
  );
}
