import type { Backend } from "../trial/environment.js";
import { backendVariable } from "./backend.js";

/**
 * The environment of a process that trains. TensorFlow and the allocator read these once, from the process's real
 * environment: they must be there before it starts (a worker thread's `process.env` is a copy that native code does not
 * see).
 *
 * @param base the environment to start from; a log level, allocator or oneDNN setting that it already holds is kept, the
 *   number of threads is not.
 * @param threadsPerWorker TensorFlow's threads inside one operation. Fixed, since sums over another number of threads
 *   may differ in the last digits.
 * @param backend what `loadTensorFlow` is to load there.
 */
export function trainingEnvironment(
  base: NodeJS.ProcessEnv,
  threadsPerWorker: number,
  backend: Backend = "native",
): NodeJS.ProcessEnv {
  return {
    // Errors only: its notes on the processor come once per worker.
    TF_CPP_MIN_LOG_LEVEL: "2",
    // glibc gives memory from 128 KiB up back to the system, and each operation's result is then paged in anew, which
    // takes a fifth to a third of a training step. 4 GiB, 8 GiB and 256 MiB keep it.
    MALLOC_MMAP_THRESHOLD_: "4294967296",
    MALLOC_TRIM_THRESHOLD_: "8589934592",
    MALLOC_TOP_PAD_: "268435456",
    // On by itself only on processors with AVX-512. Elsewhere it still makes a student's step 1.5 to 2 times as fast:
    // its convolutions, and its own allocator, which keeps memory between operations.
    TF_ENABLE_ONEDNN_OPTS: "1",
    ...base,
    [backendVariable]: backend,
    TF_NUM_INTRAOP_THREADS: String(threadsPerWorker),
    // Operations run one after another here; a second thread between them would only take a core from another worker.
    TF_NUM_INTEROP_THREADS: "1",
  };
}
