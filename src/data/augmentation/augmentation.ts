import type { Component } from "../../trial/component.js";
import type { Random } from "../../trial/random.js";

/**
 * Writes one view of one image.
 * @param pixels the image, RGB bytes `[size, size, 3]`; not to be changed
 * @param out where the view goes, floats from 0 to 1 `[size, size, 3]`; every element is to be written
 * @param random the only source of chance
 */
export type View<S extends object = object> = (
  pixels: Uint8Array,
  out: Float32Array,
  size: number,
  random: Random,
  settings: S,
) => void;

/** A way to vary the training images. A view is a function of the settings, the trial's seed, the epoch and the image. */
export interface Augmentation<S extends object = object> extends Component<S> {
  /** null where every image stays as it is: teacher's logits of the plain images then serve every epoch. */
  readonly view: View<S> | null;
}
