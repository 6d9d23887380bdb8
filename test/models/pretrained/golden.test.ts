import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PretrainedBackbone } from "../../../src/models/pretrained/backbone.js";
import { efficientNet, mobileNets } from "../../../src/models/pretrained/backbones.js";
import { countElements } from "../../../src/models/pretrained/architecture.js";
import { rescaleLikeImageNet } from "../../../src/models/pretrained/preprocessing.js";
import { loadTensorFlow } from "../../../src/tensorflow/load.js";
import type { Ops, Tensor, Tensor2D, Tensor4D } from "../../../src/tensorflow/ops.js";
import { besideTests, formulaWeights, noise, readJson } from "./formula.js";
import { nativeOnly } from "../../support/backend.js";
import { formulaFile } from "./write-h5.js";

interface Golden {
  readonly mobileNetParameters: Readonly<Record<string, number>>;
  readonly cases: readonly {
    readonly name: string;
    readonly size: number;
    readonly parameters: number;
    readonly trainable: number;
    readonly every16thFeature: readonly number[];
    readonly gradientNorms: Readonly<Record<string, number>>;
  }[];
}

/** Made by golden.py: Keras 3.15.1 on TensorFlow 2.21.0. */
const golden = readJson(besideTests("golden.json")) as Golden;
const backbones: readonly PretrainedBackbone[] = [...mobileNets, efficientNet];

function backboneOf(name: string): PretrainedBackbone {
  const found = backbones.find((backbone) => backbone.name === name);
  assert.ok(found, name);
  return found;
}

function euclideanNorm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

describe("pretrained backbones against Keras, with weights by a formula", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  for (const expected of golden.cases) {
    nativeOnly(`${expected.name} at ${expected.size} px: features and every gradient`, () => {
      const backbone = backboneOf(expected.name);
      const { size } = expected;
      const before = tf.memory().numTensors;
      const settings = backbone.settings.parse({});
      const model = backbone.restore(tf, formulaWeights(backbone.tensors(5)), { classes: 5, settings });
      const names = model.trainable("all").slice(0, -2);
      const pixels = Float32Array.from(noise("images", 2 * size * size * 3), (u) => Math.floor((u + 0.5) * 256) / 255);
      const x = tf.tensor4d(pixels, [2, size, size, 3]);

      let features: Float32Array | null = null;
      const gradients = tf.tidy(() => {
        const computed = model.features(tf, model.parameters, x);
        features = computed.dataSync<"float32">();
        const weights = tf.tensor2d(Float32Array.from(noise("loss", computed.size)), computed.shape);
        const loss = (...tensors: Tensor[]): Tensor => {
          const parameters = { ...model.parameters };
          names.forEach((name, index) => (parameters[name] = tensors[index]!));
          return tf.sum(tf.mul(model.features(tf, parameters, x), weights));
        };
        return tf.grads(loss)(names.map((name) => model.parameters[name] as Tensor));
      });

      assert.ok(features);
      const every16th = Array.from(features as Float32Array).filter((_, index) => index % 16 === 0);
      assert.equal(every16th.length, expected.every16thFeature.length);
      const largest = Math.max(...expected.every16thFeature.map(Math.abs));
      every16th.forEach((value, index) => {
        const difference = Math.abs(value - (expected.every16thFeature[index] ?? Number.NaN));
        assert.ok(difference < 1e-5 * largest, `feature ${16 * index} differs by ${difference}`);
      });
      assert.deepEqual(names.toSorted(), Object.keys(expected.gradientNorms).toSorted());
      names.forEach((name, index) => {
        const norm = euclideanNorm(gradients[index]?.dataSync<"float32">() ?? new Float32Array());
        const wanted = expected.gradientNorms[name] ?? Number.NaN;
        assert.ok(Math.abs(norm - wanted) < 1e-4 * wanted, `${name}: expected ${wanted}, found ${norm}`);
      });
      tf.dispose([x, ...gradients]);
      model.dispose(tf);
      assert.equal(tf.memory().numTensors, before);
    });

    it(`${expected.name} has Keras's parameters, of which batch norm's statistics do not train`, () => {
      const tensors = backboneOf(expected.name).tensors(5).slice(0, -2);
      assert.equal(countElements(tensors), expected.parameters);
      assert.equal(countElements(tensors.filter(({ trainable }) => trainable)), expected.trainable);
    });
  }

  for (const [alpha, parameters] of Object.entries(golden.mobileNetParameters)) {
    it(`MobileNetV2 ${alpha} has ${parameters} parameters without its head, as in Keras`, () => {
      const tensors = backboneOf(`mobilenet_v2_${alpha}`).tensors(5);
      assert.equal(countElements(tensors.slice(0, -2)), parameters);
    });
  }

  it("has the article's counts with a head of five classes", () => {
    const tensors = backboneOf("mobilenet_v2_1.0").tensors(5);
    assert.equal(countElements(tensors), 2_264_389);
    assert.equal(countElements(tensors.filter(({ trainable }) => trainable)), 2_230_277);
    assert.equal(countElements(efficientNet.tensors(5)), 4_055_976);
  });
});

