import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";

import type { Environment } from "../trial/environment.js";
import { backendOf, tensorFlowVersion } from "./load.js";
import { gitRevision } from "./git-revision.js";
import type { Ops } from "./ops.js";
import { processor } from "./processor.js";

/**
 * What the figures of this process may depend on, for the record of a trial; nothing in it names the machine or the
 * user.
 *
 * @param tf the loaded TensorFlow.
 */
export function describeEnvironment(tf: Ops, threadsPerWorker: number): Environment {
  const revision = gitRevision();
  return {
    backend: backendOf(tf),
    tensorflow: tensorFlowVersion(tf),
    tfjs: tf.version_core,
    node: process.versions.node,
    kdSweep: kdSweepVersion(),
    threadsPerWorker,
    processor: processor(),
    cores: availableParallelism(),
    memoryBytes: usableMemory(),
    platform: `${process.platform}-${process.arch}`,
    ...(revision !== undefined && { gitRevision: revision }),
  };
}

/** Bytes this process may use: the machine's memory, or its container's limit where that is less. */
export function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** This package's version, from the nearest package.json above this file. */
export function kdSweepVersion(): string {
  for (let folder = new URL(".", import.meta.url); ; folder = new URL("..", folder)) {
    const file = new URL("package.json", folder);
    if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
    if (folder.pathname === "/") return "unknown";
  }
}
