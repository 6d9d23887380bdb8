import type { BatchViews } from "../data/batches.js";
import { fillBatch } from "../data/batches.js";
import type { ImageArray } from "../data/images.js";
import type { Ops, Tensor2D, Tensor4D } from "../tensorflow/ops.js";

/** A teacher's logits for one epoch, `[images, classes]`, row-major; row `i` is image `i`. */
export type LogitRows = Float32Array;

/** Numbers of images in their array. */
export type Indices = Uint32Array;

/** Some images as tensors; the caller disposes of them. */
export interface Batch {
  /** `[batch, size, size, 3]`, 0 to 1. */
  readonly x: Tensor4D;
  /** One-hot, `[batch, classes]`. */
  readonly labels: Tensor2D;
  /** Teacher's logits, `[batch, classes]`; undefined without a teacher. */
  readonly teacher: Tensor2D | undefined;
}

/** Makes batches in buffers of its own, which each batch overwrites: a batch must be used before the next is made. */
export class BatchMaker {
  private readonly pixels: Float32Array;
  private readonly labels: Float32Array;
  private readonly teacher: Float32Array;
  private readonly classes: number;

  /** @param batchSize of the largest batch */
  constructor(
    private readonly images: ImageArray,
    batchSize: number,
  ) {
    const { size, classNames } = images.info;
    this.classes = classNames.length;
    this.pixels = new Float32Array(batchSize * size * size * 3);
    this.labels = new Float32Array(batchSize * this.classes);
    this.teacher = new Float32Array(batchSize * this.classes);
  }

  /** @param views null for the images as they are */
  pixelTensor(tf: Ops, indices: Indices, views: BatchViews | null): Tensor4D {
    const { size } = this.images.info;
    fillBatch(this.images, indices, this.pixels, views);
    const shape: [number, number, number, number] = [indices.length, size, size, 3];
    return tf.tensor4d(this.pixels.subarray(0, indices.length * size * size * 3), shape);
  }

  /** Images, labels and the teacher's rows, all by the same indices. */
  make(tf: Ops, indices: Indices, views: BatchViews | null, teacher: LogitRows | null): Batch {
    return {
      x: this.pixelTensor(tf, indices, views),
      labels: this.labelTensor(tf, indices),
      teacher: teacher === null ? undefined : this.teacherTensor(tf, indices, teacher),
    };
  }

  private labelTensor(tf: Ops, indices: Indices): Tensor2D {
    const used = this.labels.subarray(0, indices.length * this.classes).fill(0);
    for (const [position, image] of indices.entries()) {
      used[position * this.classes + (this.images.info.labels[image] ?? Number.NaN)] = 1;
    }
    return tf.tensor2d(used, [indices.length, this.classes]);
  }

  private teacherTensor(tf: Ops, indices: Indices, rows: LogitRows): Tensor2D {
    const used = this.teacher.subarray(0, indices.length * this.classes);
    for (const [position, image] of indices.entries()) {
      used.set(rows.subarray(image * this.classes, (image + 1) * this.classes), position * this.classes);
    }
    return tf.tensor2d(used, [indices.length, this.classes]);
  }
}
