import { resolve } from "node:path";

import envPaths from "env-paths";

/**
 * The folder of everything that can be made again: TensorFlow's library and the artifacts that studies share.
 * `KD_SWEEP_CACHE` where it is set (a relative path counts from the working folder), else the platform's cache folder
 * for kd-sweep, `~/.cache/kd-sweep` on Linux. It need not exist.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.KD_SWEEP_CACHE;
  return named === undefined || named === "" ? envPaths("kd-sweep", { suffix: "" }).cache : resolve(named);
}
