import { combinedChecksum } from "../files/checksums.js";
import type { Settings } from "../trial/value.js";
import type { Backbone } from "./backbone.js";
import { teacherWeights } from "./pretrained/weight-files.js";
import { modelFiles } from "./saved/files.js";
import { tableFiles } from "./table/rows.js";

/**
 * The files whose content is part of what a teacher is; none for one that is trained from scratch.
 * @param imageSize on which the choice among official weight files depends
 * @throws UserError where a weight file is not there, or a model cannot be read
 */
export async function contentFiles(
  backbone: Backbone,
  teacher: NonNullable<Settings["teacher"]>,
  imageSize: number,
  cacheFolder: string,
): Promise<readonly string[]> {
  switch (backbone.kind) {
    case "scratch":
      return [];
    case "pretrained": {
      const settings = backbone.settings.parse(teacher);
      return [await teacherWeights(settings, backbone.officialWeights(imageSize), cacheFolder)];
    }
    case "table":
      return tableFiles(backbone.settings.parse(teacher).logits);
    case "saved":
      return modelFiles(backbone.settings.parse(teacher).model);
  }
}

/**
 * What identifies a table: its files' content, and which image each of its paths means.
 * @param checksums sha256 of the files, as `contentFiles` lists them
 * @param names the data set's fingerprint of its images' names; undefined where they cannot change
 */
export function tableFingerprint(checksums: readonly string[], names: string | undefined): string {
  return combinedChecksum(names === undefined ? checksums : [...checksums, names]);
}
