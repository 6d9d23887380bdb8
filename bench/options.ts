import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { trainingEnvironment } from "../src/tensorflow/process-environment.js";

/** What every script of this folder takes on its command line. */
export interface BenchOptions {
  /** One JSON object a line in place of the table. */
  readonly json: boolean;
  /** The Python that has `bench/peers/requirements.txt` installed. */
  readonly python: string;
  readonly rounds: number;
  /** Measures only the lines whose name holds this. */
  readonly only: string;
  /**
   * Gives the peer the environment that kd-sweep's own process has (allocator, oneDNN's kernels), which nobody's Python
   * has by itself.
   */
  readonly peerTuned: boolean;
}

/** @param rounds by default */
export function benchOptions(rounds: number): BenchOptions {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      python: { type: "string", default: "python3" },
      rounds: { type: "string", default: String(rounds) },
      only: { type: "string", default: "" },
      "peer-tuned": { type: "boolean", default: false },
    },
  });
  const count = Number(values.rounds);
  if (!Number.isInteger(count) || count < 1) {
    console.error(`--rounds: expected a whole number from 1, found ${values.rounds}`);
    process.exit(1);
  }
  return { ...values, rounds: count, peerTuned: values["peer-tuned"] };
}

/** The environment of the peer's process. */
export function peerEnvironment({ peerTuned }: BenchOptions, threads: number): NodeJS.ProcessEnv {
  return peerTuned ? trainingEnvironment(process.env, threads) : process.env;
}

/** A script of `bench/peers`, seen from `dist/bench`. */
export function peerScript(name: string): string {
  return fileURLToPath(new URL(`../../bench/peers/${name}`, import.meta.url));
}

/** A script of this folder, built. */
export function ownScript(name: string): string {
  return fileURLToPath(new URL(`./${name}`, import.meta.url));
}
