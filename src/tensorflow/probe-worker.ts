import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

import { loadTensorFlow, tensorFlowVersion } from "./load.js";
import type { Ops, Tensor, Tensor4D } from "./ops.js";

/** What one worker of the probe saw. */
export interface WorkerReport {
  readonly tensorflow: string;
  /** Milliseconds of a clock that all threads of the process share. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly steps: number;
  /** The trained weights and the losses, in hexadecimal. */
  readonly bits: string;
  readonly files: readonly string[];
}

const STEPS = 20;
const BATCH = 16;
const SIZE = 32;
const CLASSES = 5;
const MEETING_TIMEOUT_MS = 60_000;

/** Values that look random and are the same everywhere. */
function values(tf: Ops, shape: number[], scale: number): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: count }, (_, index) => (((index * 7919) % 1009) / 1009 - 0.5) * scale),
    shape,
  );
}

/** A convolution, pooling, a dense layer and gradient descent: what the students are made of. */
function train(tf: Ops): string {
  const images = values(tf, [BATCH, SIZE, SIZE, 3], 2) as Tensor4D;
  const labels = tf.oneHot(tf.range(0, BATCH, 1, "int32").mod(tf.scalar(CLASSES, "int32")), CLASSES);
  const filter = tf.variable(values(tf, [3, 3, 3, 16], 0.2) as Tensor4D);
  const weights = tf.variable(values(tf, [(SIZE / 2) ** 2 * 16, CLASSES], 0.02));
  const optimizer = tf.train.sgd(0.05);
  const bits: string[] = [];
  const keep = (tensor: Tensor): void => {
    bits.push(Buffer.from((tensor.dataSync() as Float32Array).slice().buffer).toString("hex"));
  };
  for (let step = 0; step < STEPS; step++) {
    tf.tidy(() => {
      const loss = optimizer.minimize(() => {
        const features = tf.maxPool(tf.relu(tf.conv2d(images, filter, 1, "same")), 2, 2, "same");
        const logits = tf.matMul(tf.reshape(features, [BATCH, -1]), weights);
        return tf.losses.softmaxCrossEntropy(labels, logits);
      }, true);
      if (loss !== null) keep(loss);
    });
  }
  keep(filter);
  keep(weights);
  return bits.join("");
}

/** Waits until both workers have loaded TensorFlow, so that they train at once or not at all. */
function meet(shared: SharedArrayBuffer): void {
  const arrived = new Int32Array(shared);
  if (Atomics.add(arrived, 0, 1) === 0) Atomics.wait(arrived, 0, 1, MEETING_TIMEOUT_MS);
  else Atomics.notify(arrived, 0);
}

/** The native files of TensorFlow in this process, as the kernel lists them. */
function loadedFiles(): string[] {
  if (process.platform !== "linux") return [];
  const paths = readFileSync("/proc/self/maps", "utf8").match(/\/.*\/(libtensorflow|tfjs_binding)[^/\n]*$/gm) ?? [];
  return [...new Set(paths)];
}

const tf = await loadTensorFlow();
meet(workerData as SharedArrayBuffer);
const startedAt = performance.timeOrigin + performance.now();
const bits = train(tf);
const endedAt = performance.timeOrigin + performance.now();
const report: WorkerReport = {
  tensorflow: tensorFlowVersion(tf),
  startedAt,
  endedAt,
  steps: STEPS,
  bits,
  files: loadedFiles(),
};
parentPort?.postMessage(report);
