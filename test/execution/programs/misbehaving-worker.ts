// A worker whose work does what the data set's name says, in place of training.
import { spawnSync } from "node:child_process";
import { threadId } from "node:worker_threads";
import { asFailure } from "../../../src/execution/failure.js";
import type { PortMessage, Task } from "../../../src/execution/tasks.js";
import type { ArtifactOutcome } from "../../../src/execution/messages.js";
import type { Environment } from "../../../src/trial/environment.js";

const epoch = { epoch: 1, train_loss: 1, train_accuracy: 0, val_loss: 1, val_accuracy: 0, val_cross_entropy: 1 };
const metrics = { ...epoch, val_kl: null, val_agreement: null, val_ece: 0, seconds: 0 };

export default async function run(task: Task): Promise<Environment | undefined> {
  if (task.kind === "describe") return { backend: "native" } as Environment;
  const { port, work } = task;
  if (work.kind !== "artifact" || work.artifact.kind !== "images") throw new Error("only images are pretended");
  const { name } = work.artifact.dataset;
  port.postMessage({ type: "begin", threadId });
  const stop = new AbortController();
  port.on("message", () => {
    stop.abort();
  });
  const details = { kind: "images" } as never;
  let outcome: ArtifactOutcome = {
    state: "complete",
    record: { key: "k", kind: "images", checksum: "c", seconds: 0, reused: false, details },
  };
  port.postMessage({ type: "epoch", metrics, restored: false });
  switch (name) {
    case "throws":
      outcome = asFailure(new Error("wrong"));
      break;
    case "throws late":
      setTimeout(() => {
        throw new Error("too late");
      }, 20);
      break;
    case "exits":
      process.exit(3);
      break;
    case "loops":
      for (;;);
    case "is in native code":
      spawnSync("sleep", ["30"]);
      break;
    case "fills its memory": {
      const held: unknown[] = [];
      for (;;) held.push(new Array(1000).fill(held.length));
    }
    case "takes a while":
      while (!stop.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      outcome = { state: "failed", reason: "cancelled", message: "stopped" };
  }
  port.postMessage({ type: "end", outcome } satisfies PortMessage);
  // As the pool sees "throws late" where this process was not scheduled between the answer and the error.
  if (name === "throws in the pool's answer") throw new Error("too late");
  port.close();
  return undefined;
}
