import { createReadStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, posix, win32 } from "node:path";
import { UserError } from "../trial/issue.js";
import { notWritable } from "./reasons.js";

export interface UnpackOptions {
  readonly signal: AbortSignal;
  /** Most files and folders that an archive may hold, and most bytes of all its files together. */
  readonly limits: { readonly entries: number; readonly bytes: number };
}

/** What stands in an archive, as its own header names it. */
interface Entry {
  readonly path: string;
  readonly type: string;
  readonly size: number;
}

const fileTypes = new Set(["File", "OldFile", "ContiguousFile"]);

/**
 * Unpacks a gzipped tar archive into a new folder, which appears whole or not at all. Only regular files and folders
 * below it are taken; an archive that holds anything else is refused as a whole.
 *
 * @param folder must not exist
 * @throws UserError where the archive is damaged, holds what it should not, or is larger than the limits; with exit code 3
 *   where the folder cannot be written
 * @throws the signal's reason where it is aborted
 */
export async function unpackTgz(archive: string, folder: string, options: UnpackOptions): Promise<void> {
  const fresh = `${folder}.new`;
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    await unpack(archive, fresh, options);
    await mkdir(dirname(folder), { recursive: true });
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    options.signal.throwIfAborted();
    throw notWritable(folder, error) ?? error;
  }
}

async function unpack(archive: string, folder: string, { limits, signal }: UnpackOptions): Promise<void> {
  const { UnpackSync } = await import("tar");
  let refused: string | undefined;
  let entries = 0;
  let bytes = 0;
  // What it writes is written when it returns, so that nothing is under way where it has to be given up.
  const stream = new UnpackSync({
    cwd: folder,
    strict: true,
    noMtime: true,
    // Owners and modes are the archive's; the files are this user's.
    preserveOwner: false,
    filter: (_, entry) => {
      const { path, size, type } = entry as unknown as Entry;
      entries++;
      bytes += size;
      if (entries > limits.entries) refused ??= `more than ${limits.entries} files and folders`;
      if (bytes > limits.bytes) refused ??= `more than ${limits.bytes} bytes of files`;
      refused ??= reasonToRefuse({ path, size, type });
      return refused === undefined;
    },
    onReadEntry: (entry) => {
      entry.mode = entry.type === "Directory" ? 0o755 : 0o644;
    },
  });
  let failure: Error | undefined;
  stream.on("error", (error: Error) => {
    failure ??= error;
  });
  for await (const chunk of createReadStream(archive, { signal })) {
    stream.write(chunk as Buffer);
    if (failure !== undefined || refused !== undefined) break;
  }
  if (failure === undefined && refused === undefined) stream.end();
  if (refused !== undefined) {
    throw new UserError(`${archive}: expected an archive of plain files and folders, found ${refused}`);
  }
  if (failure === undefined && entries > 0) return;
  if (failure !== undefined && notWritable(folder, failure) !== undefined) throw failure;
  const found = failure === undefined ? "an empty one" : `a damaged one (${failure.message})`;
  throw new UserError(`${archive}: expected a gzipped tar archive, found ${found}`);
}

function reasonToRefuse({ path, type }: Entry): string | undefined {
  const shown = JSON.stringify(path.slice(0, 200));
  if (type !== "Directory" && !fileTypes.has(type)) return `${shown}, a ${type}`;
  const leaves =
    posix.isAbsolute(path) || win32.isAbsolute(path) || /^[a-z]:/i.test(path) || path.split(/[/\\]/).includes("..");
  return leaves ? `${shown}, which leaves the folder` : undefined;
}
