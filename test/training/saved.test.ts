import assert from "node:assert/strict";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogitsSpec, TeacherSpec } from "../../src/artifacts/artifact.js";
import { validationEnd, type ImageArray } from "../../src/data/images.js";
import { layersModel } from "../../src/models/layers-model.js";
import { countParameters, forward, initialParameters, parameterTensors } from "../../src/models/network.js";
import { students } from "../../src/models/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { greatest } from "../../src/training/metrics.js";
import { teacherLogits, trainTeacher } from "../../src/training/teacher.js";
import { formatIssue, UserError } from "../../src/trial/issue.js";
import type { ComponentSettings } from "../../src/trial/value.js";
import { temporaryFolder } from "../support/temporary.js";
import { sampleImages } from "./sample.js";

const whole = sampleImages(40);
/** With images to test, which the teacher's figures are not of. */
const images: ImageArray = { ...whole, info: { ...whole.info, validationCount: 6 } };
const { count, size, classNames, labels, trainCount } = images.info;
const { signal } = new AbortController();
const options = { signal, onEpoch: () => undefined };
const shallow = students.get("shallow");
const layers = shallow.layers(classNames.length, shallow.settings.parse({}));
const tensors = parameterTensors(layers);
const parameters = initialParameters(tensors, 5);

