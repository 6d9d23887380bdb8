import type { Component } from "../trial/component.js";
import type { ImageArray } from "./images.js";

/** A data set: how to find it, what identifies its content, and how to make its image array. */
export interface Dataset<S extends object = object> extends Component<S> {
  /**
   * What identifies the content: for files a sha256 over every file's class and sha256 (cached by path, size and time),
   * for generated sets a constant. Never depends on a path.
   * @throws UserError naming the folder where it is missing or holds no classes
   */
  fingerprint(settings: S, cacheFolder: string): Promise<string>;
  /**
   * Decodes or generates all images, in their order and split.
   * @param fingerprint what `fingerprint` said when the work was planned; files are checked against it
   * @throws UserError where the content is another by now, or cannot be used
   */
  make(
    settings: S & { readonly imageSize: number; readonly trainFraction: number },
    fingerprint?: string,
  ): Promise<ImageArray>;
}
