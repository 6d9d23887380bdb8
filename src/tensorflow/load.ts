import util from "node:util";

import { UserError } from "../trial/issue.js";
import type { Ops } from "./ops.js";

/**
 * Loads TensorFlow into this process, or into this worker thread; for a process whose environment is
 * `trainingEnvironment`'s.
 *
 * @throws UserError (exit code 3) where the addon is missing or does not load.
 */
export async function loadTensorFlow(): Promise<Ops> {
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

/** The version of the native library, from a loaded TensorFlow: "2.21.0". */
export function tensorFlowVersion(tf: Ops): string {
  return (tf.backend() as unknown as { binding: { TF_Version: string } }).binding.TF_Version;
}

/** tfjs-node 4.22 calls two functions of `util` that Node 23 removed, and that warn before. */
function restoreRemovedFunctions(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
