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

/** Options of one script alone, with their defaults. */
type OwnOptions = Readonly<Record<string, string>>;

/**
 * @param rounds by default
 * @param own come back under `own`
 */
export function benchOptions<O extends OwnOptions>(rounds: number, own: O): BenchOptions & { readonly own: O } {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      python: { type: "string", default: "python3" },
      rounds: { type: "string", default: String(rounds) },
      only: { type: "string", default: "" },
      "peer-tuned": { type: "boolean", default: false },
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { type: "string", default: value }])),
    },
  });
  const given = values as unknown as Readonly<Record<string, string>> & typeof values;
  const count = Number(values.rounds);
  if (!Number.isInteger(count) || count < 1) {
    console.error(`--rounds: expected a whole number from 1, found ${values.rounds}`);
    process.exit(1);
  }
  const { json, python, only } = values;
  const ownValues = Object.fromEntries(Object.keys(own).map((name) => [name, given[name]])) as O;
  return { json, python, only, rounds: count, peerTuned: values["peer-tuned"], own: ownValues };
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
