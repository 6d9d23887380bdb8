import { fork, type ChildProcess } from "node:child_process";
import { closeSync, fstatSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { askedBackend } from "../tensorflow/backend.js";
import { trainingEnvironment } from "../tensorflow/process-environment.js";
import type { Backend, Environment } from "../trial/environment.js";
import { UserError } from "../trial/issue.js";
import type { Failure } from "../trial/outcome.js";
import { lastMessage } from "./last-message.js";
import type {
  EpochListener,
  Executor,
  HostOptions,
  Request,
  Response,
  RunOptions,
  Work,
  WorkOutcome,
} from "./messages.js";

interface Pending {
  resolve: (outcome: WorkOutcome<Work>) => void;
  onEpoch?: EpochListener | undefined;
  onWarning?: ((message: string) => void) | undefined;
}

export interface TrainingProcessOptions {
  /** Threads of the pool. */
  readonly workers: number;
  /** What computes. Default: what `KD_SWEEP_BACKEND` says, else native. */
  readonly backend?: Backend;
  /** TensorFlow's threads in each worker; part of what fixes a result's last digits. Default 1. */
  readonly threadsPerWorker?: number;
  /** Of the JavaScript objects of one worker. Default 2048. */
  readonly heapMegabytes?: number;
  /** How long stopped work may take to reach its next step, and then its thread to end, before all is ended. Default 5000. */
  readonly graceMs?: number;
  /** Once the process takes more than these bytes, another takes its place as soon as nothing runs. Default: never. */
  readonly recycleAboveBytes?: number;
  /** Address of the module that does the work in each worker; the default trains. */
  readonly worker?: string;
  /** File that takes the process's stderr, TensorFlow's own messages included; appended to. */
  readonly logFile: string;
}

/** The training process was ended by a signal before it was ready. */
class KilledAtStart extends UserError {}

/** The front's side of the training process: starts it, sends work, starts it again when it was killed. */
export class TrainingProcess implements Executor {
  readonly workers: number;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private child: ChildProcess | null = null;
  private starting: Promise<Environment> | null = null;
  private closing = false;
  /** Work waits until the process has been replaced: it has grown too large. */
  private recycling: Promise<void> | null = null;
  private recycled: () => void = () => undefined;

  constructor(private readonly options: TrainingProcessOptions) {
    this.workers = options.workers;
  }

  /** Its process id while it lives. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<Environment> {
    if (this.recycling !== null) await this.recycling;
    // Once more where it was killed: what ended the last process may still be holding on to memory.
    this.starting ??= this.spawn()
      .catch((error: unknown) => {
        if (!(error instanceof KilledAtStart) || this.closing) throw error;
        return this.spawn();
      })
      .catch((error: unknown) => {
        this.starting = null;
        throw error;
      });
    return this.starting;
  }

  async run<W extends Work>(work: W, options: RunOptions): Promise<WorkOutcome<W>> {
    const stopped = (): boolean => options.signal.aborted || this.closing;
    if (stopped()) return cancelled;
    await this.start();
    // The signal may have come in the meantime, and tells nobody twice.
    if (stopped()) return cancelled;
    const id = this.nextId++;
    const cancel = (): void => {
      this.send({ type: "cancel", id });
    };
    options.signal.addEventListener("abort", cancel, { once: true });
    try {
      return await new Promise<WorkOutcome<W>>((resolve) => {
        const settle = (outcome: WorkOutcome<Work>): void => {
          resolve(outcome as WorkOutcome<W>);
        };
        this.pending.set(id, { resolve: settle, onEpoch: options.onEpoch, onWarning: options.onWarning });
        this.send({ type: "run", id, work, timeoutMs: options.timeoutMs ?? null });
      });
    } finally {
      options.signal.removeEventListener("abort", cancel);
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    const child = this.child;
    if (child === null) return;
    const exited = new Promise<void>((resolve) =>
      child.once("exit", () => {
        resolve();
      }),
    );
    this.send({ type: "close" });
    const impatience = setTimeout(() => child.kill("SIGKILL"), 3_000);
    await exited;
    clearTimeout(impatience);
  }

  private send(request: Request): void {
    // A process that has just died answers with "exit", which settles what is pending.
    if (this.child?.connected === true) this.child.send(request, () => undefined);
  }

  private spawn(): Promise<Environment> {
    const {
      workers,
      backend = askedBackend() ?? "native",
      threadsPerWorker = 1,
      heapMegabytes = 2048,
      graceMs = 5_000,
      logFile,
    } = this.options;
    const worker = this.options.worker ?? new URL("./worker.js", import.meta.url).href;
    const host: HostOptions = { workers, threadsPerWorker, worker, heapMegabytes, graceMs };
    const log = openSync(logFile, "a");
    const logged = fstatSync(log).size;
    const child = fork(fileURLToPath(new URL("./host.js", import.meta.url)), [JSON.stringify(host)], {
      env: trainingEnvironment(process.env, threadsPerWorker, backend),
      execArgv: [],
      // A process group of its own: a terminal's Ctrl-C goes to the front, which decides what stops.
      detached: true,
      serialization: "advanced",
      stdio: ["ignore", log, log, "ipc"],
    });
    closeSync(log);
    this.child = child;
    let ready = false;
    return new Promise((resolve, reject) => {
      child.on("message", (response: Response) => {
        if (response.type === "ready") {
          ready = true;
          resolve(response.environment);
        } else this.receive(response);
      });
      child.once("error", (error) => {
        this.child = null;
        reject(new UserError(`the training process cannot be started (${error.message})`, 3));
      });
      child.once("exit", (code, signal) => {
        const how = signal === null ? `exit code ${code ?? 0}` : `signal ${signal}`;
        if (ready) {
          this.lose(how);
          return;
        }
        this.child = null;
        const said = lastMessage(logFile, logged);
        const last = said === null ? "" : `: ${said}`;
        const message = `the training process did not start (${how})${last}\n  all that it said is in ${logFile}`;
        reject(signal === null ? new UserError(message, 3) : new KilledAtStart(message, 3));
      });
    });
  }

  private receive(response: Exclude<Response, { type: "ready" }>): void {
    if (response.type === "ending") {
      this.holdBack();
      return;
    }
    const pending = this.pending.get(response.id);
    if (response.type === "epoch") {
      pending?.onEpoch?.(response.metrics, response.restored);
    } else if (response.type === "warning") {
      pending?.onWarning?.(response.message);
    } else {
      this.pending.delete(response.id);
      // While the process closes, its workers are ended under their work.
      const ended = this.closing && response.outcome.state === "failed";
      pending?.resolve(ended ? cancelled : response.outcome);
      this.recycleIfLarge(response.memoryBytes);
    }
  }

  /** Whatever is begun from now on waits for the process that takes this one's place. */
  private holdBack(): void {
    this.recycling ??= new Promise((resolve) => {
      this.recycled = resolve;
    });
  }

  /** Native memory that a worker's libraries keep is given back by the end of the process alone. */
  private recycleIfLarge(memoryBytes: number): void {
    const { recycleAboveBytes = Infinity } = this.options;
    if (memoryBytes > recycleAboveBytes) this.holdBack();
    if (this.recycling !== null && this.pending.size === 0) this.child?.kill("SIGKILL");
  }

  /** The process is gone: what was in flight is lost, and the next `run` starts another. */
  private lose(how: string): void {
    this.child = null;
    this.starting = null;
    this.recycling = null;
    this.recycled();
    const lost: Failure = this.closing
      ? cancelled
      : {
          state: "failed",
          reason: "worker-exit",
          wholeProcess: true,
          message: `the training process ended in the middle of the work (${how})`,
        };
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const { resolve } of pending) resolve(lost);
  }
}

const cancelled: Failure = { state: "failed", reason: "cancelled", message: "stopped before it was finished" };
