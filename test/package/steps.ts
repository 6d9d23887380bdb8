import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root, from `dist/test/package`. */
export const repository = fileURLToPath(new URL("../../..", import.meta.url));

export interface Step {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end and prints how long it took.
 * @returns what it printed to stdout
 * @throws Error with all that it printed, where it fails
 */
export function step(name: string, program: string, args: readonly string[], { cwd, env }: Step = {}): string {
  const startedAt = performance.now();
  const output = execFileSync(program, args, {
    cwd: cwd ?? repository,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "pipe"],
  });
  console.log(`${name.padEnd(32)} ${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`);
  return output;
}

/** Makes the quickstart's sweep so small that it says nothing and takes seconds. */
export const smallRun =
  ["seeds=1", "training.epochs=1", "teacher.epochs=1", "dataset.images=80", "dataset.imageSize=16"] // prettier-ignore
    .flatMap((override) => ["--set", override]);
