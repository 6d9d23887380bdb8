import { checksum } from "../../files/checksums.js";
import { UserError } from "../../trial/issue.js";
import type { ImageNames } from "../dataset.js";
import { arrangeImages, orderImages, type Image } from "./arrange.js";
import { forgetContent, readContent, readPlannedContent, type ImageFolders, type KnownFiles } from "./content.js";
import { trialSize } from "./decode.js";
import { decodeAll } from "./decode-all.js";
import type { Shares } from "./split.js";

/** What the images of class folders are called, and those without a label. */
export const folderNames: ImageNames<ImageFolders & Shares> = {
  fingerprint: async (folders, cacheFolder) => {
    const { labelled, unlabelled } = await readContent(folders, cacheFolder);
    const pairs = [...pairsOf(labelled), ...(unlabelled === null ? [] : pairsOf(unlabelled))];
    return checksum(Buffer.from(pairs.sort().join("\n")));
  },
  sources: async (settings, fingerprint, { count, labels }, cacheFolder) => {
    const ordered = orderImages(await readPlannedContent(settings, fingerprint, cacheFolder));
    const all = [...ordered.labelled, ...ordered.unlabelled];
    const forget = (): Promise<void> => forgetContent(settings, cacheFolder);
    const reasons = all.length === count ? new Map<Image, string>() : (await decodeAll(all, trialSize, forget)).reasons;
    const { images } = arrangeImages(ordered, reasons, settings);
    if (images.length !== count || images.some(({ label }, image) => label !== labels[image])) {
      throw new UserError(
        `dataset.path: expected the ${count} images in ${settings.path} that could be decoded before, ` +
          `found ${images.length}; kd-sweep cache prune --kind images has them decoded again`,
      );
    }
    return images.map(({ source }) => source);
  },
};

function pairsOf({ files, checksums }: KnownFiles): string[] {
  return files.map(({ source }) => JSON.stringify([source, checksums.get(source) ?? "unreadable"]));
}
