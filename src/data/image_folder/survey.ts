import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { forEachBounded } from "../../files/bounded.js";
import { UserError } from "../../trial/issue.js";
import { decode, trialSize } from "./decode.js";
import { bySource, listImages, type ImageFile, type Listing, type Skipped } from "./listing.js";

/** What a look at a folder of class folders has found. */
export interface Survey {
  readonly classes: readonly { readonly name: string; readonly images: number }[];
  /** Files that are images by their names, those named in `broken` included where a look into them told. */
  readonly images: number;
  /** How many of these were decoded: all, or a sample of each class. */
  readonly decoded: number;
  /** What cannot be used, as far as it was looked at. */
  readonly broken: readonly Skipped[];
  readonly passedOver: number;
  readonly outside: number;
  /** Of the decoded images' shorter sides, in pixels. */
  readonly shortSide: { readonly least: number; readonly median: number; readonly greatest: number };
}

/** Up to so many images all are decoded; of more, about as many. */
const mostDecoded = 500;

/**
 * Lists the images of a folder of class folders, and decodes them, or of many a sample spread evenly over each class.
 * @param asked what named the folder, for messages
 * @throws MissingInputError where there is no such folder
 * @throws UserError where it holds fewer than two classes, or a class no image that can be used
 */
export async function surveyImages(folder: string, asked: string): Promise<Survey> {
  const listing = await listImages(folder, asked);
  const byClass = listing.classNames.map((): ImageFile[] => []);
  for (const file of listing.files) byClass[file.label]?.push(file);
  refuseEmpty(byClass, listing, folder, asked);
  const sample = byClass.flatMap((files) => spread(files, quota(files.length, listing.files.length)));
  const broken: Skipped[] = [...listing.skipped];
  const sides: number[] = [];
  const usable = new Set<number>();
  const { default: sharp } = await import("sharp");
  sharp.concurrency(1);
  sharp.cache(false);
  await forEachBounded(sample, 2 * availableParallelism(), async ({ path, source, label }) => {
    try {
      const bytes = await readFile(path);
      await decode(sharp, bytes, trialSize);
      const { width, height } = await sharp(bytes).metadata();
      sides.push(Math.min(width, height));
      usable.add(label);
    } catch (error) {
      broken.push({ source, reason: error instanceof Error ? error.message : String(error) });
    }
  });
  broken.sort(bySource);
  refuseEmpty(
    byClass.map((files, label) => (usable.has(label) ? files : [])),
    { ...listing, skipped: broken },
    folder,
    asked,
  );
  sides.sort((a, b) => a - b);
  return {
    classes: listing.classNames.map((name, label) => ({ name, images: byClass[label]?.length ?? 0 })),
    images: listing.files.length,
    decoded: sample.length,
    broken,
    passedOver: listing.passedOver,
    outside: listing.outside,
    shortSide: { least: sides[0] ?? 0, median: sides[sides.length >> 1] ?? 0, greatest: sides.at(-1) ?? 0 },
  };
}

/** Of a class's images so many that the sample has its share of the class, and one at least. */
function quota(images: number, all: number): number {
  return all <= mostDecoded ? images : Math.max(1, Math.round((mostDecoded * images) / all));
}

function spread(files: readonly ImageFile[], count: number): ImageFile[] {
  return Array.from({ length: count }, (_, i) => files[Math.floor((i * files.length) / count)]).filter(
    (file) => file !== undefined,
  );
}

function refuseEmpty(
  byClass: readonly (readonly ImageFile[])[],
  { classNames, skipped }: Pick<Listing, "classNames" | "skipped">,
  folder: string,
  asked: string,
): void {
  const without = classNames.filter((_, label) => byClass[label]?.length === 0);
  const [first] = without;
  if (first === undefined) return;
  const inner = skipped.find(({ source, reason }) => source.startsWith(`${first}/`) && reason.startsWith("a folder"));
  const example = skipped.find(({ source }) => source.startsWith(`${first}/`));
  const names = without.slice(0, 12).map((name) => JSON.stringify(name));
  const why =
    inner !== undefined
      ? `; ${JSON.stringify(first)} holds folders: if those are the classes, name it instead of the folder above it`
      : example !== undefined
        ? `; ${example.source}: ${example.reason}`
        : "; move a folder that is no class elsewhere";
  throw new UserError(
    `${asked}: expected JPEG, PNG or WebP images in every folder of ${folder}, each being a class; ` +
      `found none to use in ${names.join(", ")}${without.length > names.length ? ", ..." : ""}${why}`,
  );
}
