/** What computes: TensorFlow's own library, or WebAssembly, which runs wherever Node does and is slower. */
export const backends = ["native", "portable"] as const;
export type Backend = (typeof backends)[number];

/** What the trained numbers may depend on besides the settings: recorded with each trial, never part of its identity. */
export interface Environment {
  readonly backend: Backend;
  /** Version of the native library; of TensorFlow.js's WebAssembly backend. */
  readonly tensorflow: string;
  readonly tfjs: string;
  readonly node: string;
  readonly kdSweep: string;
  readonly threadsPerWorker: number;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  /** Of the git checkout that kd-sweep runs from, with `+changes` where files in it were changed; absent without one. */
  readonly gitRevision?: string;
}

/** What the last digits of a figure depend on, in words. */
export function inWords({ gitRevision, kdSweep, processor, tensorflow }: Environment): string {
  const own = gitRevision === undefined ? kdSweep : `${kdSweep} (git ${gitRevision})`;
  return `kd-sweep ${own}, TensorFlow ${tensorflow}, ${processor}`;
}
