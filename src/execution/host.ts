/**
 * The training process: owns the pool and the images in shared memory. Started by `TrainingProcess` with TensorFlow's
 * environment in place; answers over the IPC channel and ends with it.
 */
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import { artifactKey } from "../artifacts/key.js";
import type { ArtifactSpec, ImagesSpec } from "../artifacts/artifact.js";
import { cacheFolder } from "../artifacts/cache-folder.js";
import { ArtifactCache } from "../artifacts/cache.js";
import { storedImageInfo, type ImageArray } from "../data/images.js";
import type { Environment } from "../trial/environment.js";
import type { Failure, Outcome } from "../trial/outcome.js";
import { asFailure } from "./failure.js";
import type { ArtifactOutcome, Request, Response, Work } from "./messages.js";
import type { PortMessage, Task } from "./tasks.js";

/** How long cancelled work may take to reach its next step before its thread is ended. */
const cancellationGraceMs = 5_000;

const [workers = 1, threadsPerWorker = 1] = process.argv.slice(2).map(Number);

const pool = new Piscina<Task, Environment | Outcome | ArtifactOutcome>({
  filename: new URL("./worker.js", import.meta.url).href,
  minThreads: workers,
  maxThreads: workers,
});

function log(line: string): void {
  console.error(line);
}

function send(response: Response): void {
  // The front may be gone; "disconnect" then ends this process.
  process.send?.(response, undefined, undefined, () => undefined);
}

const imageArrays = new Map<string, Promise<ImageArray>>();
/** How many pieces of work use each of them. */
const imageUsers = new Map<string, number>();

/** The pixels of a data set, read once into memory that all workers share. */
function sharedImages(spec: ImagesSpec): Promise<ImageArray> {
  const key = artifactKey(spec);
  let images = imageArrays.get(key);
  if (images === undefined) {
    // Another data set's turn: what nobody uses makes room.
    for (const other of imageArrays.keys()) if ((imageUsers.get(other) ?? 0) === 0) imageArrays.delete(other);
    images = readImages(spec);
    imageArrays.set(key, images);
    images.catch(() => imageArrays.delete(key));
  }
  return images;
}

async function readImages(spec: ImagesSpec): Promise<ImageArray> {
  const stored = await new ArtifactCache(cacheFolder(), log).read(spec, { shared: true });
  if (stored === undefined) throw new Error("the images are not in the cache; run the sweep again to make them");
  return { info: storedImageInfo(stored.info), pixels: stored.data };
}

function imagesOf(work: Work): ImagesSpec | null {
  if (work.kind === "trial") return work.needs.images;
  const spec: ArtifactSpec = work.artifact;
  switch (spec.kind) {
    case "images":
      return null;
    case "teacher":
      return spec.images;
    case "logits":
      return spec.teacher.images;
  }
}

const cancellations = new Map<number, AbortController>();

async function run(id: number, work: Work): Promise<Outcome | ArtifactOutcome> {
  const cancelled: Failure = { state: "failed", reason: "cancelled", message: "stopped before it was finished" };
  const cancellation = new AbortController();
  cancellations.set(id, cancellation);
  const hardStop = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const { port1, port2 } = new MessageChannel();
  const spec = imagesOf(work);
  const imagesKey = spec === null ? null : artifactKey(spec);
  if (imagesKey !== null) imageUsers.set(imagesKey, (imageUsers.get(imagesKey) ?? 0) + 1);
  try {
    const images = spec === null ? null : await sharedImages(spec);
    if (cancellation.signal.aborted) return cancelled;
    const ended = new Promise<void>((resolve) => {
      port1.on("message", (message: PortMessage) => {
        if (message.type === "epoch") send({ ...message, id });
        else if (message.type === "log") log(message.line);
        else resolve();
      });
    });
    cancellation.signal.addEventListener("abort", () => {
      port1.postMessage({ type: "cancel" });
      grace = setTimeout(() => {
        hardStop.abort();
      }, cancellationGraceMs);
    });
    const outcome = await pool.run(
      { kind: "work", work, images, port: port2 },
      { transferList: [port2], signal: hardStop.signal },
    );
    // The pool's answer may overtake the port's messages.
    await ended;
    return outcome as Outcome | ArtifactOutcome;
  } catch (error) {
    if (hardStop.signal.aborted) return cancelled;
    const failure = asFailure(error);
    const exited = failure.reason === "error" && failure.message.startsWith("worker exited");
    return exited
      ? { ...failure, reason: "worker-exit", message: `the worker ended by itself (${failure.message})` }
      : failure;
  } finally {
    clearTimeout(grace);
    if (imagesKey !== null) imageUsers.set(imagesKey, (imageUsers.get(imagesKey) ?? 1) - 1);
    cancellations.delete(id);
    port1.close();
  }
}

async function handle(request: Request): Promise<void> {
  switch (request.type) {
    case "run":
      send({ type: "outcome", id: request.id, outcome: await run(request.id, request.work) });
      break;
    case "cancel":
      cancellations.get(request.id)?.abort();
      break;
    case "close":
      await pool.destroy();
      process.disconnect();
      break;
  }
}

process.on("message", (request: Request) => void handle(request));
// Without a front nobody keeps what is trained here. A worker deep in native code would delay an orderly exit.
process.on("disconnect", () => {
  process.kill(process.pid, "SIGKILL");
});
if (!process.connected) process.exit();

const environment = (await pool.run({ kind: "describe", threadsPerWorker })) as Environment;
send({ type: "ready", environment });
