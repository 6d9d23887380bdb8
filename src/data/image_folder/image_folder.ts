import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { forEachBounded } from "../../files/bounded.js";
import { checksum, readChecksums, rememberedChecksums } from "../../files/checksums.js";
import { UserError } from "../../trial/issue.js";
import type { Dataset } from "../dataset.js";
import { allocatePixels } from "../pixels.js";
import { imageSize, trainFraction } from "../settings.js";
import { decode } from "./decode.js";
import { fingerprintOf } from "./fingerprint.js";
import { bySource, listImages, type ImageFile, type Skipped } from "./listing.js";
import { orderByContent, trainCountOf, type Candidate } from "./split.js";

const settings = z.object({
  imageSize: imageSize(224),
  trainFraction,
  path: z.string().min(1).describe("folder that holds one folder of images (JPEG, PNG, WebP) per class"),
});
type ImageFolderSettings = z.output<typeof settings>;

/**
 * A folder of images, one folder per class. Each image is decoded and resized once; images are split in the order of
 * their files' sha256, so that a split does not depend on names, machines or the order of a listing. What cannot be used
 * is left out and named with its reason.
 */
export const imageFolder: Dataset<ImageFolderSettings> = {
  name: "image_folder",
  summary: "A folder with one folder of images per class: JPEG, PNG, WebP.",
  revision: 1,
  settings,
  contentSettings: ["path"],
  fingerprint: async ({ path }, cacheFolder) => {
    const listing = await listImages(path);
    return fingerprintOf(listing, await rememberedChecksums(path, listing.files, cacheFolder));
  },
  make: async ({ imageSize: size, path, trainFraction: share }, fingerprint) => {
    const listing = await listImages(path);
    const checksums = await readChecksums(listing.files);
    if (fingerprint !== undefined && fingerprintOf(listing, checksums) !== fingerprint) {
      throw new UserError(
        `dataset.path: expected the images that were there when the run began, found others in ${path}; run the sweep again`,
      );
    }
    const skipped = [...listing.skipped];
    const candidates: (Candidate & ImageFile)[] = [];
    for (const file of listing.files) {
      const found = checksums.get(file.source);
      if (found === undefined) skipped.push({ source: file.source, reason: "cannot be read" });
      else candidates.push({ ...file, checksum: found });
    }
    const ordered = orderByContent(candidates);
    skipped.push(...ordered.skipped);
    const decoded = await decodeAll(ordered.kept, size);
    skipped.push(...decoded.skipped);
    skipped.sort(bySource);
    const { images, pixels } = decoded;
    const { classNames } = listing;
    const trainCount = trainCountOf(images, share);
    const labels = images.map(({ label }) => label);
    refuseUnusable(path, classNames, labels, trainCount, skipped);
    const sources = images.map(({ source }) => source);
    return { pixels, info: { count: images.length, size, classNames, labels, sources, trainCount, skipped } };
  },
};

/** The images that can be decoded, in their order, and their pixels; memory is bounded by the array itself. */
async function decodeAll<C extends Candidate & ImageFile>(
  candidates: readonly C[],
  size: number,
): Promise<{ images: C[]; pixels: Uint8Array; skipped: Skipped[] }> {
  const { default: sharp } = await import("sharp");
  // Images are small and none comes twice: a thread each, nothing remembered.
  sharp.concurrency(1);
  sharp.cache(false);
  const bytes = size * size * 3;
  const pixels = allocatePixels(candidates.length, size);
  const reasons = new Map<C, string>();
  await forEachBounded(candidates, 2 * availableParallelism(), async (candidate, place) => {
    try {
      const content = await readFile(candidate.path);
      if (checksum(content) !== candidate.checksum) throw new Error("was changed while it was read");
      pixels.set(await decode(sharp, content, size), place * bytes);
    } catch (error) {
      reasons.set(candidate, (error as Error).message);
    }
  });
  const images: C[] = [];
  for (const [place, candidate] of candidates.entries()) {
    if (reasons.has(candidate)) continue;
    pixels.copyWithin(images.length * bytes, place * bytes, (place + 1) * bytes);
    images.push(candidate);
  }
  const skipped = [...reasons].map(([{ source }, reason]) => ({ source, reason }));
  return { images, pixels: pixels.subarray(0, images.length * bytes), skipped };
}

function refuseUnusable(
  path: string,
  classNames: readonly string[],
  labels: readonly number[],
  trainCount: number,
  skipped: readonly Skipped[],
): void {
  const used = new Set(labels);
  const without = classNames.filter((_, label) => !used.has(label));
  if (without.length > 0) {
    const example = skipped.find(({ source }) => without.some((name) => source.startsWith(`${name}/`)));
    const why = example === undefined ? "" : ` (${example.source}: ${example.reason})`;
    const names = without.map((name) => `"${name}"`).join(", ");
    throw new UserError(
      `dataset.path: expected JPEG, PNG or WebP images in every class folder of ${path}, found none to use in ${names}${why}`,
    );
  }
  if (trainCount === 0 || trainCount === labels.length) {
    throw new UserError(
      `dataset.trainFraction: expected images on both sides of the split of ${path}, ` +
        `found ${trainCount} to train and ${labels.length - trainCount} to validate`,
    );
  }
}
