import { deriveSeed, Random } from "../trial/random.js";
import type { Augmentation } from "./augmentation/augmentation.js";
import type { ImageArray } from "./images.js";
import { mixOf, type Mixup } from "./mixup.js";

/** Which views of the images a batch shows. */
export interface BatchViews {
  readonly augmentation: Augmentation;
  /** The augmentation's settings. */
  readonly settings: object;
  /** The trial's seed. */
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  /** Mixes each view with another image's; absent for none. */
  readonly mixup?: Mixup;
}

/** The seed of one image's view in one epoch: the same for teacher and student, in any batch and any worker. */
export function viewSeed(seed: number, epoch: number, image: number): number {
  return deriveSeed(seed, "view", epoch, image);
}

/**
 * Writes the chosen images, one after the other, as floats from 0 to 1 (byte / 255, as in the article),
 * `[indices.length, size, size, 3]`.
 *
 * @param indices of images in the array
 * @param out written from its start; may be longer (the last batch of an epoch is smaller)
 * @param views null for the images as they are
 * @throws RangeError where `out` is too short or an index is not one of the array
 */
export function fillBatch(
  images: ImageArray,
  indices: ArrayLike<number>,
  out: Float32Array,
  views: BatchViews | null,
): void {
  const { count, size } = images.info;
  const length = size * size * 3;
  if (out.length < indices.length * length) {
    throw new RangeError(`fillBatch: expected room for ${indices.length * length} floats, found ${out.length}`);
  }
  const partnerView = views?.mixup === undefined ? null : new Float32Array(length);
  for (let position = 0; position < indices.length; position++) {
    const image = indices[position] ?? -1;
    if (!Number.isInteger(image) || image < 0 || image >= count) {
      throw new RangeError(`fillBatch: expected an image from 0 to ${count - 1}, found ${image}`);
    }
    const target = out.subarray(position * length, (position + 1) * length);
    writeView(images, image, target, views);
    if (views?.mixup === undefined || partnerView === null) continue;
    const { partner, share } = mixOf(views.mixup, views.seed, views.epoch, image);
    writeView(images, partner, partnerView, views);
    for (let i = 0; i < length; i++) target[i] = share * (target[i] ?? 0) + (1 - share) * (partnerView[i] ?? 0);
  }
}

/** One image, unmixed. */
function writeView(
  { info, pixels: all }: ImageArray,
  image: number,
  target: Float32Array,
  views: BatchViews | null,
): void {
  const { size } = info;
  const pixels = all.subarray(image * target.length, (image + 1) * target.length);
  const view = views?.augmentation.view ?? null;
  if (views === null || view === null) {
    for (let i = 0; i < target.length; i++) target[i] = (pixels[i] ?? 0) / 255;
  } else {
    view(pixels, target, size, new Random(viewSeed(views.seed, views.epoch, image)), views.settings);
  }
}

/**
 * The order in which an epoch visits its images: 0 to count - 1, shuffled.
 * @param seed the trial's seed
 * @param epoch from 1
 */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, image) => image);
  new Random(deriveSeed(seed, "order", epoch)).shuffle(order);
  return order;
}
