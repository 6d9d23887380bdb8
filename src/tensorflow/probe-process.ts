// A process of its own, started by probe.ts: two workers at once, as a study has them.
import { Worker } from "node:worker_threads";

import type { ProbeMessage } from "./probe.js";
import type { WorkerReport } from "./probe-worker.js";

const WORKERS = 2;

function train(meeting: SharedArrayBuffer): Promise<WorkerReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./probe-worker.js", import.meta.url), { workerData: meeting });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => {
      reject(new Error(`a worker ended with exit code ${code}`));
    });
  });
}

function judge(reports: readonly [WorkerReport, ...WorkerReport[]]): ProbeMessage {
  const started = reports.map((report) => report.startedAt);
  const ended = reports.map((report) => report.endedAt);
  const [first] = reports;
  return {
    ok: true,
    probe: {
      tensorflow: first.tensorflow,
      sideBySide: Math.max(...started) < Math.min(...ended),
      sameBits: reports.every((report) => report.bits === first.bits),
      stepsPerWorker: first.steps,
      milliseconds: Math.round(Math.max(...ended) - Math.min(...started)),
      files: first.files,
    },
  };
}

let message: ProbeMessage;
try {
  const meeting = new SharedArrayBuffer(4);
  const reports = await Promise.all(Array.from({ length: WORKERS }, () => train(meeting)));
  const [first, ...others] = reports;
  if (first === undefined) throw new Error("no worker");
  message = judge([first, ...others]);
} catch (error) {
  message = { ok: false, reason: error instanceof Error ? error.message : String(error) };
}
process.send?.(message, () => {
  process.disconnect();
});
