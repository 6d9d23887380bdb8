import type { BigIntStats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { forEachBounded } from "../../files/bounded.js";
import type { ListedFile } from "../../files/checksums.js";
import { MissingInputError, UserError, type Issue } from "../../trial/issue.js";

/** A file that is an image by its name. */
export interface ImageFile extends ListedFile {
  /** Index in the listing's `classNames`; -1 for none. */
  readonly label: number;
  /** `<class>/<file>`; without a label `unlabelled:<path in the folder>`. */
  readonly source: string;
}

export interface Skipped {
  readonly source: string;
  readonly reason: string;
}

/** What stands in a folder of class folders. */
export interface Listing {
  /** In code point order; the place is the class's index. */
  readonly classNames: readonly string[];
  /** In the order of their sources. */
  readonly files: readonly ImageFile[];
  readonly skipped: readonly Skipped[];
  /** How many files are no images by their endings, and are passed over. */
  readonly passedOver: number;
  /** How many images lie beside the class folders, in none of them, and are passed over. */
  readonly outside: number;
}

/** Endings of images, those included that cannot be read, so that they are named. Other files are passed over. */
const endings = new Set(".jpg .jpeg .jpe .jfif .png .webp .gif .bmp .tif .tiff .avif .heic".split(" "));

/** Larger files are no photos and are not read. */
export const mostBytes = 256 * 1024 * 1024;

/**
 * Lists the images of a folder that are in it or in its folders, at any depth, for images without a label. Hidden files,
 * and files whose ending is not an image's, are passed over; links to folders and links out of the folder are not
 * followed.
 * @throws MissingInputError where there is no such folder
 */
export async function listUnlabelled(folder: string): Promise<Pick<Listing, "files" | "skipped">> {
  const root = await folderAt(folder, { path: "dataset.unlabelled", expected: "a folder of images" });
  const skipped: Skipped[] = [];
  const files: ImageFile[] = [];
  async function walk(way: string): Promise<void> {
    const folders: string[] = [];
    await forEachBounded(await visibleNames(join(root, way)), 16, async (name) => {
      if (name === "Thumbs.db") return;
      const place = way === "" ? name : `${way}/${name}`;
      const source = `unlabelled:${place}`;
      const found = await follow(root, join(root, place));
      if (typeof found === "string") skipped.push({ source, reason: found });
      else if (found.stats.isDirectory()) {
        if (found.linked) skipped.push({ source, reason: "a link to a folder" });
        else folders.push(place);
      } else addFile(name, { label: -1, source }, found, files, skipped);
    });
    for (const inner of folders) await walk(inner);
  }
  await walk("");
  return { files: files.sort(bySource), skipped: skipped.sort(bySource) };
}

/**
 * Lists the images of a folder that holds one folder per class, without opening them. Hidden files, and files whose
 * ending is not an image's, are passed over; links that lead out of the folder are not followed.
 * @param asked what named the folder, for messages
 * @throws MissingInputError where there is no such folder
 * @throws UserError where it holds fewer than two classes
 */
export async function listImages(folder: string, asked = "dataset.path"): Promise<Listing> {
  const root = await folderAt(folder, {
    path: asked,
    expected: "a folder with one folder of images per class",
  });
  const skipped: Skipped[] = [];
  const classNames: string[] = [];
  let passedOver = 0;
  let outside = 0;
  for (const name of await visibleNames(root)) {
    const found = await follow(root, join(root, name));
    if (typeof found === "string") skipped.push({ source: name, reason: found });
    else if (found.stats.isDirectory()) classNames.push(name);
    else if (isImage(name)) outside++;
    else if (name !== "Thumbs.db") passedOver++;
  }
  classNames.sort(byCodePoint);
  if (classNames.length < 2) {
    const found = classNames[0] === undefined ? "none" : `only "${classNames[0]}"`;
    const loose = outside === 0 ? "" : ` and ${outside} images that lie in no class's folder`;
    throw new UserError(
      `${asked}: expected at least two folders of images (one per class) in ${folder}, found ${found}${loose}; ` +
        "put each image into a folder with its class's name, as cats/1.jpg and dogs/2.jpg",
    );
  }
  const files: ImageFile[] = [];
  for (const [label, className] of classNames.entries()) {
    await forEachBounded(await visibleNames(join(root, className)), 16, async (name) => {
      if (name === "Thumbs.db") return;
      const source = `${className}/${name}`;
      const found = await follow(root, join(root, className, name));
      if (typeof found === "string") skipped.push({ source, reason: found });
      else if (!found.stats.isDirectory() && !isImage(name)) passedOver++;
      else addFile(name, { label, source }, found, files, skipped);
    });
  }
  return { classNames, files: files.sort(bySource), skipped: skipped.sort(bySource), passedOver, outside };
}

function isImage(name: string): boolean {
  return endings.has(extname(name).toLowerCase());
}

function addFile(
  name: string,
  image: Pick<ImageFile, "label" | "source">,
  { path, stats }: Found,
  files: ImageFile[],
  skipped: Skipped[],
): void {
  const reason = reasonToSkip(name, stats);
  if (reason !== undefined) skipped.push({ source: image.source, reason });
  else if (isImage(name)) {
    files.push({ ...image, path, bytes: Number(stats.size), modified: stats.mtimeNs });
  }
}

async function folderAt(folder: string, asked: Pick<Issue, "path" | "expected">): Promise<string> {
  let found: string;
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
    found = "a file";
  } catch (error) {
    found = (error as NodeJS.ErrnoException).code === "ENOENT" ? "nothing" : `what cannot be opened (${String(error)})`;
  }
  throw new MissingInputError("a folder of images is missing", [{ ...asked, found: `${found} at ${folder}` }]);
}

async function visibleNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith("."));
  } catch (error) {
    throw new UserError(`${folder}: expected a folder that can be read, found ${String(error)}`);
  }
}

interface Found {
  readonly path: string;
  readonly stats: BigIntStats;
  readonly linked: boolean;
}

/** What is at a path, links inside the root followed; else the reason why it is not looked at. */
async function follow(root: string, path: string): Promise<Found | string> {
  try {
    const stats = await lstat(path, { bigint: true });
    if (!stats.isSymbolicLink()) return { path, stats, linked: false };
    const target = await realpath(path);
    const way = relative(root, target);
    if (way === ".." || way.startsWith(`..${sep}`) || way === target) return "a link that leaves the folder";
    return { path: target, stats: await stat(target, { bigint: true }), linked: true };
  } catch (error) {
    return `cannot be opened (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
}

function reasonToSkip(name: string, stats: BigIntStats): string | undefined {
  if (stats.isDirectory()) return "a folder inside a class's folder";
  if (!isImage(name)) return undefined;
  if (!stats.isFile()) return "not a file";
  if (stats.size === 0n) return "empty";
  if (stats.size > mostBytes) return `larger than ${mostBytes / 1024 / 1024} MiB`;
  return undefined;
}

/** For `sort`: code point order of the sources. */
export function bySource(a: { readonly source: string }, b: { readonly source: string }): number {
  return byCodePoint(a.source, b.source);
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
