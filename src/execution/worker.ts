/** One thread of the pool: loads TensorFlow once, then trains trials and makes artifacts one at a time. */
import { cacheFolder } from "../artifacts/cache-folder.js";
import { ArtifactCache } from "../artifacts/cache.js";
import { threadId } from "node:worker_threads";
import type { Environment } from "../trial/environment.js";
import type { Outcome } from "../trial/outcome.js";
import { describeEnvironment } from "../tensorflow/describe.js";
import { loadTensorFlow } from "../tensorflow/load.js";
import { asFailure } from "./failure.js";
import type { ArtifactOutcome } from "./messages.js";
import { makeArtifact, runTrial, type WorkContext } from "./work.js";
import type { CancelMessage, PortMessage, Task } from "./tasks.js";

const tf = await loadTensorFlow();

/** Answers a question; what work comes to goes out over its port. */
export default async function run(task: Task): Promise<Environment | undefined> {
  if (task.kind === "describe") return describeEnvironment(tf, task.threadsPerWorker);
  const { port, work, images, on } = task;
  const send = (message: PortMessage): void => {
    port.postMessage(message);
  };
  send({ type: "begin", threadId });
  const cancellation = new AbortController();
  port.on("message", (message: CancelMessage) => {
    cancellation.abort(message.type);
  });
  const log = (line: string): void => {
    send({ type: "log", line });
  };
  const warn = (line: string): void => {
    send({ type: "warning", line });
  };
  const context: WorkContext = {
    tf,
    on,
    images,
    cache: new ArtifactCache(cacheFolder(), warn),
    signal: cancellation.signal,
    onEpoch: (metrics, restored) => {
      send({ type: "epoch", metrics, restored });
    },
    log,
    warn,
  };
  let outcome: Outcome | ArtifactOutcome;
  try {
    outcome = work.kind === "trial" ? await runTrial(work, context) : await makeArtifact(work.artifact, context);
  } catch (error) {
    outcome = cancellation.signal.aborted
      ? { state: "failed", reason: "cancelled", message: "stopped before it was finished" }
      : asFailure(error);
  }
  send({ type: "end", outcome });
  port.close();
  return undefined;
}
