import { spawn } from "node:child_process";

/** How a program ended. */
export interface Ended {
  /** False where the program is not there or may not be run. */
  readonly started: boolean;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a program to its end. If this process is told to end meanwhile, the program ends first, with whatever it has
 * started itself: `python3` and `g++` are often scripts around the real ones.
 */
export function runProcess(
  program: string,
  parameters: readonly string[],
  options: { env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    // Listening before it starts: a signal of its first moment is not missed.
    const stopListening = endWith(() => child.pid);
    const child = spawn(program, parameters, {
      stdio: ["ignore", "pipe", "pipe"],
      env: options.env ?? process.env,
      // A process group of its own, which can be ended as one.
      detached: true,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => {
      stopListening();
      resolve({ started: false, code: null, signal: null, stdout, stderr: error.message });
    });
    child.on("close", (code, signal) => {
      stopListening();
      resolve({ started: true, code, signal, stdout, stderr });
    });
  });
}

function endWith(group: () => number | undefined): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    endGroup(group());
    stopListening();
    // Nobody else listens: end as if this function had not listened either.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const stopListening = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return stopListening;
}

function endGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(process.platform === "win32" ? group : -group, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
