/**
 * The training process: owns the pool and the images in shared memory. Started by `TrainingProcess` with TensorFlow's
 * environment in place; answers over the IPC channel and ends with it.
 */
import { MessageChannel, receiveMessageOnPort, type Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { artifactKey } from "../artifacts/key.js";
import type { ArtifactSpec, ImagesSpec } from "../artifacts/artifact.js";
import { cacheFolder } from "../artifacts/cache-folder.js";
import { ArtifactCache } from "../artifacts/cache.js";
import { storedImageInfo, type ImageArray } from "../data/images.js";
import { inWords, type Environment } from "../trial/environment.js";
import type { Failure, Outcome } from "../trial/outcome.js";
import { asFailure, gone } from "./failure.js";
import type { ArtifactOutcome, HostOptions, Request, Response, Work } from "./messages.js";
import type { PortMessage, Task } from "./tasks.js";

const options = JSON.parse(process.argv[2] ?? "{}") as HostOptions;
const { graceMs, threadsPerWorker, workers } = options;

const pool = new Piscina<Task, Environment | undefined>({
  filename: options.worker,
  minThreads: workers,
  maxThreads: workers,
  // Between two pieces of work a thread's event loop goes on: what the last one left there must not meet the next.
  atomics: "disabled",
  resourceLimits: { maxOldGenerationSizeMb: options.heapMegabytes },
});
// Thrown by a worker after its work had ended: the pool has replaced it, and nothing is lost.
pool.on("error", endedBetween);

function endedBetween(error: unknown): void {
  log(`a worker ended between two pieces of work: ${String(error)}`);
}

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

/** Images that a piece of work reads, and their key. */
interface Wanted {
  readonly spec: ImagesSpec;
  readonly key: string;
}

/** The pixels of a data set, read once into memory that all workers share. */
function sharedImages({ key, spec }: Wanted): Promise<ImageArray> {
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
  if (stored === undefined) throw gone("image array");
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

const stops = new Map<number, Stop>();

/** Why and how a piece of work is stopped: at its next step, else by the end of its thread, else of this process. */
class Stop {
  private reason: Failure | null = null;
  /** What does the work, from when it begins. */
  thread: Worker | undefined;
  private readonly controller = new AbortController();
  private grace: NodeJS.Timeout | undefined;

  constructor(private readonly ask: () => void) {}

  /** Takes the work from the pool. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  why(): Failure | null {
    return this.reason;
  }

  /** The first reason stands. */
  because(reason: Failure): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.ask();
    this.grace = setTimeout(() => {
      this.controller.abort();
    }, graceMs);
  }

  ended(): void {
    clearTimeout(this.grace);
  }

  /** Whether the thread has ended; one that is still in native code then ends with the process alone. */
  async threadEnded(): Promise<boolean> {
    const { thread } = this;
    if (thread === undefined || !this.signal.aborted) return true;
    return new Promise((resolve) => {
      const patience = setTimeout(() => {
        resolve(false);
      }, graceMs);
      thread.once("exit", () => {
        clearTimeout(patience);
        resolve(true);
      });
    });
  }
}

const cancelled: Failure = { state: "failed", reason: "cancelled", message: "stopped before it was finished" };

async function run(id: number, work: Work, timeoutMs: number | null): Promise<Outcome | ArtifactOutcome> {
  const { port1, port2 } = new MessageChannel();
  const stop = new Stop(() => {
    port1.postMessage({ type: "cancel" });
  });
  stops.set(id, stop);
  let timeout: NodeJS.Timeout | undefined;
  const spec = imagesOf(work);
  const wanted = spec === null ? null : { spec, key: artifactKey(spec) };
  if (wanted !== null) imageUsers.set(wanted.key, (imageUsers.get(wanted.key) ?? 0) + 1);
  try {
    const images = wanted === null ? null : await sharedImages(wanted);
    const stopped = stop.why();
    if (stopped !== null) return stopped;
    let outcome = undefined as Outcome | ArtifactOutcome | undefined;
    const hear = (message: PortMessage): void => {
      switch (message.type) {
        case "begin":
          stop.thread = pool.threads.find(({ threadId }) => threadId === message.threadId);
          if (timeoutMs !== null)
            timeout = setTimeout(() => {
              stop.because(timedOut(timeoutMs, work));
            }, timeoutMs);
          break;
        case "epoch":
          send({ ...message, id });
          break;
        case "warning":
          send({ type: "warning", id, message: message.line });
          log(message.line);
          break;
        case "log":
          log(message.line);
          break;
        case "end":
          ({ outcome } = message);
      }
    };
    port1.on("message", hear);
    // The pool's answer, and the end of a worker, may overtake the port's messages.
    const hearAll = (): void => {
      for (let next; (next = receiveMessageOnPort(port1)) !== undefined;) hear(next.message as PortMessage);
    };
    const task: Task = { kind: "work", work, images, on: inWords(environment), port: port2 };
    try {
      await pool.run(task, { transferList: [port2], signal: stop.signal });
      hearAll();
      if (outcome === undefined) throw new Error("it answered without an outcome");
    } catch (error) {
      hearAll();
      if (outcome === undefined) return await endedUnder(stop, error);
      endedBetween(error);
    }
    return outcome.state === "failed" ? (stop.why() ?? outcome) : outcome;
  } catch (error) {
    return stop.why() ?? asFailure(error);
  } finally {
    clearTimeout(timeout);
    stop.ended();
    if (wanted !== null) imageUsers.set(wanted.key, (imageUsers.get(wanted.key) ?? 1) - 1);
    stops.delete(id);
    port1.close();
  }
}

/** For work whose thread ended under it, by itself or as it was told to. */
async function endedUnder(stop: Stop, error: unknown): Promise<Failure> {
  const reason = stop.why();
  if (reason !== null) {
    // What is begun from now on would go down with the process.
    if (!(await stop.threadEnded())) doom();
    return reason;
  }
  const failure = asFailure(error);
  // What work throws comes as its outcome: an error without one, be it an earlier piece's, is the end of the thread.
  return failure.reason === "error"
    ? { ...failure, reason: "worker-exit", message: `the worker ended by itself (${failure.message})` }
    : failure;
}

let doomed = false;

/** A thread does not come out of native code: this process ends, and nothing more is begun in it. */
function doom(): void {
  doomed = true;
  log("a worker did not come out of native code; the training process is replaced");
  send({ type: "ending" });
}

/** Ends as soon as what was sent has left. */
function end(): void {
  const kill = (): void => void process.kill(process.pid, "SIGKILL");
  if (process.send === undefined) kill();
  else process.send({ type: "ending" } satisfies Response, undefined, undefined, kill);
}

function timedOut(timeoutMs: number, work: Work): Failure {
  // A user's own program is the first place to look at.
  const own = work.kind === "trial" ? work.trial.settings.loss.module : undefined;
  const loss = typeof own === "string" ? `; its loss module is ${own}` : "";
  return { state: "failed", reason: "timeout", message: `not finished after ${timeoutMs / 1000} s${loss}` };
}

async function handle(request: Request): Promise<void> {
  switch (request.type) {
    case "run": {
      const outcome = await run(request.id, request.work, request.timeoutMs);
      send({ type: "outcome", id: request.id, outcome, memoryBytes: process.memoryUsage.rss() });
      if (doomed) end();
      break;
    }
    case "cancel":
      stops.get(request.id)?.because(cancelled);
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

const described = await pool.run({ kind: "describe", threadsPerWorker });
if (described === undefined) throw new Error("the worker does not describe itself");
const environment = described;
send({ type: "ready", environment });
