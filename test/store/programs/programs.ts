import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The path of a compiled program of this folder. */
export function program(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}

/** Starts a program of this folder; its lines come by `next`, which resolves to null at its end. */
export function start(name: string, ...args: readonly string[]): Program {
  const child = spawn(process.execPath, [program(name), ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return {
    child,
    ended,
    async next() {
      const line = await lines.next();
      return line.done === true ? null : line.value;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

export interface Program {
  readonly child: ChildProcess;
  /** The exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  next(): Promise<string | null>;
  /** `kill -9`, and waits for the end. */
  kill(): Promise<void>;
}

/** A new empty folder for each test of the suite that calls this, removed after it. */
export function temporaryFolder(): () => string {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kd-sweep-store-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}
