import { availableParallelism } from "node:os";
import { workersFor, type WorkerCount } from "../study/workers.js";
import type { Execution } from "../sweep/execution.js";
import { usableMemory } from "../tensorflow/describe.js";
import type { TrialSpec } from "../trial/spec.js";

/** How many trials this machine trains side by side: what was asked for, else as many as its cores and memory allow. */
export function workersHere(trials: Iterable<TrialSpec>, { workers = "auto" }: Execution): WorkerCount {
  const found = workersFor(trials, availableParallelism(), usableMemory());
  return workers === "auto" ? found : { ...found, workers, limitedByMemory: false };
}
