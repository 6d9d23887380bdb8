/*
 * kd-sweep's side of bench/backbone.ts: MobileNetV2 1.0, random weights. Started with: task, image side, batch size,
 * threads (for the peer's sake), runs a round. Prints "ready" after a warm-up, then, for each line on its input, the
 * seconds that one run takes.
 */
import { createInterface } from "node:readline";

import { losses } from "../src/losses/registry.js";
import { elements } from "../src/models/pretrained/architecture.js";
import { mobileNets } from "../src/models/pretrained/backbones.js";
import { loadTensorFlow } from "../src/tensorflow/load.js";
import type { Tensor1D, Tensor2D, Tensor4D } from "../src/tensorflow/ops.js";
import { constantRate } from "../src/training/learning-rate.js";
import { objectiveOf } from "../src/training/objective.js";
import { optimizers } from "../src/training/optimizers/registry.js";
import { startState, trainStep } from "../src/training/step.js";
import { Random } from "../src/trial/random.js";

const [task, ...numbers] = process.argv.slice(2);
const [size = 0, batch = 0, , runs = 0] = numbers.map(Number);

const backbone = mobileNets.find(({ name }) => name === "mobilenet_v2_1.0");
if (backbone === undefined) throw new Error("no mobilenet_v2_1.0");
const random = new Random(1);
const tensors = backbone.tensors(5);
const values = tensors.flatMap(({ name, shape }) => {
  const inputs = elements(shape.slice(0, -1));
  const limit = Math.sqrt(6 / inputs);
  const value = (): number => {
    if (name.endsWith("kernel")) return limit * (2 * random.float() - 1);
    return name.endsWith("gamma") || name.endsWith("variance") ? 1 : 0;
  };
  return Array.from({ length: elements(shape) }, value);
});

const tf = await loadTensorFlow();
const weights = { info: { tensors }, data: new Uint8Array(Float32Array.from(values).buffer) };
const settings = backbone.settings.parse({});
const model = backbone.restore(tf, weights, { classes: 5, settings });
const x = tf.tensor4d(
  Float32Array.from({ length: batch * size * size * 3 }, () => random.float()),
  [batch, size, size, 3],
);
const classes = Array.from({ length: batch }, (_, image) => image % 5);
const labels = tf.tensor2d(classes.map((own) => [0, 1, 2, 3, 4].map((other) => Number(other === own))));

const names = model.trainable("all");
const adam = optimizers.get("adam");
const recipe = {
  model: (vector: Tensor1D, images: Tensor4D): Tensor2D =>
    model.forward(tf, model.withVector(tf, names, vector), images),
  objective: objectiveOf(losses.get("hard"), {}),
  optimizer: adam,
  optimizerSettings: adam.settings.parse({ learningRate: settings.learningRate }),
  learningRate: constantRate(settings.learningRate),
};
let state = startState(tf, recipe, model.vector(names));

function run(): void {
  if (task === "step") {
    const at = { epoch: 1, learningRate: settings.learningRate, dropoutSeed: 1 };
    state = trainStep(tf, recipe, state, { x, labels, teacher: undefined }, at).state;
  } else tf.tidy(() => model.forward(tf, model.parameters, x).dataSync());
}

for (let i = 0; i < 3; i++) run();
console.log("ready");
createInterface({ input: process.stdin }).on("line", () => {
  const start = performance.now();
  for (let i = 0; i < runs; i++) run();
  console.log((performance.now() - start) / 1000 / runs);
});
