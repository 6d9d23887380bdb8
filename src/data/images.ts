/** A decoded data set: one array for all images, shared by all workers. */
export interface ImageArray {
  /** RGB bytes `[count, size, size, 3]`, row-major; on a SharedArrayBuffer in workers. */
  readonly pixels: Uint8Array;
  readonly info: ImageArrayInfo;
}

/**
 * What stands beside the pixels: small, JSON. The images that train come first, then those that validate, then those
 * that test; within each part files are in the order of their content's sha256, drawn images in that of their numbers.
 * Images that never had a label end the training part.
 */
export interface ImageArrayInfo {
  readonly count: number;
  /** Side in pixels. */
  readonly size: number;
  readonly classNames: readonly string[];
  /** Class index of each image; -1 for one without a label, which only the training part holds. */
  readonly labels: readonly number[];
  /**
   * Where each image came from, relative to the data set's folder with `/`; for generated sets a number; of images
   * without a label relative to their own folder, after `unlabelled:`.
   */
  readonly sources: readonly string[];
  /** The first `trainCount` images train. */
  readonly trainCount: number;
  /** The next `validationCount` images validate; the rest, often none, tests. */
  readonly validationCount: number;
  /** Images that were left out, each with its reason. */
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}

/** The numbers of the images that train. */
export function trainingPart({ trainCount }: Pick<ImageArrayInfo, "trainCount">): Uint32Array {
  return Uint32Array.from({ length: trainCount }, (_, image) => image);
}

/** Where the validation split ends, and the test split begins. */
export function validationEnd(info: Pick<ImageArrayInfo, "trainCount" | "validationCount">): number {
  return info.trainCount + info.validationCount;
}

/** An image array's info as an artifact keeps it: one from before there was a test split validates on all the rest. */
export function storedImageInfo(stored: unknown): ImageArrayInfo {
  const info = stored as Omit<ImageArrayInfo, "validationCount"> & Partial<ImageArrayInfo>;
  return { ...info, validationCount: info.validationCount ?? info.count - info.trainCount };
}
