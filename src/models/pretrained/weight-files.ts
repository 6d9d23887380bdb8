import { stat } from "node:fs/promises";
import { join } from "node:path";
import { download, type DownloadOptions } from "../../download/download.js";
import { UserError } from "../../trial/issue.js";

/** An ImageNet weight file without its head, as Keras publishes it. */
export interface OfficialWeights {
  readonly fileName: string;
  readonly url: string;
  /** In hexadecimal digits; null where Keras publishes none. */
  readonly md5: string | null;
}

/** The image sides for which Keras has MobileNetV2 weights; for any other it takes those of 224. */
const mobileNetSizes = [96, 128, 160, 192, 224];

/** MobileNetV2's weights for an alpha such as `1.0` (Keras's spelling) and an image side: above 1 there is 224 alone. */
export function mobileNetV2Weights(alpha: string, imageSize: number): OfficialWeights {
  const size = Number(alpha) <= 1 && mobileNetSizes.includes(imageSize) ? imageSize : 224;
  const fileName = `mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${alpha}_${size}_no_top.h5`;
  return {
    fileName,
    url: `https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/${fileName}`,
    md5: null,
  };
}

/** The md5 of EfficientNetB0's official ImageNet file, for which Keras's extra rescaling is due, whatever layers it lists. */
export const efficientNetB0ImageNetMd5 = "50bc09e76180e00e4465e1a485ddc09d";

export const efficientNetB0Weights: OfficialWeights = {
  fileName: "efficientnetb0_notop.h5",
  url: "https://storage.googleapis.com/keras-applications/efficientnetb0_notop.h5",
  md5: efficientNetB0ImageNetMd5,
};

/**
 * The file that a pretrained teacher starts from: what `teacher.weights` names, or, where that is null, the first official
 * one in the cache folder's `weights`. Another one that is there by chance is not taken: what a trial is must not depend
 * on what the cache has seen.
 * @throws UserError as `findWeights` does
 */
export function teacherWeights(
  { weights }: { readonly weights: string | null },
  candidates: readonly OfficialWeights[],
  cacheFolder: string,
): Promise<string> {
  return weights === null
    ? findWeights(join(cacheFolder, "weights"), candidates.slice(0, 1))
    : findWeights(weights, candidates);
}

/**
 * The weight file that a setting names: the file itself, or in a folder the first that is there under an official name.
 *
 * @param candidates in the order in which they are looked for
 * @throws UserError where it is not there, with the names that were looked for and the first one's address
 */
export async function findWeights(path: string, candidates: readonly OfficialWeights[]): Promise<string> {
  const status = await statusOf(path);
  if (status === "file") return path;
  if (status === "folder") {
    for (const { fileName } of candidates) {
      const file = join(path, fileName);
      if ((await statusOf(file)) === "file") return file;
    }
  }
  const [first] = candidates;
  const names = candidates.map(({ fileName }) => fileName).join(" or ");
  throw new UserError("the teacher's weights are not there", 1, [
    {
      path: "teacher.weights",
      expected: `a Keras weight file, or a folder that holds ${names}`,
      found: status === "folder" ? `a folder without it, ${path}` : `nothing at ${path}`,
      ...(first === undefined
        ? {}
        : { hint: `official address: ${first.url}; download it there, or name your copy with teacher.weights` }),
    },
  ]);
}

/**
 * Downloads the first of the official files into the cache folder's `weights`, where it is not there yet.
 * @throws UserError as `download` does
 * @throws the signal's reason where it is aborted
 */
export async function fetchWeights(
  candidates: readonly OfficialWeights[],
  cacheFolder: string,
  options: DownloadOptions,
): Promise<void> {
  const folder = join(cacheFolder, "weights");
  const [first] = candidates;
  if (first === undefined) return;
  const { url, md5, fileName } = first;
  if ((await statusOf(join(folder, fileName))) === "file") return;
  await download({ url, ...(md5 === null ? {} : { md5 }) }, join(folder, fileName), options);
}

async function statusOf(path: string): Promise<"file" | "folder" | "nothing"> {
  try {
    const status = await stat(path);
    return status.isDirectory() ? "folder" : status.isFile() ? "file" : "nothing";
  } catch {
    return "nothing";
  }
}
