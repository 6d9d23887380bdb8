import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, writeFile, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { acquireLock } from "../store/lock.js";
import { UserError } from "../trial/issue.js";
import { notWritable, unreachable } from "./reasons.js";

/** A file on a server, and what is known of it beforehand. */
export interface DownloadSource {
  readonly url: string;
  readonly bytes?: number;
  /** Hexadecimal digits, like `md5`. */
  readonly sha256?: string;
  readonly md5?: string;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** @param total in bytes; null where nobody knows */
  readonly onProgress?: (progress: { readonly bytes: number; readonly total: number | null }) => void;
  /** Milliseconds before the first new try after a break; twice as long before each further one. */
  readonly retryDelay?: number;
}

/** How often in a row a download is tried again that brings nothing more. */
const mostTries = 5;

/**
 * Downloads a file; does nothing where it is there. It appears whole and checked, or not at all: what came so far stands
 * beside it as `<file>.part`, and a later call goes on from there. Of several processes one downloads, the others wait.
 *
 * @param file a path; folders above it are made
 * @throws UserError where the file cannot be had (no network, an error of the server), is another than expected (it is
 *   thrown away), or, with exit code 3, cannot be written
 * @throws the signal's reason where it is aborted
 */
export async function download(source: DownloadSource, file: string, options: DownloadOptions): Promise<void> {
  await writing(file, () => mkdir(dirname(file), { recursive: true }));
  const lock = await acquireLock(`${file}.lock`, { signal: options.signal });
  try {
    if (await exists(file)) return;
    await writing(file, async () => {
      await new Download(source, `${file}.part`, options).run();
      await rename(`${file}.part`, file);
      await rm(`${file}.part.json`, { force: true });
    });
  } finally {
    lock.release();
  }
}

/** A body that ended too early, or an answer that another try may better. */
class Break extends Error {}

class Download {
  /** Bytes in the part file. */
  private have = 0;
  /** What the server calls this version of the file; null where it has no name for it. */
  private version: string | null = null;
  private total: number | null;

  constructor(
    private readonly source: DownloadSource,
    private readonly part: string,
    private readonly options: DownloadOptions,
  ) {
    this.total = source.bytes ?? null;
  }

  async run(): Promise<void> {
    const handle = await open(this.part, "a+");
    try {
      await this.recall(handle);
      let tries = 1;
      for (;;) {
        const before = this.have;
        if (await this.advance(handle, tries)) break;
        await this.pause(tries);
        tries = this.have > before ? 1 : tries + 1;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.check();
  }

  private async pause(tries: number): Promise<void> {
    const { retryDelay = 1000, signal } = this.options;
    await setTimeout(retryDelay * 2 ** (tries - 1), undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }

  /** Goes on with what an earlier run left, if it can be told that it is of the same file. */
  private async recall(handle: FileHandle): Promise<void> {
    const left = await readFile(`${this.part}.json`, "utf8")
      .then((text) => JSON.parse(text) as { url?: unknown; version?: unknown })
      .catch(() => null);
    const version = typeof left?.version === "string" ? left.version : null;
    const { bytes, md5, sha256, url } = this.source;
    const { size } = await handle.stat();
    const checked = sha256 !== undefined || md5 !== undefined;
    if (left?.url === url && (version !== null || checked) && size <= (bytes ?? Infinity)) {
      this.have = size;
      this.version = version;
    } else await this.restart(handle);
  }

  private async restart(handle: FileHandle): Promise<void> {
    await handle.truncate(0);
    this.have = 0;
    this.total = this.source.bytes ?? null;
  }

  /** One request. @returns whether the file is there; false where another try may bring more */
  private async advance(handle: FileHandle, tries: number): Promise<boolean> {
    if (this.total !== null && this.have === this.total) return true;
    const before = this.have;
    try {
      await this.request(handle);
      return true;
    } catch (error) {
      this.options.signal.throwIfAborted();
      if (error instanceof UserError || !(error instanceof Break || unreachable(error) !== undefined)) throw error;
      if (this.have > before || tries < mostTries) return false;
      const reason = unreachable(error) ?? (error as Error).message;
      throw new UserError(
        `${this.source.url}: expected a file to download, found ${reason}; the next run goes on from here`,
      );
    }
  }

  private async request(handle: FileHandle): Promise<void> {
    const { url } = this.source;
    // Encodings would change what a range means.
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (this.have > 0) headers.range = `bytes=${this.have}-`;
    if (this.have > 0 && this.version !== null) headers["if-range"] = this.version;
    const response = await fetch(url, { headers, signal: this.options.signal });
    try {
      await this.begin(response, handle);
      if (response.body !== null) {
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
          await this.append(handle, chunk);
      }
    } finally {
      await response.body?.cancel().catch(() => undefined);
    }
    if (this.total !== null && this.have < this.total) {
      throw new Break(`an answer that ends after ${this.have} of ${this.total} bytes`);
    }
  }

  /** Reads the answer's head: where its bytes belong, and how many there are. */
  private async begin(response: Response, handle: FileHandle): Promise<void> {
    const { headers, status } = response;
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
    if (status === 206 && Number(range?.[1]) === this.have) {
      if (range?.[2] !== "*") this.total ??= Number(range?.[2]);
      return;
    }
    if (status === 206 || status === 416) {
      await this.restart(handle);
      throw new Break("another part of the file than was asked for");
    }
    if (status === 429 || status >= 500) throw new Break(`the server's status ${status}`);
    if (status !== 200) {
      throw new UserError(`${this.source.url}: expected a file to download, found the server's status ${status}`);
    }
    await this.restart(handle);
    const length = headers.get("content-length");
    if (length !== null && this.total !== null && Number(length) !== this.total) {
      throw new UserError(`${this.source.url}: expected ${this.total} bytes, found ${length}`);
    }
    if (length !== null) this.total = Number(length);
    // A weak name (W/) may stand for other bytes.
    const name = headers.get("etag");
    this.version = name?.startsWith('"') === true ? name : null;
    await writeFile(`${this.part}.json`, JSON.stringify({ url: this.source.url, version: this.version }));
  }

  private async append(handle: FileHandle, chunk: Uint8Array): Promise<void> {
    const { bytes } = this.source;
    if (bytes !== undefined && this.have + chunk.length > bytes) {
      await this.discard();
      throw new UserError(`${this.source.url}: expected ${bytes} bytes, found more; what came is thrown away`);
    }
    let written = 0;
    while (written < chunk.length) written += (await handle.write(chunk, written)).bytesWritten;
    this.have += chunk.length;
    this.options.onProgress?.({ bytes: this.have, total: this.total });
  }

  private async check(): Promise<void> {
    for (const algorithm of ["sha256", "md5"] as const) {
      const expected = this.source[algorithm];
      if (expected === undefined) continue;
      const hash = createHash(algorithm);
      for await (const chunk of createReadStream(this.part)) hash.update(chunk as Buffer);
      const found = hash.digest("hex");
      if (found === expected.toLowerCase()) continue;
      await this.discard();
      throw new UserError(
        `${this.source.url}: expected a file of ${algorithm} ${expected}, found ${found}; what came is thrown away`,
      );
    }
  }

  private async discard(): Promise<void> {
    for (const path of [this.part, `${this.part}.json`]) await rm(path, { force: true });
  }
}

async function writing<T>(file: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw notWritable(file, error) ?? error;
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
