import type { Checksums } from "../../files/checksums.js";
import type { FolderContent } from "./content.js";
import type { ImageFile, Skipped } from "./listing.js";
import { orderByContent, orderUnlabelled, split, type Candidate, type Parts, type Shares } from "./split.js";

export type Image = Candidate & ImageFile;

/** Images of which only the decoding shows whether they can be used, in the order of their content. */
export interface Ordered {
  readonly labelled: readonly Image[];
  readonly unlabelled: readonly Image[];
  /** All files that are left out. */
  readonly skipped: readonly Skipped[];
}

/** The images of an array, in its order: those without a label end the training part. */
export interface Arranged {
  readonly parts: Parts<Image>;
  readonly images: readonly Image[];
  readonly trainCount: number;
}

/** Orders a folder's images by what they hold. */
export function orderImages({ labelled, unlabelled, skipped: listed }: FolderContent): Ordered {
  const skipped = [...listed];
  const known = orderByContent(candidatesOf(labelled.files, labelled.checksums, skipped));
  const others = unlabelled === null ? [] : candidatesOf(unlabelled.files, unlabelled.checksums, skipped);
  const without = orderUnlabelled(others, known.kept);
  skipped.push(...known.skipped, ...without.skipped);
  return { labelled: known.kept, unlabelled: without.kept, skipped };
}

/** Splits ordered images. @param unusable those that cannot be decoded, which are left out */
export function arrangeImages(ordered: Ordered, unusable: ReadonlyMap<Image, unknown>, shares: Shares): Arranged {
  const isUsable = (image: Image): boolean => !unusable.has(image);
  const parts = split(ordered.labelled.filter(isUsable), shares);
  const training = [...parts.train, ...ordered.unlabelled.filter(isUsable)];
  return { parts, images: [...training, ...parts.validation, ...parts.test], trainCount: training.length };
}

function candidatesOf(files: readonly ImageFile[], checksums: Checksums, skipped: Skipped[]): Image[] {
  return files.flatMap((file) => {
    const found = checksums.get(file.source);
    if (found === undefined) skipped.push({ source: file.source, reason: "cannot be read" });
    return found === undefined ? [] : [{ ...file, checksum: found }];
  });
}
