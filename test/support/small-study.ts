import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root, from `dist/test/support`. */
export const repository = fileURLToPath(new URL("../../..", import.meta.url));
export const program = join(repository, "dist", "src", "cli", "main.js");

/** Small enough to train in a second, real all the way: 4 configurations of 2 seeds on generated images of 16 px. */
export const smallSweep = `
name: small
seeds: 2
dataset: { name: petals, imageSize: 16, images: 80 }
teacher: { backbone: convnet_s, epochs: 1 }
training: { epochs: 3, batchSize: 16 }
parameters:
  loss.type: { values: [hard, kd, mse] }
  loss.temperature: { values: [1, 4], when: { loss.type: kd } }
baseline: { loss.type: hard }
`;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly folder: string;
  readonly cache: string;
  readonly results: string;
  readonly sweep: string;
}

/** A sweep file, a results folder and a cache of their own below `folder`. */
export function place(folder: string, sweep = smallSweep): Place {
  const path = join(folder, "small.yaml");
  writeFileSync(path, sweep);
  return { folder, cache: join(folder, "cache"), results: join(folder, "results"), sweep: path };
}

function environment(at: Pick<Place, "cache">, extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...process.env, KD_SWEEP_CACHE: at.cache, ...extra };
}

/** Runs the built command to its end. */
export function kdSweep(at: Place, args: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { cwd: at.folder, env: environment(at, extra), maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

const ends = new WeakMap<ChildProcess, Promise<number | null>>();

/** Starts the built command and leaves it running. @param stdout where its output goes: a pipe, or an open file */
export function startKdSweep(at: Place, args: readonly string[], stdout: "pipe" | number = "pipe"): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: at.folder,
    env: environment(at, {}),
    stdio: ["ignore", stdout, "pipe"],
  });
  ends.set(child, new Promise((resolve) => child.once("close", resolve)));
  return child;
}

/** Resolves once a child has printed a text. */
export function untilPrinted(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const look = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes(text)) resolve();
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.once("exit", () => {
      reject(new Error(`the command ended before it printed ${JSON.stringify(text)}; it printed: ${printed}`));
    });
  });
}

/**
 * The exit code of what `startKdSweep` started, once all that it printed has been read; null where a signal ended it.
 * Also where it has ended already.
 */
export function exited(child: ChildProcess): Promise<number | null> {
  const end = ends.get(child);
  assert.ok(end !== undefined, "not started by startKdSweep");
  return end;
}

/** The one child of a running command: its training process; undefined where there is none. Linux only. */
export function trainingProcessOf(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return children[0] === "" ? undefined : Number(children[0]);
  } catch {
    return undefined;
  }
}
