// A worker whose trials sleep in place of training; artifacts are made as always.
import { setTimeout as sleep } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { cacheFolder } from "../src/artifacts/cache-folder.js";
import { ArtifactCache } from "../src/artifacts/cache.js";
import type { ArtifactOutcome } from "../src/execution/messages.js";
import type { Task } from "../src/execution/tasks.js";
import { makeArtifact } from "../src/execution/work.js";
import type { Environment } from "../src/trial/environment.js";
import type { Outcome } from "../src/trial/outcome.js";

const seconds = Number(process.env.KD_SWEEP_BENCH_SLEEP ?? 0);
const environment: Environment = {
  backend: "native",
  tensorflow: "none",
  tfjs: "none",
  node: process.versions.node,
  kdSweep: "bench",
  threadsPerWorker: 1,
  processor: "any",
  cores: 1,
  memoryBytes: 1,
  platform: "any",
};
const final = {
  epoch: 1,
  train_loss: 1,
  train_accuracy: 0.5,
  val_loss: 1,
  val_accuracy: 0.5,
  val_cross_entropy: 1,
  val_kl: null,
  val_agreement: null,
  val_ece: 0.1,
  seconds: 0,
};

export default async function run(task: Task): Promise<Environment | Outcome | ArtifactOutcome> {
  if (task.kind === "describe") return environment;
  const { images, port, work } = task;
  port.postMessage({ type: "begin", threadId });
  try {
    if (work.kind === "artifact") {
      const { signal } = new AbortController();
      const ignore = (): void => undefined;
      // The images of a drawn data set need no TensorFlow.
      const context = {
        tf: undefined as never,
        on: "nothing",
        images,
        cache: new ArtifactCache(cacheFolder()),
        signal,
      };
      return await makeArtifact(work.artifact, { ...context, onEpoch: ignore, log: ignore, warn: ignore });
    }
    if (seconds > 0) await sleep(1000 * seconds);
    port.postMessage({ type: "epoch", metrics: final, restored: false });
    const validationLogits = new Float32Array(5 * (images?.info.validationCount ?? 0));
    const result = { final, best: final, validationLogits, classes: 5, parameters: 1, seconds, teacherChecksum: null };
    return { state: "complete", result };
  } finally {
    port.postMessage({ type: "end" });
    port.close();
  }
}
