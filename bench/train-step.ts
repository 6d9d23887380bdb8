/*
 * The students' training step, batch 64, kd-sweep beside Keras in graph mode on the same TensorFlow; then whole epochs
 * with their input; then two workers of one thread beside one, what of the machine's matrix-multiply rate is reached, and
 * the portable backend beside the native one.
 *
 *   pip install -r bench/peers/requirements.txt
 *   npm run bench:train-step -- [--json] [--python=python3] [--rounds=7] [--only=TEXT] [--peer-tuned]
 */
import { multiplyAdditions } from "../src/models/cost.js";
import { students } from "../src/models/registry.js";
import { trainingEnvironment } from "../src/tensorflow/process-environment.js";
import type { Backend } from "../src/trial/environment.js";
import { benchOptions, ownScript, peerEnvironment, peerScript } from "./options.js";
import { Rows } from "./rows.js";
import { alone, alternate, Side, type Starter } from "./side.js";

const options = benchOptions(7, {});
const batch = 64;
const stepsPerEpoch = 512 / batch;

interface Case {
  readonly task: "step" | "epoch" | "matmul";
  readonly student: string;
  readonly size: number;
  readonly threads: number;
  readonly workers?: number;
}

function argumentsOf({ task, student, size, threads, workers = 1 }: Case): (string | number)[] {
  const runs = task === "step" ? Math.max(1, Math.round((128 / size) ** 2)) : 1;
  return [task, student, size, batch, threads, runs, workers];
}

function ours(measured: Case, backend: Backend = "native"): Starter {
  const environment = trainingEnvironment(process.env, measured.threads, backend);
  return () => Side.start(process.execPath, [ownScript("train-step-side.js"), ...argumentsOf(measured)], environment);
}

function peer(measured: Case): Starter {
  const environment = peerEnvironment(options, measured.threads);
  return () => Side.start(options.python, [peerScript("train_step.py"), ...argumentsOf(measured)], environment);
}

/**
 * Floating point operations of a step: forward, the gradient of each layer's weights, and of each layer's input but the
 * first one's; two for each multiply-addition.
 */
function operations(student: string, size: number): number {
  const descriptor = students.get(student);
  const layers = descriptor.layers(5, descriptor.settings.parse({}));
  const first = multiplyAdditions(layers.slice(0, 1), size);
  return 2 * batch * (3 * multiplyAdditions(layers, size) - first);
}

const rows = new Rows(options.json, `Students, batch ${batch}`);
for (const threads of [1, 2]) {
  const rate = new Map<number, number>();
  for (const student of ["shallow", "deep"]) {
    for (const size of [64, 128, 224]) {
      for (const task of ["step", "epoch"] as const) {
        const name = `${student} ${task} ${size} px, threads ${threads}`;
        if (!name.includes(options.only)) continue;
        const measured: Case = { task, student, size, threads };
        const seconds = await alternate(ours(measured), peer(measured), options.rounds);
        if (task === "epoch") {
          rows.add({ name, ...seconds });
          continue;
        }
        const multiply =
          rate.get(threads) ?? (2 * 2048 ** 3) / (await alone(ours({ ...measured, task: "matmul" }), options.rounds));
        rate.set(threads, multiply);
        const reached = operations(student, size) / seconds.ours_s;
        const gflops = (value: number): string => (value / 1e9).toFixed(0);
        rows.add({
          name,
          ...seconds,
          note: `${gflops(reached)} of ${gflops(multiply)} GFLOP/s (matrix multiply), ${((100 * reached) / multiply).toFixed(0)} %`,
        });
      }
    }
  }
}

for (const size of [64, 128, 224]) {
  const epoch: Case = { task: "epoch", student: "shallow", size, threads: 1 };
  const input = `shallow ${size} px: epoch against its steps`;
  if (input.includes(options.only)) {
    const { ours_s, peer_s } = await alternate(ours(epoch), ours({ ...epoch, task: "step" }), options.rounds);
    rows.add({
      name: input,
      ours_s,
      peer_s: peer_s * stepsPerEpoch,
      note: "kd-sweep both; validation of 64 images in it",
    });
  }
  const workers = `shallow ${size} px: two workers against one`;
  if (workers.includes(options.only)) {
    const step: Case = { ...epoch, task: "step" };
    const { ours_s, peer_s } = await alternate(ours({ ...step, workers: 2 }), ours(step), options.rounds);
    rows.add({ name: workers, ours_s, peer_s, note: `${((2 * peer_s) / ours_s).toFixed(2)} times the throughput` });
  }
}

for (const student of ["shallow", "deep"]) {
  for (const size of [64, 128]) {
    const name = `${student} step ${size} px: portable backend against native`;
    if (!name.includes(options.only)) continue;
    const step: Case = { task: "step", student, size, threads: 1 };
    rows.add({ name, ...(await alternate(ours(step, "portable"), ours(step), options.rounds)) });
  }
}
