import { mkdir, readdir, readFile, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { acquireLock, tryLock } from "../store/lock.js";
import { UserError } from "../trial/issue.js";
import { unwritable } from "../trial/unwritable.js";
import type { ArtifactContent, ArtifactSpec } from "./artifact.js";
import { checksumOf, readBlock, syncFolder, writeBlock } from "./blocks.js";
import { describe, headerOf, parseHeader } from "./header.js";
import { artifactKey } from "./key.js";

/** An artifact as the cache holds it. */
export interface StoredArtifact {
  readonly key: string;
  /** sha256 of `data`. */
  readonly checksum: string;
  /** Seconds it took to make, by whoever made it. */
  readonly seconds: number;
  /** False for the one call that made it. */
  readonly reused: boolean;
  readonly info: unknown;
  /** At the start of a buffer of its own, so that it can be viewed as floats; shared where that was asked for. */
  readonly data: Uint8Array;
}

type Found =
  | { readonly state: "good"; readonly artifact: StoredArtifact }
  | { readonly state: "absent" }
  | { readonly state: "damaged"; readonly reason: string };

/**
 * Artifacts in a folder, under their keys: `artifacts/<kind>/<key>/{info.json,data.bin}`. An artifact appears there whole
 * or not at all, and what is read back is what was written: both parts are checked against their sha256.
 */
export class ArtifactCache {
  /**
   * @param root the cache folder; made when something is written
   * @param log one line for each damaged artifact
   */
  constructor(
    private readonly root: string,
    private readonly log: (line: string) => void = () => undefined,
  ) {}

  /**
   * @param options `shared: true` for bytes in memory that worker threads can share
   * @returns undefined where the artifact is absent or damaged
   */
  async read(spec: ArtifactSpec, options: { readonly shared?: boolean } = {}): Promise<StoredArtifact | undefined> {
    const found = await this.find(spec, options.shared ?? false);
    if (found.state === "damaged") this.log(`${describe(spec)} in the cache ${found.reason}`);
    return found.state === "good" ? found.artifact : undefined;
  }

  /**
   * The artifact from the cache, else made and kept. Of several processes and threads that want the same one, one makes
   * it and the others wait. A damaged one is made again.
   *
   * @param make is given a folder, to be made where it is needed, for what a maker that is killed or aborted leaves to the
   *   next one; where it throws otherwise, nothing is kept, and the error passes through
   * @param signal ends the waiting for another maker
   * @param stale why one that is there may not serve, in words that go on from "the artifact in the cache"; null where it may
   * @throws UserError with exit code 3 where the cache folder cannot be written
   */
  async ensure(
    spec: ArtifactSpec,
    make: (unfinished: string) => Promise<ArtifactContent>,
    signal?: AbortSignal,
    stale: (artifact: StoredArtifact) => string | null = () => null,
  ): Promise<StoredArtifact> {
    const there = await this.find(spec, false);
    if (there.state === "good" && stale(there.artifact) === null) return there.artifact;
    await this.writing(() => mkdir(join(this.root, "locks"), { recursive: true }));
    const lock = await acquireLock(this.lockPath(artifactKey(spec)), signal === undefined ? {} : { signal });
    try {
      const found = await this.find(spec, false);
      const reason = found.state === "good" ? stale(found.artifact) : found.state === "damaged" ? found.reason : null;
      if (found.state === "good" && reason === null) return found.artifact;
      if (reason !== null) this.log(`${describe(spec)} in the cache ${reason}; it is made again`);
      signal?.throwIfAborted();
      const start = performance.now();
      const unfinished = `${this.folder(spec)}.unfinished`;
      const { info, data } = await make(unfinished).catch(async (error: unknown) => {
        if (signal?.aborted !== true) await discard(unfinished);
        throw error;
      });
      const seconds = (performance.now() - start) / 1000;
      const artifact = { key: artifactKey(spec), checksum: checksumOf(data), seconds, reused: false, info, data };
      await this.writing(async () => {
        await this.write(spec, artifact);
        await discard(unfinished);
        await this.removeLeftovers(spec.kind);
      });
      return artifact;
    } finally {
      lock.release();
    }
  }

  private folder(spec: ArtifactSpec): string {
    return join(this.root, "artifacts", spec.kind, artifactKey(spec));
  }

  private lockPath(key: string): string {
    return join(this.root, "locks", `${key}.lock`);
  }

  /** Removes what makers of other artifacts left when they were killed. Whoever still makes one holds its lock. */
  private async removeLeftovers(kind: string): Promise<void> {
    const folder = join(this.root, "artifacts", kind);
    const names = await namesIn(folder);
    for (const name of names) {
      const { key, what } = /^(?<key>.+)\.(?<what>new|old|unfinished)$/.exec(name)?.groups ?? {};
      if (key === undefined || (what === "unfinished" && !names.includes(key))) continue;
      const lock = tryLock(this.lockPath(key));
      if (!("release" in lock)) continue;
      try {
        await discard(join(folder, name));
      } finally {
        lock.release();
      }
    }
  }

  private async find(spec: ArtifactSpec, shared: boolean): Promise<Found> {
    const folder = this.folder(spec);
    let text: string;
    try {
      text = await readFile(join(folder, "info.json"), "utf8");
    } catch (error) {
      if (codeOf(error) !== "ENOENT") return { state: "damaged", reason: `cannot be read (${String(error)})` };
      const exists = (await namesIn(folder)).length > 0;
      return exists ? { state: "damaged", reason: "has no info.json" } : { state: "absent" };
    }
    const header = parseHeader(text);
    if (header === undefined) return { state: "damaged", reason: "has a damaged info.json" };
    const { checksum, seconds, info } = header;
    try {
      const data = await readBlock(join(folder, "data.bin"), header.bytes, shared);
      if (data === undefined) return { state: "damaged", reason: "is cut short or too long" };
      if (checksumOf(data) !== checksum) return { state: "damaged", reason: "has other bytes than were written" };
      await this.markUsed(folder);
      return { state: "good", artifact: { key: artifactKey(spec), checksum, seconds, reused: true, info, data } };
    } catch (error) {
      const missing = codeOf(error) === "ENOENT";
      return { state: "damaged", reason: missing ? "has no data.bin" : `cannot be read (${String(error)})` };
    }
  }

  /** The time of `info.json` is that of the last use, for those who prune. A cache that cannot be written serves as well. */
  private async markUsed(folder: string): Promise<void> {
    const now = new Date();
    await utimes(join(folder, "info.json"), now, now).catch(() => undefined);
  }

  /** Called under the artifact's lock, so what stands under the temporary names was left by a process that was killed. */
  private async write(spec: ArtifactSpec, artifact: StoredArtifact): Promise<void> {
    const folder = this.folder(spec);
    const fresh = `${folder}.new`;
    const old = `${folder}.old`;
    try {
      await discard(fresh);
      await discard(old);
      await mkdir(fresh, { recursive: true });
      await writeBlock(join(fresh, "data.bin"), artifact.data);
      await writeBlock(join(fresh, "info.json"), Buffer.from(headerOf(spec, artifact)));
      await syncFolder(fresh);
      await rename(folder, old).catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw error;
      });
      await rename(fresh, folder);
      await syncFolder(join(folder, ".."));
    } finally {
      await discard(fresh);
      await discard(old);
    }
  }

  private async writing<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const reason = unwritable(codeOf(error), "a file in its place");
      if (reason === undefined) throw error;
      throw new UserError(
        `${this.root}: expected a cache folder that can be written, found ${reason}; KD_SWEEP_CACHE names another folder`,
        3,
      );
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

async function discard(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Names in a folder; none where it is missing. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}
