import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Backend } from "../trial/environment.js";
import { trainingEnvironment } from "./process-environment.js";

/** What two workers found that trained at once in a process of their own. */
export interface Probe {
  /** The native library's version. */
  readonly tensorflow: string;
  /** Both were in the middle of training at one time. */
  readonly sideBySide: boolean;
  /** Both ended with the same bits. */
  readonly sameBits: boolean;
  readonly stepsPerWorker: number;
  /** From the first one's first step to the last one's last. */
  readonly milliseconds: number;
  /** The addon and the libraries that the process had loaded; where the system does not tell, nothing. */
  readonly files: readonly string[];
}

export type ProbeResult =
  { readonly ok: true; readonly probe: Probe } | { readonly ok: false; readonly reason: string };

/** From the process that probes, in one message. */
export type ProbeMessage = ProbeResult;

const TIMEOUT_MS = 180_000;

/** Loads TensorFlow in a process of its own and lets two of its worker threads train a small network at once. */
export function probeTensorFlow(backend: Backend = "native"): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL("./probe-process.js", import.meta.url)), [], {
      env: trainingEnvironment(process.env, 1, backend),
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    let result: ProbeResult | undefined;
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("message", (message: ProbeMessage) => {
      result = message;
    });
    child.on("error", (error) => {
      resolve({ ok: false, reason: error.message });
    });
    child.on("close", (code, signal) => {
      resolve(result ?? { ok: false, reason: crash(code, signal, stderr) });
    });
  });
}

function crash(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  if (signal === "SIGILL") return "this processor lacks an instruction that TensorFlow needs (AVX)";
  if (signal === "SIGKILL") return "it was killed: out of memory, or no answer within 3 minutes";
  const line = stderr.split("\n").findLast((text) => /error|fatal|abort/i.test(text));
  return `its process ended with ${signal ?? `exit code ${String(code)}`}${line === undefined ? "" : `: ${line.trim()}`}`;
}
