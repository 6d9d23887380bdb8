import { checksum, forgetChecksums, rememberedChecksums, type Checksums } from "../../files/checksums.js";
import { UserError } from "../../trial/issue.js";
import { fingerprintOf } from "./fingerprint.js";
import { listImages, listUnlabelled, type ImageFile, type Skipped } from "./listing.js";

/** Where images lie. */
export interface ImageFolders {
  /** Holds one folder of images per class. */
  readonly path: string;
  /** Holds images without label; null for none. */
  readonly unlabelled: string | null;
}

/** Image files with what they hold. */
export interface KnownFiles {
  readonly files: readonly ImageFile[];
  readonly checksums: Checksums;
}

/** What lies in a data set's folders. */
export interface FolderContent {
  readonly classNames: readonly string[];
  readonly labelled: KnownFiles;
  /** null where no folder of them is named. */
  readonly unlabelled: KnownFiles | null;
  /** Files that are left out by what the listing shows. */
  readonly skipped: readonly Skipped[];
}

/**
 * Lists a data set's images and reads (or remembers) their checksums.
 * @throws MissingInputError where a folder is not there
 * @throws UserError where it holds fewer than two classes
 */
export async function readContent({ path, unlabelled }: ImageFolders, cacheFolder: string): Promise<FolderContent> {
  const { classNames, files, skipped } = await listImages(path);
  const labelled = { files, checksums: await rememberedChecksums(path, files, cacheFolder) };
  if (unlabelled === null) return { classNames, labelled, unlabelled: null, skipped };
  const other = await listUnlabelled(unlabelled);
  return {
    classNames,
    labelled,
    unlabelled: { files: other.files, checksums: await rememberedChecksums(unlabelled, other.files, cacheFolder) },
    skipped: [...skipped, ...other.skipped],
  };
}

/** Has the next `readContent` read all files anew. */
export async function forgetContent({ path, unlabelled }: ImageFolders, cacheFolder: string): Promise<void> {
  for (const place of [path, ...(unlabelled === null ? [] : [unlabelled])]) await forgetChecksums(place, cacheFolder);
}

/** Identifies the images by what they hold; without unlabelled ones as if there were no such setting. */
export function contentFingerprint({ classNames, labelled, unlabelled }: FolderContent): string {
  const images = fingerprintOf({ classNames, files: labelled.files }, labelled.checksums);
  if (unlabelled === null) return images;
  const other = fingerprintOf({ classNames: [], files: unlabelled.files }, unlabelled.checksums);
  return checksum(Buffer.from(JSON.stringify([images, { unlabelled: other }])));
}

/**
 * As `readContent`, for images that a fingerprint was planned with.
 * @throws UserError where they are others by now
 */
export async function readPlannedContent(
  folders: ImageFolders,
  fingerprint: string | undefined,
  cacheFolder: string,
): Promise<FolderContent> {
  const content = await readContent(folders, cacheFolder);
  if (fingerprint !== undefined && contentFingerprint(content) !== fingerprint) {
    const where = folders.unlabelled === null ? folders.path : `${folders.path} or ${folders.unlabelled}`;
    throw new UserError(
      `dataset.path: expected the images that were there when the run began, found others in ${where}; run the sweep again`,
    );
  }
  return content;
}
