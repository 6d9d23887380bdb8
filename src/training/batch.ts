import type { BatchViews } from "../data/batches.js";
import { fillBatch } from "../data/batches.js";
import type { ImageArray } from "../data/images.js";
import { mixOf } from "../data/mixup.js";
import type { Ops, Tensor1D, Tensor2D, Tensor4D } from "../tensorflow/ops.js";

/** A teacher's logits for one epoch, `[images, classes]`, row-major; row `i` is image `i`. */
export type LogitRows = Float32Array;

/** Numbers of images in their array. */
export type Indices = Uint32Array;

/** Some images as tensors; the caller disposes of them. */
export interface Batch {
  /** `[batch, size, size, 3]`, 0 to 1; `[batch, 1, 1, features]` where features stand in the images' place. */
  readonly x: Tensor4D;
  /** One-hot, of mixed images mixed, `[batch, classes]`; zeros for an image without a label, or whose label may not be used. */
  readonly labels: Tensor2D;
  /** `[batch]`: 1 where the label (of a mixed image both) may be used, 0 elsewhere; undefined where all may. */
  readonly labelled?: Tensor1D;
  /** Teacher's logits, `[batch, classes]`; undefined without a teacher. */
  readonly teacher: Tensor2D | undefined;
}

/** Makes batches in buffers of its own, which each batch overwrites: a batch must be used before the next is made. */
export class BatchMaker {
  private readonly pixels: Float32Array;
  /** Of one image. */
  private readonly shape: readonly [number, number, number];
  private readonly labels: Float32Array;
  private readonly teacher: Float32Array;
  private readonly classes: number;

  /**
   * @param batchSize of the largest batch; of no more images than there are
   * @param features `[count, features]`, what a model takes in the images' place; null for the images
   * @param labelled `[trainCount]`: 1 where a training image's label may be used, 0 elsewhere; null where all may
   */
  constructor(
    private readonly images: ImageArray,
    batchSize: number,
    private readonly features: Float32Array | null = null,
    private readonly labelled: Uint8Array | null = null,
  ) {
    const { count, size, classNames } = images.info;
    const largest = Math.min(batchSize, count);
    this.classes = classNames.length;
    this.shape = features === null ? [size, size, 3] : [1, 1, features.length / count];
    this.pixels = new Float32Array(largest * this.perImage());
    this.labels = new Float32Array(largest * this.classes);
    this.teacher = new Float32Array(largest * this.classes);
  }

  private perImage(): number {
    const [height, width, channels] = this.shape;
    return height * width * channels;
  }

  /** @param views null for the images as they are, and for features */
  pixelTensor(tf: Ops, indices: Indices, views: BatchViews | null): Tensor4D {
    if (this.features === null) fillBatch(this.images, indices, this.pixels, views);
    else copyRows(this.features, this.perImage(), indices, this.pixels);
    return tf.tensor4d(this.pixels.subarray(0, indices.length * this.perImage()), [indices.length, ...this.shape]);
  }

  /** Images, labels and the teacher's rows, all by the same indices. */
  make(tf: Ops, indices: Indices, views: BatchViews | null, teacher: LogitRows | null): Batch {
    return {
      x: this.pixelTensor(tf, indices, views),
      labels: this.labelTensor(tf, indices, views),
      ...(this.labelled !== null && { labelled: this.labelledTensor(tf, indices, views, this.labelled) }),
      teacher: teacher === null ? undefined : this.teacherTensor(tf, indices, teacher),
    };
  }

  private labelledTensor(tf: Ops, indices: Indices, views: BatchViews | null, labelled: Uint8Array): Tensor1D {
    const used = Float32Array.from(indices, (image) =>
      partsOf(image, views).every((part) => labelled[part.image] === 1) ? 1 : 0,
    );
    return tf.tensor1d(used);
  }

  private labelTensor(tf: Ops, indices: Indices, views: BatchViews | null): Tensor2D {
    const used = this.labels.subarray(0, indices.length * this.classes).fill(0);
    for (const [position, whole] of indices.entries()) {
      for (const { image, share } of partsOf(whole, views)) {
        const label = this.images.info.labels[image] ?? -1;
        if (label < 0 || this.labelled?.[image] === 0) continue;
        const at = position * this.classes + label;
        used[at] = (used[at] ?? 0) + share;
      }
    }
    return tf.tensor2d(used, [indices.length, this.classes]);
  }

  private teacherTensor(tf: Ops, indices: Indices, rows: LogitRows): Tensor2D {
    const used = this.teacher.subarray(0, indices.length * this.classes);
    copyRows(rows, this.classes, indices, used);
    return tf.tensor2d(used, [indices.length, this.classes]);
  }
}

/** The images that a view shows, with their shares. */
function partsOf(
  image: number,
  views: BatchViews | null,
): readonly { readonly image: number; readonly share: number }[] {
  if (views?.mixup === undefined) return [{ image, share: 1 }];
  const { partner, share } = mixOf(views.mixup, views.seed, views.epoch, image);
  return [
    { image, share },
    { image: partner, share: 1 - share },
  ];
}

function copyRows(rows: Float32Array, width: number, indices: Indices, to: Float32Array): void {
  for (const [position, image] of indices.entries()) {
    to.set(rows.subarray(image * width, (image + 1) * width), position * width);
  }
}
