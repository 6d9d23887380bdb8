import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { layersModel } from "../../src/models/layers-model.js";
import type { Layer } from "../../src/models/model.js";
import { forward, initialParameters, parameterTensors } from "../../src/models/network.js";
import { students } from "../../src/models/registry.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { Random } from "../../src/trial/random.js";
import { temporaryFolder } from "../support/temporary.js";

const program = fileURLToPath(new URL("programs/predict.js", import.meta.url));

describe("a model as plain TensorFlow.js loads it", function () {
  this.timeout(60_000);
  const { path: folder } = temporaryFolder();
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  /** Our own logits beside those of the written model, on random images. */
  function compare(name: string, layers: readonly Layer[], size: number): { ours: number[]; theirs: number[] } {
    const random = new Random(3);
    const tensors = parameterTensors(layers);
    // Biases that are not 0 as well: they tell the order of pooling and bias.
    const parameters = initialParameters(tensors, 1).map((value) => (value === 0 ? random.float() - 0.5 : value));
    const images = Float32Array.from({ length: 2 * size * size * 3 }, () => random.float());
    const place = join(folder, name);
    mkdirSync(place);
    writeFileSync(join(place, "images"), images);
    const metadata = { classNames: ["ä", "b"] };
    for (const [file, content] of Object.entries(layersModel(layers, size, parameters, metadata))) {
      writeFileSync(join(place, file), content);
    }
    const printed = execFileSync(process.execPath, [program, place, join(place, "images"), String(size)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const found = JSON.parse(printed.slice(printed.indexOf("{"))) as {
      logits: number[];
      metadata: object;
      parameters: number;
    };
    assert.deepEqual(found.metadata, metadata);
    assert.equal(found.parameters, parameters.length);
    const ours = tf.tidy(() => [
      ...forward(tf, layers, tf.tensor1d(parameters), tf.tensor4d(images, [2, size, size, 3])).dataSync(),
    ]);
    return { ours, theirs: found.logits };
  }

  const networks: readonly (readonly [string, readonly Layer[], number])[] = [
    ...[...students].map((student) => {
      const settings = student.settings.parse({ dropout: 0.5 });
      return [student.name, student.layers(5, settings), student.minimumImageSize(settings) + 3] as const;
    }),
    [
      "rescaled",
      [
        { kind: "rescale", scale: 2, offset: -1 },
        { kind: "conv", filters: 4, kernel: 3, padding: "same", activation: "none" },
        { kind: "maxPool", size: 2 },
        { kind: "globalAveragePool" },
        { kind: "dense", units: 2, activation: "none" },
      ],
      9,
    ],
  ];
  for (const [name, layers, size] of networks) {
    it(`gives the logits that we train (${name})`, () => {
      const { ours, theirs } = compare(name, layers, size);
      assert.equal(theirs.length, ours.length);
      ours.forEach((logit, i) => {
        assert.ok(Math.abs(logit - theirs[i]!) < 1e-5, `${theirs[i]}, not ${logit}`);
      });
    });
  }

  it("is refused with another network's parameters", () => {
    const [, layers, size] = networks[0]!;
    assert.throws(() => layersModel(layers, size, new Float32Array(3), {}), /expected 144261 parameters, found 3/);
  });
});
