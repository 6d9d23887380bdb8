import type { Component } from "../trial/component.js";
import type { ImageArray, ImageArrayInfo } from "./images.js";

/** A data set: how to find it, what identifies its content, and how to make its image array. */
export interface Dataset<S extends object = object> extends Component<S> {
  /**
   * Settings that say how the training uses the image array, and nothing of what is in it: they count for the trials'
   * identity, not for the array's.
   */
  readonly trainingSettings: readonly string[];
  /**
   * What identifies the content: for files a sha256 over every file's class and sha256 (cached by path, size and time),
   * for generated sets a constant. Never depends on a path.
   * @throws MissingInputError where the photos are to be downloaded first (`fetch`) or the folder is not there
   * @throws UserError naming the folder where it holds no classes
   */
  fingerprint(settings: S, cacheFolder: string): Promise<string>;
  /** Of a data set whose images are called by their files, and keep their place in the array whatever these are called. */
  readonly names?: ImageNames<S>;
  /**
   * Downloads what is absent and can be had; does nothing where it is there. Goes on where a download broke off.
   * @throws UserError saying why it cannot be had (no network, wrong content, a full disk)
   * @throws the signal's reason where it is aborted
   */
  fetch?(settings: S, cacheFolder: string, options: FetchOptions): Promise<void>;
  /**
   * Decodes or generates all images, in their order and split.
   * @param fingerprint what `fingerprint` said when the work was planned; files are checked against it
   * @param cacheFolder where `fetch` puts what it downloads
   * @throws UserError where the content is another by now, or cannot be used
   */
  make(settings: S, fingerprint: string | undefined, cacheFolder: string): Promise<ImageArray>;
}

/** What a data set's images are called by now: an image array may be older than the names of its images. */
export interface ImageNames<S extends object = object> {
  /**
   * A sha256 over every file's name and sha256.
   * @throws as the data set's own
   */
  fingerprint(settings: S, cacheFolder: string): Promise<string>;
  /**
   * The sources of an image array's images, in its order.
   * @param fingerprint of the content, as the array was made of it
   * @throws UserError where the content is another by now, or cannot be used
   */
  sources(settings: S, fingerprint: string, info: ImageArrayInfo, cacheFolder: string): Promise<readonly string[]>;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** @param total in bytes; null where nobody knows */
  readonly onProgress: (progress: {
    readonly what: string;
    readonly bytes: number;
    readonly total: number | null;
  }) => void;
}