describe("rescaleLikeImageNet", () => {
  it("makes of the normalization what Keras's rescaling by 1/√deviation after it makes", () => {
    const [mean, variance] = [0.4, 0.05];
    const tensors = [
      { name: "normalization/mean", shape: [3], trainable: false },
      { name: "normalization/variance", shape: [3], trainable: false },
    ];
    const values = Float32Array.from([mean, mean, mean, variance, variance, variance]);
    rescaleLikeImageNet(tensors, values);
    // The deviations of ImageNet's red, green and blue, as Keras has them.
    [0.229, 0.224, 0.225].forEach((deviation, colour) => {
      const keras = (0.9 - mean) / Math.sqrt(variance) / Math.sqrt(deviation);
      const folded = (0.9 - mean) / Math.sqrt(values[3 + colour]!);
      assert.ok(Math.abs(keras - folded) < 1e-6);
    });
    assert.deepEqual([...values.subarray(0, 3)], [...Float32Array.from([mean, mean, mean])]);
  });

  it("is done for a model with ImageNet weights that a user saved, which has Keras's second rescaling", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kd-sweep-rescaling-"));
    const tf = await loadTensorFlow();
    const variance = async (name: string, layers: string[]): Promise<number[]> => {
      const path = join(folder, name);
      writeFileSync(path, await formulaFile(efficientNet.tensors(5).slice(0, -2), ["input_1", ...layers]));
      const settings = efficientNet.settings.parse({});
      const options = { weights: path, sha256: null, imageSize: 32, classes: 5, seed: 1, settings };
      const model = await efficientNet.load(tf, options);
      try {
        const index = efficientNet.tensors(5).findIndex((tensor) => tensor.name === "normalization/variance");
        const start = countElements(efficientNet.tensors(5).slice(0, index));
        return [...new Float32Array(model.weights().data.slice().buffer).subarray(start, start + 3)];
      } finally {
        model.dispose(tf);
      }
    };
    try {
      const random = await variance("random.h5", ["rescaling_3"]);
      const imageNet = await variance("imagenet.h5", ["rescaling", "rescaling_1"]);
      [0.229, 0.224, 0.225].forEach((deviation, colour) => {
        assert.ok(Math.abs(imageNet[colour]! / random[colour]! - deviation) < 1e-6);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("PretrainedModel", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });
  const backbone = backboneOf("mobilenet_v2_0.35");
  const settings = backbone.settings.parse({});

  it("gives the same logits again after its weights were stored and restored", () => {
    const model = backbone.restore(tf, formulaWeights(backbone.tensors(3)), { classes: 3, settings });
    const restored = backbone.restore(tf, model.weights(), { classes: 3, settings });
    const x = tf.tensor4d(
      Float32Array.from(noise("images", 32 * 32 * 3), (u) => u + 0.5),
      [1, 32, 32, 3],
    );
    const logits = (of: typeof model): number[] =>
      tf.tidy(() => Array.from(of.forward(tf, of.parameters, x).dataSync()));
    assert.equal(logits(model).length, 3);
    assert.deepEqual(logits(restored), logits(model));
    x.dispose();
    model.dispose(tf);
    restored.dispose(tf);
  });

  it("refuses stored weights of another model", () => {
    const weights = formulaWeights(backbone.tensors(3));
    assert.throws(() => backbone.restore(tf, weights, { classes: 4, settings }), /not mobilenet_v2_0\.35's/);
  });

  it("takes its trainable parameters as one vector, with the gradient in the same order", () => {
    const before = tf.memory().numTensors;
    const model = backbone.restore(tf, formulaWeights(backbone.tensors(3)), { classes: 3, settings });
    const x = tf.tensor4d(
      Float32Array.from(noise("images", 32 * 32 * 3), (u) => u + 0.5),
      [1, 32, 32, 3],
    );
    const names = model.trainable("head");
    assert.deepEqual(names, ["predictions/kernel", "predictions/bias"]);
    const vector = tf.tensor1d(model.vector(names));
    const features: Tensor2D = tf.tidy(() => model.features(tf, model.parameters, x));
    const gradient = tf.tidy(() => {
      const objective = (v: Tensor): Tensor => {
        const parameters = model.withVector(tf, names, v as never);
        return tf.sum(model.head(tf, parameters, features));
      };
      return tf.grad(objective)(vector);
    });
    // The logits' sum: each kernel entry's derivative is its feature, each bias's is 1.
    const expected = [...Array.from(features.dataSync()).flatMap((value) => [value, value, value]), 1, 1, 1];
    assert.deepEqual(Array.from(gradient.dataSync()), expected);
    tf.dispose([x, vector, features, gradient]);
    model.dispose(tf);
    assert.equal(tf.memory().numTensors, before);
  });

  it("feeds [-1, 1] as Keras does, or [0, 1] as the article", () => {
    const weights = formulaWeights(backbone.tensors(3));
    const keras = backbone.restore(tf, weights, { classes: 3, settings: backbone.settings.parse({}) });
    const article = backbone.restore(tf, weights, {
      classes: 3,
      settings: backbone.settings.parse({ preprocessing: "article" }),
    });
    const x = tf.tensor4d(
      Float32Array.from(noise("images", 32 * 32 * 3), (u) => u + 0.5),
      [1, 32, 32, 3],
    );
    const values = tf.tidy(() => {
      const centred = tf.sub<Tensor4D>(tf.mul(x, 2), 1);
      return [keras.features(tf, keras.parameters, x), article.features(tf, article.parameters, centred)].map((y) =>
        Array.from(y.dataSync()),
      );
    });
    assert.deepEqual(values[0], values[1]);
    x.dispose();
    keras.dispose(tf);
    article.dispose(tf);
  });
});
