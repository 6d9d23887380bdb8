import { homedir } from "node:os";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

type Marker = "study" | "home" | "program";

/** From `dist/src/store`. */
const ownFolder = resolve(fileURLToPath(new URL("../../..", import.meta.url)));

const path = /[^\s"'`()[\]{}<>,;:|=$]*[^\s"'`()[\]{}<>,;:|=$/]/u.source;
/** An absolute path within a text, also as a file URL in a stack; not `and/or`, `3 / 4` or a web address, but what looks like one in its query. */
const absolute = new RegExp(
  String.raw`(?<![\p{L}\p{N}_.~*$})\]/\\\-])(file:\/\/)?(\/(?!\/)${path})|\$+\{(?:study|home|program)\}`,
  "gu",
);
const written = new RegExp(String.raw`(\$*)\$\{(study|home|program)\}((?:\/${path})?)`, "gu");
const asWhole = /^\$\{(study|home|program)\}(.*)$/s;

/**
 * Paths as a study keeps them, so that its folder can be moved with what lies beside it, and passed on without the names
 * of this machine's folders: from the study's folder, `${study}/../../photos`; in the user's home or in kd-sweep's own
 * folder, where the study is not there too, from those, `${home}/photos` and `${program}/dist/x.js`. A text that has such
 * a marker itself gets another `$` before it.
 */
export class PortablePaths {
  private readonly folders: Readonly<Record<Marker, string>>;
  /** The folders that paths are written from, the first that holds one; else they are written from the study's. */
  private readonly bases: readonly Marker[];

  /** @param study the study's folder, absolute. @param home the user's. @param program kd-sweep's */
  constructor(study: string, home: string = homedir(), program: string = ownFolder) {
    this.folders = { study, home, program };
    this.bases = (["program", "home"] as const).filter((base) => below(this.folders[base], study) === null);
  }

  /** JSON of plain data, in which texts are rewritten that are paths or have paths in them. */
  toJson(value: unknown): string {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "string" ? this.writeValue(inner) : inner));
  }

  /** The reverse of `toJson`. @throws SyntaxError where the text is no JSON */
  fromJson(json: string): unknown {
    return JSON.parse(
      json,
      json.includes("${")
        ? (_, inner: unknown) => (typeof inner === "string" ? this.readValue(inner) : inner)
        : undefined,
    );
  }

  /** A message, with its paths as a study keeps them. */
  toText(text: string): string {
    return text.replace(absolute, (found, url: string | undefined, path: string | undefined) =>
      path === undefined ? `$${found}` : `${url ?? ""}${this.write(path)}`,
    );
  }

  /** The reverse of `toText`. */
  fromText(text: string): string {
    return text.replace(written, (found, dollars: string, marker: Marker, way: string) =>
      dollars === "" ? resolve(this.folders[marker], `.${way}`) : found.slice(1),
    );
  }

  /** A value that is a path, and nothing else, may have any sign in it. */
  private writeValue(value: string): string {
    return value.startsWith("/") && resolve(value) === value ? this.write(value) : this.toText(value);
  }

  private readValue(value: string): string {
    const [, marker, way = ""] = asWhole.exec(value) ?? [];
    if (marker === undefined) return this.fromText(value);
    const path = resolve(this.folders[marker as Marker], `.${way}`);
    // Else it is a text that begins with a path.
    return this.write(path) === value ? path : this.fromText(value);
  }

  private write(path: string): string {
    // Not as any of our paths is; it would not come back as it was.
    if (resolve(path) !== path) return path;
    const base = this.bases.find((each) => below(this.folders[each], path) !== null) ?? "study";
    const way = relative(this.folders[base], path);
    return way === "" ? `\${${base}}` : `\${${base}}/${way}`;
  }
}

/** The way down from a folder; null where the path is not in it, or the folder is the file system's root. */
function below(folder: string, path: string): string | null {
  const way = relative(folder, path);
  return folder === resolve("/") || way === ".." || way.startsWith("../") ? null : way;
}