describe("a teacher that is a saved model", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  function teacherSpec(model: string, more: ComponentSettings = {}, weights: string | null = null): TeacherSpec {
    const dataset = { name: "sample", imageSize: size, trainFraction: 0.75 };
    const imagesSpec = { kind: "images", dataset, fingerprint: "sample" } as const;
    const teacher = { backbone: "model", model, input: "zero_one", outputs: "logits", ...more };
    return { kind: "teacher", images: imagesSpec, teacher, weights };
  }

  /** A student as any TensorFlow.js would have saved it. */
  function writeLayers(name: string, change: (model: string) => string = (model) => model, side = size): string {
    const place = join(folder.path, name);
    mkdirSync(place);
    const files = layersModel(layers, side, parameters, {});
    writeFileSync(join(place, "model.json"), change(Buffer.from(files["model.json"]).toString("utf8")));
    writeFileSync(join(place, "weights.bin"), files["weights.bin"]);
    return join(place, "model.json");
  }

  /** Mean over the image, then a matrix, then a softmax or none; in two weight files. */
  function writeGraph(name: string, matrix: readonly number[], softmax = false): string {
    const place = join(folder.path, name);
    mkdirSync(place);
    const shape = (...sides: number[]): object => ({ shape: { dim: sides.map((side) => ({ size: String(side) })) } });
    const constant = (node: string, dtype: string): object => ({
      name: node,
      op: "Const",
      attr: { dtype: { type: dtype } },
    });
    const node = [
      { name: "x", op: "Placeholder", attr: { dtype: { type: "DT_FLOAT" }, shape: shape(-1, size, size, 3) } },
      constant("axes", "DT_INT32"),
      constant("w", "DT_FLOAT"),
      { name: "mean", op: "Mean", input: ["x", "axes"], attr: { keep_dims: { b: false } } },
      { name: "y", op: "MatMul", input: ["mean", "w"], attr: { transpose_a: { b: false }, transpose_b: { b: false } } },
      ...(softmax ? [{ name: "p", op: "Softmax", input: ["y"], attr: {} }] : []),
    ];
    const weights = [
      { name: "axes", shape: [2], dtype: "int32" },
      { name: "w", shape: [3, matrix.length / 3], dtype: "float32" },
    ];
    writeFileSync(join(place, "axes.bin"), Int32Array.from([1, 2]));
    writeFileSync(join(place, "w.bin"), Float32Array.from(matrix));
    const model = {
      format: "graph-model",
      modelTopology: { node, library: {}, versions: {} },
      weightsManifest: [{ paths: ["axes.bin", "w.bin"], weights }],
    };
    writeFileSync(join(place, "model.json"), JSON.stringify(model));
    return join(place, "model.json");
  }

  async function logitsOf(spec: TeacherSpec, views: LogitsSpec["views"] = null): Promise<Float32Array> {
    const taught = await trainTeacher(tf, spec, images, options);
    const { data } = await teacherLogits(tf, { kind: "logits", teacher: spec, views }, images, taught, signal);
    return new Float32Array(data.slice().buffer);
  }

  /** A graph's files as its teacher holds them, unchecked. */
  function taughtBy(model: unknown): Parameters<typeof teacherLogits>[3] {
    const description = readFileSync(String(model));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(description.length);
    const shards = ["axes.bin", "w.bin"].map((file) => readFileSync(join(String(model), "..", file)));
    return { info: { tensors: [], parameters: 0, epochs: [] }, data: Buffer.concat([length, description, ...shards]) };
  }

  function expectedLogits(): Float32Array {
    return tf.tidy(() => {
      const x = tf.tensor4d(
        Float32Array.from(images.pixels, (byte) => byte / 255),
        [count, size, size, 3],
      );
      return forward(tf, layers, tf.tensor1d(parameters), x).dataSync() as Float32Array;
    });
  }

  function near(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
    assert.equal(found.length, expected.length);
    const furthest = Array.from(found, (value, index) => Math.abs(value - (expected[index] ?? NaN)));
    assert.ok(Math.max(...furthest) < tolerance, String(Math.max(...furthest)));
  }

  it("gives a LayersModel's logits of the plain images, and what they reach on the validation split alone", async () => {
    const spec = teacherSpec(writeLayers("layers"));
    const expected = expectedLogits();
    near(await logitsOf(spec), expected);
    const { info } = await trainTeacher(tf, spec, images, options);
    assert.equal(info.parameters, countParameters(tensors));
    const end = validationEnd(images.info);
    const classes = classNames.length;
    const right = Array.from({ length: end - trainCount }, (_, offset) => trainCount + offset).filter(
      (image) => greatest(expected.subarray(image * classes, (image + 1) * classes)) === labels[image],
    );
    assert.equal(info.validation?.val_accuracy, right.length / (end - trainCount));
  });

  it("sees the views that the student sees", async () => {
    const spec = teacherSpec(writeLayers("views"));
    const plain = await logitsOf(spec);
    const found = await logitsOf(spec, { augmentation: { type: "flip_crop", padding: 3 }, seed: 1, epochs: 2 });
    assert.equal(found.length, 2 * trainCount * classNames.length);
    assert.notDeepEqual(found.subarray(0, 3), plain.subarray(0, 3));
  });

  it("gives a GraphModel's logits, on the colours that it takes", async () => {
    const matrix = [1, 0, -1, 0.5, 2, 0, 0, -1, 3];
    const path = writeGraph("graph", matrix);
    const means = (scale: number, offset: number): number[][] =>
      Array.from({ length: count }, (_, image) =>
        [0, 1, 2].map((channel) => {
          let sum = 0;
          for (let pixel = 0; pixel < size * size; pixel++) {
            sum += ((images.pixels[(image * size * size + pixel) * 3 + channel] ?? 0) / 255) * scale + offset;
          }
          return sum / (size * size);
        }),
      );
    const times = (mean: readonly number[]): number[] =>
      [0, 1, 2].map((c) => mean.reduce((sum, value, row) => sum + value * (matrix[row * 3 + c] ?? 0), 0));
    for (const [input, scale, offset] of [
      ["zero_one", 1, 0],
      ["minus_one_one", 2, -1],
      ["zero_255", 255, 0],
    ] as const) {
      near(await logitsOf(teacherSpec(path, { input })), means(scale, offset).flatMap(times), 1e-3);
    }
  });

  it("takes the logarithms of probabilities", async () => {
    // So steep that the first class's probability is below the least one.
    const path = writeGraph("probabilities", [0, 200, 201, 0, 200, 201, 0, 200, 201], true);
    const found = await logitsOf(teacherSpec(path, { outputs: "probabilities" }));
    assert.ok(Math.abs((found[0] ?? 0) - Math.log(1e-7)) < 1e-3);
    assert.ok((found[1] ?? 0) < 0 && (found[1] ?? 0) > Math.log(1e-7));
  });

  it("is refused where its outputs are not what teacher.outputs says", async () => {
    const refusedFor = async (spec: TeacherSpec): Promise<string> => {
      const error: unknown = await trainTeacher(tf, spec, images, options).catch((reason: unknown) => reason);
      assert.ok(error instanceof UserError, String(error));
      return error.issues.map(formatIssue).join("");
    };
    const matrix = [1, 0, -1, 0.5, 2, 0, 0, -1, 3];
    const logits = teacherSpec(writeGraph("no-softmax", matrix), { outputs: "probabilities" });
    assert.match(await refusedFor(logits), /found outputs whose sum is not 1; teacher\.outputs: logits may be meant/);
    const path = writeGraph("softmax", matrix, true);
    await trainTeacher(tf, teacherSpec(path, { outputs: "probabilities" }), images, options);
    assert.match(
      await refusedFor(teacherSpec(path)),
      /found probabilities, each .*; teacher\.outputs: probabilities may/,
    );
  });

  it("is refused where an output is no finite number, with the image's name", async () => {
    for (const [name, first, found] of [
      ["nan", NaN, "NaN"],
      ["infinite", -Infinity, "-Infinity"],
    ] as const) {
      const spec = teacherSpec(writeGraph(name, [first, 0, -1, 0.5, 2, 0, 0, -1, 3]));
      for (const make of [
        () => trainTeacher(tf, spec, images, options),
        () =>
          teacherLogits(
            tf,
            { kind: "logits", teacher: spec, views: null },
            images,
            taughtBy(spec.teacher.model),
            signal,
          ),
      ]) {
        const error: unknown = await make().catch((reason: unknown) => reason);
        assert.ok(error instanceof UserError, String(error));
        assert.match(
          error.issues.map(formatIssue).join(""),
          new RegExp(`finite outputs, found ${found} for the image \\d+`),
        );
      }
    }
  });

  it("is refused, with the reason, where it is none, damaged, or does not fit", async () => {
    const cut = writeLayers("cut");
    truncateSync(join(cut, "..", "weights.bin"), 1000);
    const absent = writeLayers("absent", (model) => model.replace('"weights.bin"', '"gone.bin"'));
    for (const [path, expected] of [
      [join(folder.path, "nowhere.json"), /expected a model\.json, found nothing there/],
      [folder.path, /expected a model\.json, found a folder/],
      [writeLayers("text", () => "no JSON"), /expected a TensorFlow\.js model, with modelTopology/],
      [writeLayers("outside", (m) => m.replace('"weights.bin"', '"../layers/weights.bin"')), /outside of its folder/],
      [writeLayers("custom", (m) => m.replaceAll('"Conv2D"', '"MyLayer"')), /TensorFlow\.js loads, found .*MyLayer/],
      [writeLayers("large", undefined, 32), /one input \[batch, 16, 16, 3\].*found \[any, 32, 32, 3\]/],
      [writeGraph("classes", [1, 2, 3, 4, 5, 6]), /outputs \[batch, 3\], found \[.*, 2\]/],
      [absent, /its file .*gone\.bin, found none that can be read/],
      [cut, /expected a model that TensorFlow\.js/],
    ] as const) {
      const error: unknown = await trainTeacher(tf, teacherSpec(path), images, options).catch(
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.issues.map(formatIssue).join("\n"), expected);
    }
  });

  it("is refused where its files are others than planned", async () => {
    const path = writeLayers("changed");
    assert.ok(readFileSync(path).length > 0);
    const error: unknown = await trainTeacher(tf, teacherSpec(path, {}, "other"), images, options).catch(
      (e: unknown) => e,
    );
    assert.ok(error instanceof UserError);
    assert.match(error.issues.map(formatIssue).join(""), /the model that was there when the run began/);
  });

  it("leaves no tensors behind", async () => {
    const spec = teacherSpec(writeLayers("tensors"));
    await logitsOf(spec);
    const before_ = tf.memory().numTensors;
    await logitsOf(spec);
    assert.equal(tf.memory().numTensors, before_);
  });
});
