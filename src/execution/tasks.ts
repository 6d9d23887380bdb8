import type { MessagePort } from "node:worker_threads";
import type { ImageArray } from "../data/images.js";
import type { EpochMetrics } from "../trial/metrics.js";
import type { Outcome } from "../trial/outcome.js";
import type { ArtifactOutcome, Work } from "./messages.js";

/** What the host hands to a worker of its pool: a question about the worker itself, or work. */
export type Task =
  | { readonly kind: "describe"; readonly threadsPerWorker: number }
  | {
      readonly kind: "work";
      readonly work: Work;
      /** The data set's pixels in shared memory; null for the work that makes them. */
      readonly images: ImageArray | null;
      /** What the last digits of its figures depend on, in words. */
      readonly on: string;
      /** Epochs and the end go out, a cancellation comes in. */
      readonly port: MessagePort;
    };

/**
 * Worker to host, over the task's port. `begin` is first, `end` is last and brings the outcome: the pool's own answer is
 * lost where the worker throws right after it.
 */
export type PortMessage =
  | { readonly type: "begin"; readonly threadId: number }
  | { readonly type: "epoch"; readonly metrics: EpochMetrics; readonly restored: boolean }
  | { readonly type: "log" | "warning"; readonly line: string }
  | { readonly type: "end"; readonly outcome: Outcome | ArtifactOutcome };

/** Host to worker, over the task's port. */
export interface CancelMessage {
  readonly type: "cancel";
}
