/*
 * MobileNetV2 1.0, batch 32: inference and fine-tuning step, kd-sweep beside Keras in graph mode on the same
 * TensorFlow. Both processes stay loaded and take turns, so that what else the machine does falls on both.
 *
 *   pip install -r bench/peers/requirements.txt
 *   npm run build && node dist/bench/backbone.js [--json] [--python=python3] [--rounds=7] [--only=TEXT]
 *                                                                [--peer-allocator]
 *
 * --peer-allocator gives Keras's process the allocator settings that kd-sweep's has, which nobody's Keras has by itself.
 * Prints a table, or with --json one object a line: {name, ours_s, peer_s, ratio}, medians of the rounds.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { median } from "simple-statistics";

import { processor } from "../src/tensorflow/describe.js";
import { trainingEnvironment } from "../src/tensorflow/process-environment.js";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "7" },
    only: { type: "string", default: "" },
    "peer-allocator": { type: "boolean", default: false },
  },
});
const batch = 32;

/** A process that answers each line with the seconds of one run. */
class Side {
  private readonly lines: AsyncIterator<string>;
  private constructor(private readonly child: ChildProcess) {
    if (child.stdout === null) throw new Error("the process has no output");
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves after its warm-up. */
  static async start(command: string, args: string[], environment: NodeJS.ProcessEnv): Promise<Side> {
    const child = spawn(command, args, { env: environment, stdio: ["pipe", "pipe", "ignore"] });
    const side = new Side(child);
    const first = await side.lines.next();
    if (first.value !== "ready") throw new Error(`${command} ${args.join(" ")} did not start`);
    return side;
  }

  async seconds(): Promise<number> {
    this.child.stdin?.write("\n");
    const line = await this.lines.next();
    if (line.done === true) throw new Error("the process ended");
    return Number(line.value);
  }

  end(): void {
    this.child.stdin?.end();
    this.child.kill();
  }
}

/** Source of the peer, from `dist/bench`. */
const peerScript = fileURLToPath(new URL("../../bench/peers/backbone.py", import.meta.url));
const ourScript = fileURLToPath(new URL("./backbone-side.js", import.meta.url));

async function measure(task: string, size: number, threads: number): Promise<{ ours: number; peer: number }> {
  const args = [task, `${size}`, `${batch}`, `${threads}`, size >= 200 ? "1" : "2"];
  const environment = trainingEnvironment(process.env, threads);
  const ours = await Side.start(process.execPath, [ourScript, ...args], environment);
  const peerEnvironment = options["peer-allocator"] ? environment : process.env;
  const peer = await Side.start(options.python, [peerScript, ...args], peerEnvironment);
  const oursSeconds: number[] = [];
  const peerSeconds: number[] = [];
  try {
    for (let round = 0; round < Number(options.rounds); round++) {
      oursSeconds.push(await ours.seconds());
      peerSeconds.push(await peer.seconds());
    }
  } finally {
    ours.end();
    peer.end();
  }
  return { ours: median(oursSeconds), peer: median(peerSeconds) };
}

if (!options.json) {
  console.log(`MobileNetV2 1.0, batch ${batch}, on ${processor()} (${availableParallelism()} cores)\n`);
  console.log("                                   kd-sweep      Keras   ratio");
}
for (const threads of [1, 2]) {
  for (const size of [128, 224]) {
    for (const task of ["inference", "step"]) {
      const name = `mobilenet_v2_1.0 ${task} ${size}px ${threads}t`;
      if (!name.includes(options.only)) continue;
      const { ours, peer } = await measure(task, size, threads);
      if (options.json) {
        console.log(JSON.stringify({ name, ours_s: ours, peer_s: peer, ratio: ours / peer }));
      } else {
        const seconds = (value: number): string => `${value.toFixed(3)} s`.padStart(10);
        console.log(`${name.padEnd(34)}${seconds(ours)} ${seconds(peer)}   ${(ours / peer).toFixed(2)}`);
      }
    }
  }
}
