import type { Component } from "../trial/component.js";
import type { ImageArray } from "./images.js";

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

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** @param total in bytes; null where nobody knows */
  readonly onProgress: (progress: {
    readonly what: string;
    readonly bytes: number;
    readonly total: number | null;
  }) => void;
}
