import { checksum, rememberedChecksums, type Checksums } from "../../files/checksums.js";
import { UserError } from "../../trial/issue.js";
import type { ImageArray } from "../images.js";
import { decodeAll, gather } from "./decode-all.js";
import { fingerprintOf } from "./fingerprint.js";
import { bySource, listImages, listUnlabelled, type ImageFile, type Skipped } from "./listing.js";
import { orderByContent, orderUnlabelled, split, type Candidate, type Shares } from "./split.js";
import { refuseUnusable } from "./usable.js";

/** Where images lie. */
export interface ImageFolders {
  /** Holds one folder of images per class. */
  readonly path: string;
  /** Holds images without label; null for none. */
  readonly unlabelled: string | null;
}

/**
 * Identifies the images by content; without unlabelled ones as if there were no such setting.
 * @throws MissingInputError where a folder is not there
 * @throws UserError where it holds fewer than two classes
 */
export async function fingerprintImages({ path, unlabelled }: ImageFolders, cacheFolder: string): Promise<string> {
  const listing = await listImages(path);
  const labelled = fingerprintOf(listing, await rememberedChecksums(path, listing.files, cacheFolder));
  if (unlabelled === null) return labelled;
  const { files } = await listUnlabelled(unlabelled);
  return withUnlabelled(labelled, files, await rememberedChecksums(unlabelled, files, cacheFolder));
}

function withUnlabelled(labelled: string, files: readonly ImageFile[], checksums: Checksums): string {
  const other = fingerprintOf({ classNames: [], files }, checksums);
  return checksum(Buffer.from(JSON.stringify([labelled, { unlabelled: other }])));
}

/**
 * Decodes all images of a folder of class folders, and those without label, split by content.
 * @param fingerprint what `fingerprintImages` said when the work was planned
 * @param cacheFolder which remembers the files' checksums; each is checked against what is decoded
 * @throws UserError where the content is another by now, a class has too few images, or a part of the split has none
 */
export async function makeImages(
  settings: ImageFolders & Shares & { readonly imageSize: number },
  fingerprint: string | undefined,
  cacheFolder: string,
): Promise<ImageArray> {
  const { path, imageSize } = settings;
  const listing = await listImages(path);
  const other = settings.unlabelled === null ? null : await listUnlabelled(settings.unlabelled);
  const checksums = await rememberedChecksums(path, listing.files, cacheFolder);
  const otherChecksums =
    settings.unlabelled === null || other === null
      ? new Map<string, string>()
      : await rememberedChecksums(settings.unlabelled, other.files, cacheFolder);
  const labelled = fingerprintOf(listing, checksums);
  const found = other === null ? labelled : withUnlabelled(labelled, other.files, otherChecksums);
  if (fingerprint !== undefined && found !== fingerprint) {
    const where = settings.unlabelled === null ? path : `${path} or ${settings.unlabelled}`;
    throw new UserError(
      `dataset.path: expected the images that were there when the run began, found others in ${where}; run the sweep again`,
    );
  }
  const skipped = [...listing.skipped, ...(other?.skipped ?? [])];
  const ordered = orderByContent(candidatesOf(listing.files, checksums, skipped));
  const without = orderUnlabelled(candidatesOf(other?.files ?? [], otherChecksums, skipped), ordered.kept);
  const all = [...ordered.kept, ...without.kept];
  const { pixels, reasons } = await decodeAll(all, imageSize);
  for (const [{ source }, reason] of reasons) skipped.push({ source, reason });
  skipped.push(...ordered.skipped, ...without.skipped);
  skipped.sort(bySource);
  const parts = split(
    ordered.kept.filter((image) => !reasons.has(image)),
    settings,
  );
  refuseUnusable(path, listing.classNames, parts, settings.testFraction, skipped);
  const training = [...parts.train, ...without.kept.filter((image) => !reasons.has(image))];
  const images = [...training, ...parts.validation, ...parts.test];
  const places = new Map(all.map((image, place) => [image, place]));
  return {
    pixels: gather(
      pixels,
      imageSize * imageSize * 3,
      images.map((image) => places.get(image) ?? -1),
    ),
    info: {
      count: images.length,
      size: imageSize,
      classNames: listing.classNames,
      labels: images.map(({ label }) => label),
      sources: images.map(({ source }) => source),
      trainCount: training.length,
      validationCount: parts.validation.length,
      skipped,
    },
  };
}

type Image = Candidate & ImageFile;

function candidatesOf(files: readonly ImageFile[], checksums: Checksums, skipped: Skipped[]): Image[] {
  return files.flatMap((file) => {
    const found = checksums.get(file.source);
    if (found === undefined) skipped.push({ source: file.source, reason: "cannot be read" });
    return found === undefined ? [] : [{ ...file, checksum: found }];
  });
}
