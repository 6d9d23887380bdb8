import assert from "node:assert/strict";
import { augmentations } from "../../src/data/augmentation/registry.js";
import type { ImageArray } from "../../src/data/images.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops, Tensor2D } from "../../src/tensorflow/ops.js";
import { trainNetwork, type TrainingPlan } from "../../src/training/loop.js";
import { optimizers } from "../../src/training/optimizers/registry.js";

const count = 23;
const trainCount = 17;
const size = 6;
const classes = 3;
const epochs = 3;

/** Image `i` has the brightness `10 + i` all over, the label `i mod 3`. */
const images: ImageArray = {
  pixels: Uint8Array.from({ length: count * size * size * 3 }, (_, i) => 10 + Math.floor(i / (size * size * 3))),
  info: {
    count,
    size,
    classNames: ["a", "b", "c"],
    labels: Array.from({ length: count }, (_, image) => image % classes),
    sources: Array.from({ length: count }, (_, image) => String(image)),
    trainCount,
    validationCount: count - trainCount,
    skipped: [],
  },
};

interface Seen {
  readonly epoch: number;
  /** From the pixels. */
  readonly image: number;
  readonly label: number;
  readonly teacher: readonly number[];
}

/** Trains a model that shows its pixels as logits, on a loss that writes down what reaches it. */
async function watch(tf: Ops, augmentation: TrainingPlan["augmentation"]): Promise<Seen[]> {
  const seen: Seen[] = [];
  const row = (image: number, epoch: number): number[] => [image, epoch, image * image];
  const rows = (images_: number, epoch: number): Float32Array =>
    Float32Array.from(Array.from({ length: images_ }, (_, image) => row(image, epoch)).flat());
  const adam = optimizers.get("adam");
  await trainNetwork(
    tf,
    {
      recipe: {
        model: (parameters, x) => {
          const centre = tf.reshape(tf.slice(x, [0, 2, 2, 0], [x.shape[0], 1, 1, 1]), [x.shape[0], 1]);
          return tf.add(tf.tile<Tensor2D>(centre as Tensor2D, [1, classes]), tf.mul(parameters, 0));
        },
        objective: {
          title: "the test's loss",
          perSample: (_, { student, teacher, labels, epoch }) => {
            const pixels = student.arraySync();
            const teachers = teacher!.arraySync();
            const labelRows = labels!.arraySync();
            // Validation comes with all its images at once.
            if (pixels.length !== count - trainCount) {
              pixels.forEach(([brightness], i) => {
                const image = Math.round(brightness! * 255) - 10;
                seen.push({ epoch, image, label: labelRows[i]!.indexOf(1), teacher: teachers[i]! });
              });
            } else {
              pixels.forEach(([brightness], i) => {
                const image = trainCount + i;
                assert.equal(Math.round(brightness! * 255) - 10, image);
                assert.equal(labelRows[i]!.indexOf(1), image % classes);
                assert.deepEqual(teachers[i], row(image, 0), "validation reads the plain images' logits");
              });
            }
            return tf.sum(student, 1);
          },
        },
        optimizer: adam,
        optimizerSettings: adam.settings.parse({}),
        learningRate: () => 0.01,
      },
      parameters: new Float32Array(classes),
      images,
      seed: 4,
      epochs,
      batchSize: 5,
      augmentation,
      teacher: { logits: rows(count, 0), ofEpoch: (epoch) => rows(trainCount, epoch) },
    },
    { onEpoch: () => undefined, signal: new AbortController().signal },
  );
  return seen;
}

describe("image, label and teacher's row", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  for (const type of ["none", "flip_crop"]) {
    it(`stay together in shuffled batches (${type})`, async () => {
      const augmentation = augmentations.get(type);
      const settings = augmentation.settings.parse({ padding: 2 });
      const seen = await watch(tf, augmentation.view === null ? null : { augmentation, settings });
      assert.equal(seen.length, epochs * trainCount);
      for (const { epoch, image, label, teacher } of seen) {
        assert.equal(label, image % classes);
        assert.deepEqual(teacher, [image, epoch, image * image]);
      }
      for (let epoch = 1; epoch <= epochs; epoch++) {
        const order = seen.filter((one) => one.epoch === epoch).map(({ image }) => image);
        const all = Array.from({ length: trainCount }, (_, image) => image);
        assert.deepEqual(
          order.toSorted((a, b) => a - b),
          all,
          "every image once, the last partial batch too",
        );
        assert.notDeepEqual(order, all, "shuffled");
      }
      const orders = [1, 2].map((epoch) => seen.filter((one) => one.epoch === epoch).map(({ image }) => image));
      assert.notDeepEqual(orders[0], orders[1], "each epoch in its own order");
    });
  }
});
