/*
 * kd-sweep's side of bench/train-step.ts. Started with: task, student, image side, batch size, threads a worker (which
 * the environment sets), runs a round, workers. Its workers are threads that each load TensorFlow, as the pool's are.
 * Prints "ready" after a warm-up, then, for each line on its input, the seconds of one run in all workers at once.
 *
 *   step    one update of a student with the article's weighted loss, the teacher's logits given
 *   epoch   512 images from bytes: batches, updates, and the validation of 64 images
 *   matmul  two matrices of 2048 x 2048
 */
import { createInterface } from "node:readline";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

import { losses } from "../src/losses/registry.js";
import { forward, initialParameters, parameterTensors } from "../src/models/network.js";
import { students } from "../src/models/registry.js";
import { resolve } from "../src/settings/resolve.js";
import { loadTensorFlow } from "../src/tensorflow/load.js";
import type { Ops, Tensor1D, Tensor4D } from "../src/tensorflow/ops.js";
import { trainTrial } from "../src/training/distill.js";
import { constantRate } from "../src/training/learning-rate.js";
import { objectiveOf } from "../src/training/objective.js";
import { optimizers } from "../src/training/optimizers/registry.js";
import { startState, trainStep } from "../src/training/step.js";
import { Random } from "../src/trial/random.js";

const [task = "", student = "", ...numbers] = process.argv.slice(2);
const [size = 0, batch = 0, , runs = 0, workers = 1] = numbers.map(Number);
const classes = 5;
const trainCount = 512;
const validationCount = 64;
const random = new Random(1);

function floats(count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.float());
}

function stepRun(tf: Ops): () => void {
  const descriptor = students.get(student);
  const layers = descriptor.layers(classes, descriptor.settings.parse({}));
  const adam = optimizers.get("adam");
  const optimizerSettings = adam.settings.parse({});
  const recipe = {
    model: (parameters: Tensor1D, images: Tensor4D) => forward(tf, layers, parameters, images),
    objective: objectiveOf(losses.get("kd_ce"), {}),
    optimizer: adam,
    optimizerSettings,
    learningRate: constantRate(optimizerSettings.learningRate),
  };
  let state = startState(tf, recipe, initialParameters(parameterTensors(layers), 1));
  const x = tf.tensor4d(floats(batch * size * size * 3), [batch, size, size, 3]);
  const labels = tf.tensor2d(Array.from({ length: batch }, (_, image) => oneHot(image % classes)));
  const teacher = tf.tensor2d(floats(batch * classes), [batch, classes]);
  const at = { epoch: 1, learningRate: optimizerSettings.learningRate, dropoutSeed: 1 };
  return () => {
    state = trainStep(tf, recipe, state, { x, labels, teacher }, at).state;
  };
}

function oneHot(label: number): number[] {
  return Array.from({ length: classes }, (_, other) => Number(other === label));
}

function epochRun(tf: Ops): () => Promise<unknown> {
  const count = trainCount + validationCount;
  const pixels = Uint8Array.from({ length: count * size * size * 3 }, () => random.integer(256));
  const resolved = resolve({ "student.type": student, "training.epochs": 1, "training.batchSize": batch });
  if (!resolved.ok) throw new Error("the settings do not resolve");
  const images = {
    pixels,
    info: {
      count,
      size,
      classNames: ["a", "b", "c", "d", "e"],
      labels: Array.from({ length: count }, (_, image) => image % classes),
      sources: Array.from({ length: count }, (_, image) => String(image)),
      trainCount,
      validationCount,
      skipped: [],
    },
  };
  const trial = { id: "", configuration: "", settings: resolved.value.settings, seed: 1, parameters: {} };
  const teacher = { checksum: "", logits: floats(count * classes), views: null };
  const options = { signal: new AbortController().signal, onEpoch: () => undefined };
  return () => trainTrial(tf, trial, { images, teacher }, options);
}

function matmulRun(tf: Ops): () => void {
  const [a, b] = [1, 2].map(() => tf.tensor2d(floats(2048 * 2048), [2048, 2048]));
  if (a === undefined || b === undefined) throw new Error("no matrices");
  return () => {
    const product = tf.matMul(a, b);
    product.dataSync();
    product.dispose();
  };
}

/** Answers each message of the main thread when a round is done. */
async function serve(): Promise<void> {
  const tf = await loadTensorFlow();
  const tasks = new Map<string, (tf: Ops) => () => unknown>([
    ["step", stepRun],
    ["epoch", epochRun],
    ["matmul", matmulRun],
  ]);
  const run = tasks.get(task)?.(tf);
  if (run === undefined) throw new Error(`no task ${task}`);
  for (let i = 0; i < (task === "epoch" ? 1 : 3); i++) await run();
  parentPort?.on("message", () => {
    void (async () => {
      for (let i = 0; i < runs; i++) await run();
      parentPort?.postMessage("done");
    })();
  });
  parentPort?.postMessage("ready");
}

async function main(): Promise<void> {
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) }),
  );
  const answers = (): Promise<unknown> =>
    Promise.all(
      threads.map(
        (thread) =>
          new Promise((answered, failed) => {
            thread.once("message", answered);
            thread.once("error", failed);
          }),
      ),
    );
  await answers();
  console.log("ready");
  createInterface({ input: process.stdin }).on("line", () => {
    void (async () => {
      const start = performance.now();
      const done = answers();
      for (const thread of threads) thread.postMessage("run");
      await done;
      console.log((performance.now() - start) / 1000 / runs);
    })();
  });
}

await (isMainThread ? main() : serve());
