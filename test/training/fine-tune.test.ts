import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogitsSpec, TeacherSpec } from "../../src/artifacts/artifact.js";
import type { PretrainedBackbone } from "../../src/models/pretrained/backbone.js";
import { backbones } from "../../src/models/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops, Tensor4D } from "../../src/tensorflow/ops.js";
import { teacherLogits, trainTeacher } from "../../src/training/teacher.js";
import { UserError, formatIssue } from "../../src/trial/issue.js";
import { formulaValues } from "../models/pretrained/formula.js";
import { formulaFile } from "../models/pretrained/write-h5.js";
import { temporaryFolder } from "../support/temporary.js";
import { sampleImages } from "./sample.js";
import { nativeOnly, onNative, portableOnly } from "../support/backend.js";

const images = sampleImages(24, 32);
const { trainCount, count, labels } = images.info;
const classes = 3;
const { signal } = new AbortController();
const options = { signal, onEpoch: () => undefined };

describe("a fine-tuned teacher", () => {
  const folder = temporaryFolder();
  const path = join(folder.path, "weights.h5");
  const backbone = backbones.get("mobilenet_v2_0.35") as PretrainedBackbone;
  let tf: Ops;
  let sha256: string;
  let taught: Awaited<ReturnType<typeof trainTeacher>>;

  before(async () => {
    tf = await loadTensorFlow();
    const file = await formulaFile(backbone.tensors(classes).slice(0, -2));
    writeFileSync(path, file);
    sha256 = createHash("sha256").update(file).digest("hex");
    if (onNative) taught = await trainTeacher(tf, teacherSpec(), images, options);
  });

  function teacherSpec(settings: Partial<TeacherSpec["teacher"]> = {}): TeacherSpec {
    const dataset = { name: "sample", imageSize: 32, trainFraction: 0.75 };
    return {
      kind: "teacher",
      images: { kind: "images", dataset, fingerprint: "sample" },
      teacher: { backbone: backbone.name, seed: 1, weights: path, epochs: 2, batchSize: 8, ...settings },
      weights: sha256,
    };
  }

  /** The stored tensors by name. */
  function stored({ info, data }: typeof taught): Map<string, Float32Array> {
    let offset = 0;
    return new Map(
      info.tensors.map(({ name, shape }) => {
        const length = 4 * shape.reduce((product, side) => product * side, 1);
        const values = new Float32Array(data.slice(offset, offset + length).buffer);
        offset += length;
        return [name, values];
      }),
    );
  }

  async function logitsOf(spec: TeacherSpec, teacher: typeof taught): Promise<Float32Array> {
    const logits: LogitsSpec = { kind: "logits", teacher: spec, views: null };
    const { info, data } = await teacherLogits(tf, logits, images, teacher, signal);
    assert.deepEqual(info.shape, [count, classes]);
    return new Float32Array(data.slice().buffer);
  }

  /** Mean over the validation images of -Σ y log softmax(z), the labels spread by `smoothing`, in double precision. */
  function validationLoss(logits: Float32Array, smoothing: number): number {
    let sum = 0;
    for (let image = trainCount; image < count; image++) {
      const row = [...logits.subarray(image * classes, (image + 1) * classes)];
      const most = Math.max(...row);
      const logSum = most + Math.log(row.reduce((total, z) => total + Math.exp(z - most), 0));
      row.forEach((z, label) => {
        sum -= ((labels[image] === label ? 1 - smoothing : 0) + smoothing / classes) * (z - logSum);
      });
    }
    return sum / (count - trainCount);
  }

  nativeOnly("trains every layer but batch norm's statistics, and is stored whole", () => {
    const tensors = stored(taught);
    const expected = backbone.tensors(classes);
    assert.deepEqual(
      [...tensors.keys()],
      expected.map(({ name }) => name),
    );
    assert.equal(taught.data.byteLength, 4 * taught.info.parameters);
    assert.equal(taught.info.epochs.length, 2);
    for (const tensor of expected.slice(0, -2)) {
      const same = Buffer.from(formulaValues(tensor).buffer).equals(Buffer.from(tensors.get(tensor.name)!.buffer));
      assert.equal(same, !tensor.trainable, `${tensor.name} ${same ? "stayed" : "changed"}`);
    }
  });

  nativeOnly("has the same bits again, others from another seed, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const again = await trainTeacher(tf, teacherSpec(), images, options);
    assert.ok(Buffer.from(again.data).equals(Buffer.from(taught.data)));
    const other = await trainTeacher(tf, teacherSpec({ seed: 2 }), images, options);
    assert.ok(!Buffer.from(other.data).equals(Buffer.from(taught.data)));
    await logitsOf(teacherSpec(), taught);
    assert.equal(tf.memory().numTensors, before);
  });

  nativeOnly("gives the logits after it was stored that it had when its training ended", async () => {
    const logits = await logitsOf(teacherSpec(), taught);
    const last = taught.info.epochs.at(-1)!;
    assert.ok(Math.abs(validationLoss(logits, 0) - last.val_loss) < 1e-5 * last.val_loss);
    const model = backbone.restore(tf, taught, { classes, settings: backbone.settings.parse({}) });
    for (const image of [0, 5, 23]) {
      const pixels = images.pixels.subarray(image * 32 * 32 * 3, (image + 1) * 32 * 32 * 3);
      const row = tf.tidy(() => {
        const x: Tensor4D = tf.tensor4d(
          Float32Array.from(pixels, (byte) => byte / 255),
          [1, 32, 32, 3],
        );
        return Array.from(model.forward(tf, model.parameters, x).dataSync());
      });
      row.forEach((value, label) => {
        assert.ok(Math.abs(value - logits[image * classes + label]!) < 1e-4 * Math.max(1, Math.abs(value)));
      });
    }
    model.dispose(tf);
  });

  portableOnly("is refused on the portable backend, where more than its head trains", async () => {
    const before = tf.memory().numTensors;
    await assert.rejects(
      trainTeacher(tf, teacherSpec(), images, options),
      /^UserError: mobilenet_v2_0.35 cannot be fine-tuned on the portable backend.*`teacher.trainable: head`/,
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it("trains its head alone on features computed once: the backbone keeps its bits, and the logits are the whole's", async () => {
    const before = tf.memory().numTensors;
    const spec = teacherSpec({ trainable: "head", epochs: 30, learningRate: 0.003 });
    const head = await trainTeacher(tf, spec, images, options);
    const [first, last] = [head.info.epochs[0]!, head.info.epochs.at(-1)!];
    assert.ok(last.train_loss < 0.5 * first.train_loss, `${first.train_loss} to ${last.train_loss}`);
    const tensors = stored(head);
    for (const tensor of backbone.tensors(classes).slice(0, -2)) {
      assert.deepEqual(tensors.get(tensor.name), formulaValues(tensor), tensor.name);
    }
    const loss = validationLoss(await logitsOf(spec, head), 0);
    assert.ok(Math.abs(loss - last.val_loss) < 1e-4 * Math.max(1, last.val_loss), `${loss}, ${last.val_loss}`);
    const again = await trainTeacher(tf, spec, images, options);
    assert.ok(Buffer.from(again.data).equals(Buffer.from(head.data)));
    assert.equal(tf.memory().numTensors, before);
  });

  it("spreads a share of each label over all classes where it is asked to", async () => {
    const spec = teacherSpec({ trainable: "head", labelSmoothing: 0.3 });
    const smoothed = await trainTeacher(tf, spec, images, options);
    const logits = await logitsOf(spec, smoothed);
    const last = smoothed.info.epochs.at(-1)!;
    assert.ok(Math.abs(validationLoss(logits, 0.3) - last.val_loss) < 1e-4 * last.val_loss);
    assert.ok(Math.abs(validationLoss(logits, 0) - last.val_loss) > 1e-3 * last.val_loss);
  });

  it("refuses a weight file that is another than planned, or gone", async () => {
    const before = tf.memory().numTensors;
    const issuesOf = async (spec: TeacherSpec): Promise<string> => {
      const error: unknown = await trainTeacher(tf, spec, images, options).catch((reason: unknown) => reason);
      assert.ok(error instanceof UserError, String(error));
      return error.issues.map(formatIssue).join("\n");
    };
    const changed = await issuesOf({ ...teacherSpec({ trainable: "head" }), weights: "0".repeat(64) });
    assert.match(
      changed,
      /^teacher\.weights: expected the weights that were there when the run began, found others in /,
    );
    const gone = await issuesOf(teacherSpec({ trainable: "head", weights: join(folder.path, "gone.h5") }));
    assert.match(gone, /^teacher\.weights: expected a Keras weight file.*, found nothing at .*gone\.h5/);
    assert.equal(tf.memory().numTensors, before);
  });

  nativeOnly("stops where it is aborted, in the features and in the epochs", async () => {
    const before = tf.memory().numTensors;
    for (const trainable of ["head", "all"]) {
      const controller = new AbortController();
      const training = trainTeacher(tf, teacherSpec({ trainable }), images, {
        signal: controller.signal,
        onEpoch: () => undefined,
      });
      setImmediate(() => {
        controller.abort(new Error("enough"));
      });
      await assert.rejects(training, /enough/);
    }
    assert.equal(tf.memory().numTensors, before);
  });
});
