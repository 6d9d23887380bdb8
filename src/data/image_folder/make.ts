import type { ImageArray } from "../images.js";
import { arrangeImages, orderImages } from "./arrange.js";
import { contentFingerprint, forgetContent, readContent, readPlannedContent, type ImageFolders } from "./content.js";
import { decodeAll, gather } from "./decode-all.js";
import { bySource } from "./listing.js";
import type { Shares } from "./split.js";
import { refuseUnusable } from "./usable.js";

/**
 * Identifies the images by content.
 * @throws MissingInputError where a folder is not there
 * @throws UserError where it holds fewer than two classes
 */
export async function fingerprintImages(folders: ImageFolders, cacheFolder: string): Promise<string> {
  return contentFingerprint(await readContent(folders, cacheFolder));
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
  const content = await readPlannedContent(settings, fingerprint, cacheFolder);
  const { classNames } = content;
  const ordered = orderImages(content);
  const all = [...ordered.labelled, ...ordered.unlabelled];
  const { pixels, reasons } = await decodeAll(all, imageSize, () => forgetContent(settings, cacheFolder));
  const undecoded = [...reasons].map(([{ source }, reason]) => ({ source, reason }));
  const skipped = [...ordered.skipped, ...undecoded].sort(bySource);
  const { images, parts, trainCount } = arrangeImages(ordered, reasons, settings);
  refuseUnusable(path, classNames, parts, settings.testFraction, skipped);
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
      classNames,
      labels: images.map(({ label }) => label),
      sources: images.map(({ source }) => source),
      trainCount,
      validationCount: parts.validation.length,
      skipped,
    },
  };
}
