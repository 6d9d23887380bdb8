import { writeFileSync } from "node:fs";

interface NpyOptions {
  readonly type?: string;
  readonly version?: number;
}

/** A `.npy` file's header as `numpy.save` writes it, padded to a multiple of 64 bytes. */
export function npyHeader(type: string, fortranOrder: string, shape: string, version = 1): Buffer {
  const dictionary = `{'descr': ${type}, 'fortran_order': ${fortranOrder}, 'shape': ${shape}, }`;
  const before = version === 1 ? 10 : 12;
  const length = Math.ceil((before + dictionary.length + 1) / 64) * 64 - before;
  const size = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) size.writeUInt16LE(length);
  else size.writeUInt32LE(length);
  const text = `${dictionary.padEnd(length - 1)}\n`;
  return Buffer.concat([
    Buffer.from("\x93NUMPY", "latin1"),
    Buffer.from([version, 0]),
    size,
    Buffer.from(text, "latin1"),
  ]);
}

/** A matrix as `numpy.save` writes it. */
export function npy(rows: readonly (readonly number[])[], { type = "<f4", version = 1 }: NpyOptions = {}): Buffer {
  const header = npyHeader(`'${type}'`, "False", `(${rows.length}, ${rows[0]?.length ?? 0})`, version);
  const flat = rows.flat();
  return Buffer.concat([header, Buffer.from((type === "<f8" ? Float64Array : Float32Array).from(flat).buffer)]);
}

/** A table of logits as a CSV file. */
export function csv(
  paths: readonly string[],
  rows: readonly (readonly number[])[],
  header?: readonly string[],
): string {
  const lines = paths.map((path, row) => [path, ...(rows[row] ?? [])].join(","));
  return `${[...(header === undefined ? [] : [["path", ...header].join(",")]), ...lines].join("\n")}\n`;
}

/** Writes a `.npy` and the paths beside it. */
export function writeNpy(path: string, paths: readonly string[], rows: readonly (readonly number[])[]): void {
  writeFileSync(path, npy(rows));
  writeFileSync(path.replace(/\.npy$/, ".txt"), `${paths.join("\n")}\n`);
}
