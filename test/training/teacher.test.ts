import assert from "node:assert/strict";
import type { LogitsSpec, TeacherSpec } from "../../src/artifacts/artifact.js";
import { augmentations } from "../../src/data/augmentation/registry.js";
import { fillBatch } from "../../src/data/batches.js";
import { forward } from "../../src/models/network.js";
import { backbones } from "../../src/models/registry.js";
import { backendOf, loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import type { Checkpoint } from "../../src/training/checkpoint.js";
import { teacherLogits, trainTeacher } from "../../src/training/teacher.js";
import { sampleImages } from "./sample.js";

const images = sampleImages(40);
const { signal } = new AbortController();
const options = { signal, onEpoch: () => undefined };

function teacherSpec(seed: number): TeacherSpec {
  const dataset = { name: "sample", imageSize: 16, trainFraction: 0.75 };
  return {
    kind: "teacher",
    images: { kind: "images", dataset, fingerprint: "sample" },
    teacher: { backbone: "convnet_s", seed, epochs: 2, batchSize: 8 },
    weights: null,
  };
}

function floats(data: Uint8Array): Float32Array {
  return new Float32Array(data.slice().buffer);
}

describe("a teacher", () => {
  let tf: Ops;
  let taught: Awaited<ReturnType<typeof trainTeacher>>;
  before(async () => {
    tf = await loadTensorFlow();
    taught = await trainTeacher(tf, teacherSpec(1), images, options);
  });

  it("lists its tensors in the order of its bytes", () => {
    const { tensors, parameters, epochs } = taught.info;
    const numbers = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    assert.equal(numbers, parameters);
    assert.equal(taught.data.byteLength, parameters * 4);
    assert.equal(epochs.length, 2);
  });

  it("has the same bits from the same seed, and others from another", async () => {
    const before = tf.memory().numTensors;
    const again = await trainTeacher(tf, teacherSpec(1), images, options);
    assert.deepEqual(again.data, taught.data);
    const other = await trainTeacher(tf, teacherSpec(2), images, options);
    assert.notDeepEqual(other.data, taught.data);
    assert.equal(tf.memory().numTensors, before);
  });

  it("has the same bits where its training was stopped and goes on from its checkpoint", async () => {
    let kept: Checkpoint | null = null;
    const checkpoints = { read: () => kept, write: (one: Checkpoint) => (kept ??= one) };
    await trainTeacher(tf, teacherSpec(1), images, { ...options, checkpoints });
    const restored: boolean[] = [];
    const onEpoch = (_: unknown, was: boolean): unknown => restored.push(was);
    const again = await trainTeacher(tf, teacherSpec(1), images, { signal, onEpoch, checkpoints });
    assert.deepEqual(restored, [true, false]);
    assert.deepEqual(again.data, taught.data);
  });

  /** The teacher's logits of one image, on its own. */
  function logitsOf(image: number, views: Parameters<typeof fillBatch>[3]): Float32Array {
    const backbone = backbones.get("convnet_s");
    assert.ok(backbone.kind === "scratch");
    const layers = backbone.layers(3, backbone.settings.parse({}));
    const pixels = new Float32Array(16 * 16 * 3);
    fillBatch(images, [image], pixels, views);
    return tf.tidy(() => {
      const parameters = tf.tensor1d(floats(taught.data));
      return Float32Array.from(forward(tf, layers, parameters, tf.tensor4d(pixels, [1, 16, 16, 3])).dataSync());
    });
  }

  function assertNear(actual: Float32Array, expected: Float32Array): void {
    actual.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) < 1e-5, `${value}, expected ${expected[i]}`);
    });
  }

  it("has its logits of all images in the images' order", async () => {
    const spec: LogitsSpec = { kind: "logits", teacher: teacherSpec(1), views: null };
    const { info, data } = await teacherLogits(tf, spec, images, taught, signal);
    assert.deepEqual(info.shape, [40, 3]);
    assert.equal(info.timing?.backend, backendOf(tf));
    assert.ok(info.timing.seconds > 0 && info.timing.seconds < 10);
    const rows = floats(data);
    for (const image of [0, 7, 39]) assertNear(rows.subarray(image * 3, image * 3 + 3), logitsOf(image, null));
  });

  it("has its logits of each epoch's views, the ones the student sees", async () => {
    const views = { augmentation: { type: "flip_crop", padding: 2 }, seed: 5, epochs: 2 };
    const spec: LogitsSpec = { kind: "logits", teacher: teacherSpec(1), views };
    const { info, data } = await teacherLogits(tf, spec, images, taught, signal);
    assert.deepEqual(info, { shape: [2, 30, 3] });
    const rows = floats(data);
    const augmentation = augmentations.get("flip_crop");
    const settings = augmentation.settings.parse({ padding: 2 });
    for (const epoch of [1, 2]) {
      for (const image of [0, 11, 29]) {
        const start = ((epoch - 1) * 30 + image) * 3;
        assertNear(rows.subarray(start, start + 3), logitsOf(image, { augmentation, settings, seed: 5, epoch }));
      }
    }
    assert.notDeepEqual(rows.subarray(0, 90), rows.subarray(90), "each epoch has its own views");
  });

  it("has its logits of mixed images, the mixes that the student sees", async () => {
    const views = { augmentation: { type: "none" }, mixup: 0.8, seed: 5, epochs: 2 };
    const spec: LogitsSpec = { kind: "logits", teacher: teacherSpec(1), views };
    const rows = floats((await teacherLogits(tf, spec, images, taught, signal)).data);
    const mixup = { alpha: 0.8, partners: Uint32Array.from({ length: 30 }, (_, image) => image) };
    for (const image of [0, 11, 29]) {
      const start = (30 + image) * 3;
      const seen = { augmentation: augmentations.get("none"), settings: {}, seed: 5, epoch: 2, mixup };
      assertNear(rows.subarray(start, start + 3), logitsOf(image, seen));
    }
  });

  it("refuses weights of another network", async () => {
    const spec: LogitsSpec = { kind: "logits", teacher: teacherSpec(1), views: null };
    const half = { ...taught, data: taught.data.subarray(0, 400) };
    await assert.rejects(teacherLogits(tf, spec, images, half, signal), /weights: expected \d+ bytes, found 400/);
  });
});
