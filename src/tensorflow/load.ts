import util from "node:util";

import type { Backend } from "../trial/environment.js";
import { UserError } from "../trial/issue.js";
import { askedBackend } from "./backend.js";
import type { Ops } from "./ops.js";

/**
 * Loads TensorFlow into this process, or into this worker thread; for a process whose environment is
 * `trainingEnvironment`'s, which says the backend, native by default.
 *
 * @throws UserError (exit code 3) where it does not load: the addon is missing, or Node has no WebAssembly
 */
export async function loadTensorFlow(): Promise<Ops> {
  return askedBackend() === "portable" ? loadPortable() : loadNative();
}

async function loadPortable(): Promise<Ops> {
  const { default: tf } = await import("@tensorflow/tfjs");
  await import("@tensorflow/tfjs-backend-wasm");
  const { registerPortableKernels } = await import("./portable-kernels.js");
  if (!(await tf.setBackend("wasm"))) throw new UserError("TensorFlow.js's WebAssembly backend does not start", 3);
  registerPortableKernels(tf);
  return tf;
}

async function loadNative(): Promise<Ops> {
  restoreRemovedFunctions();
  try {
    const { default: tf } = await import("@tensorflow/tfjs-node");
    await tf.ready();
    return tf;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
    const failure = new UserError(`TensorFlow does not load (${reason}); \`kd-sweep doctor\` tells why`, 3);
    failure.cause = error;
    throw failure;
  }
}

/** What a loaded TensorFlow computes with. */
export function backendOf(tf: Ops): Backend {
  return tf.getBackend() === "wasm" ? "portable" : "native";
}

/** The version of what a loaded TensorFlow computes with: "2.21.0" of the native library, "4.22.0" of TensorFlow.js. */
export function tensorFlowVersion(tf: Ops): string {
  if (backendOf(tf) === "portable") return tf.version_core;
  return (tf.backend() as unknown as { binding: { TF_Version: string } }).binding.TF_Version;
}

/** tfjs-node 4.22 calls two functions of `util` that Node 23 removed, and that warn before. */
function restoreRemovedFunctions(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
