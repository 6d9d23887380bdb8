/** A decoded data set: one array for all images, shared by all workers. */
export interface ImageArray {
  /** RGB bytes `[count, size, size, 3]`, row-major; on a SharedArrayBuffer in workers. */
  readonly pixels: Uint8Array;
  readonly info: ImageArrayInfo;
}

/** What stands beside the pixels: small, JSON. Files are in the order of their content's sha256, drawn images in that of their numbers. */
export interface ImageArrayInfo {
  readonly count: number;
  /** Side in pixels. */
  readonly size: number;
  readonly classNames: readonly string[];
  /** Class index of each image. */
  readonly labels: readonly number[];
  /** Where each image came from, relative to the data set's folder with `/`; for generated sets a number. */
  readonly sources: readonly string[];
  /** The first `trainCount` images train, the rest validate. */
  readonly trainCount: number;
  /** Images that were left out, each with its reason. */
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}
