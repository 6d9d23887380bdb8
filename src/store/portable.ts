import { homedir } from "node:os";
import { relative, resolve } from "node:path";

const study = "${study}";
const home = "${home}";

/** An absolute path within a text, also where it stands as a file URL in a stack. */
const absolute = /(?<![^\s"'`(=[])(file:\/\/)?(\/(?!\/)[^\s"'`()[\]{}<>,;]*[^\s"'`()[\]{}<>,;/])/g;
const written = /\$\{(?:study|home)\}(?:\/[^\s"'`()[\]{}<>,;]*[^\s"'`()[\]{}<>,;/])?/g;

/**
 * Paths as a study keeps them, so that its folder can be moved with what lies beside it, and passed on without the names
 * of this machine's folders: from the study's folder, `${study}/../../photos`; below the user's home, where the study is
 * not, from there, `${home}/photos`.
 */
export class PortablePaths {
  /** @param folder the study's, absolute. @param homeFolder the user's */
  constructor(
    private readonly folder: string,
    private readonly homeFolder: string = homedir(),
  ) {}

  /** JSON of plain data, in which texts are rewritten that are paths or have paths in them. */
  toJson(value: unknown): string {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "string" ? this.writeValue(inner) : inner));
  }

  /** The reverse of `toJson`. @throws SyntaxError where the text is no JSON */
  fromJson(json: string): unknown {
    const none = !json.includes(study) && !json.includes(home);
    return JSON.parse(
      json,
      none ? undefined : (_, inner: unknown) => (typeof inner === "string" ? this.readValue(inner) : inner),
    );
  }

  /** A message, with its paths as a study keeps them. */
  toText(text: string): string {
    return text.replace(absolute, (_, url: string | undefined, path: string) => `${url ?? ""}${this.write(path)}`);
  }

  /** The reverse of `toText`. */
  fromText(text: string): string {
    return text.replace(written, (path) => this.read(path));
  }

  /** A setting that is a path may have spaces. */
  private writeValue(value: string): string {
    return value.startsWith("/") && resolve(value) === value ? this.write(value) : this.toText(value);
  }

  private readValue(value: string): string {
    return value.startsWith(study) || value.startsWith(home) ? this.read(value) : this.fromText(value);
  }

  private write(path: string): string {
    // Not as any of our paths is; it would not come back as it was.
    if (resolve(path) !== path) return path;
    const fromHome = below(this.homeFolder, path);
    const [marker, way] =
      fromHome !== null && below(this.homeFolder, this.folder) === null
        ? [home, fromHome]
        : [study, relative(this.folder, path)];
    return way === "" ? marker : `${marker}/${way}`;
  }

  private read(path: string): string {
    const [marker, folder] = path.startsWith(home) ? [home, this.homeFolder] : [study, this.folder];
    return resolve(folder, `.${path.slice(marker.length)}`);
  }
}

/** The way down from a folder; null where the path is not in it, or the folder is the file system's root. */
function below(folder: string, path: string): string | null {
  const way = relative(folder, path);
  return folder === resolve("/") || way === ".." || way.startsWith("../") ? null : way;
}
