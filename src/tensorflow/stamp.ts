import { readFileSync, realpathSync, statSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { TfjsPackage } from "./package.js";

/**
 * The note of a full check, beside the addon: what was loaded, by path, size and time. While all that is unchanged,
 * nothing is to be done. `npm ci` takes it away with the addon.
 */
export interface Stamp {
  readonly node: string;
  readonly tensorflow: string;
  readonly addon: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly modified: number }[];
}

/** Raised by whoever changes how the addon is built, so that one built before is not taken for good. */
const FORMAT = 2;

function stampFile(tfjs: TfjsPackage): string {
  return join(dirname(tfjs.addon), "kd-sweep-setup.json");
}

/** The stamp, if the addon and its libraries are still those that were checked, under this Node; a few file calls. */
export function validStamp(tfjs: TfjsPackage): Stamp | null {
  try {
    const { format, ...stamp } = JSON.parse(readFileSync(stampFile(tfjs), "utf8")) as Stamp & { format: number };
    const unchanged =
      format === FORMAT &&
      stamp.node === process.version &&
      realpathSync(tfjs.addon) === stamp.addon &&
      stamp.files.every(({ path, bytes, modified }) => {
        const found = statSync(path);
        return found.size === bytes && found.mtimeMs === modified;
      });
    return unchanged ? stamp : null;
  } catch {
    // No stamp, or one of its files is gone: the full check finds out what there is.
    return null;
  }
}

/** Notes that what the package's addon leads to was checked. `files`: what it loaded besides itself. */
export async function writeStamp(tfjs: TfjsPackage, tensorflow: string, files: readonly string[]): Promise<void> {
  const addon = realpathSync(tfjs.addon);
  const checked = [...new Set([addon, ...files])].map((path) => {
    const { size, mtimeMs } = statSync(path);
    return { path, bytes: size, modified: mtimeMs };
  });
  const stamp: Stamp & { format: number } = {
    format: FORMAT,
    node: process.version,
    tensorflow,
    addon,
    files: checked,
  };
  const file = stampFile(tfjs);
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(stamp, null, 2));
  await rename(unfinished, file);
}
