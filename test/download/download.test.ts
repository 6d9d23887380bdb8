import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download, type DownloadSource } from "../../src/download/download.js";
import { UserError } from "../../src/trial/issue.js";
import { withEnvironment } from "../support/environment.js";
import { LocalServer, serve, status } from "./server.js";

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8) * 7) % 251));
const sha256 = createHash("sha256").update(content).digest("hex");
const md5 = createHash("md5").update(content).digest("hex");

describe("download", () => {
  let folder = "";
  let file = "";
  let server: LocalServer;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kd-sweep-download-"));
    file = join(folder, "deep", "file.bin");
    server = new LocalServer();
    await server.start();
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const never = new AbortController().signal;
  function get(known: Omit<DownloadSource, "url"> = { bytes: content.length, sha256 }, signal = never): Promise<void> {
    return download({ url: server.url, ...known }, file, { signal, retryDelay: 1 });
  }
  async function refused(known?: Omit<DownloadSource, "url">): Promise<UserError> {
    const error: unknown = await get(known).then(() => assert.fail("it was accepted"), (reason: unknown) => reason); // prettier-ignore
    assert.ok(error instanceof UserError, String(error));
    assert.equal(existsSync(file), false);
    return error;
  }
  async function has(expected: Buffer): Promise<void> {
    assert.ok((await readFile(file)).equals(expected));
    const left = (await readdir(join(file, ".."))).filter((name) => !name.endsWith(".lock"));
    assert.deepEqual(left, ["file.bin"]);
  }

  it("brings a file whole, tells how far it is, and asks no server for one that is there", async () => {
    server.answers = [serve(content)];
    const seen: number[] = [];
    await download({ url: server.url, bytes: content.length, sha256, md5 }, file, {
      signal: never,
      onProgress: ({ bytes, total }) => {
        assert.equal(total, content.length);
        seen.push(bytes);
      },
    });
    await has(content);
    assert.equal(seen.at(-1), content.length);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
    await get();
    assert.equal(server.ranges.length, 1);
  });

  it("takes a file of which nothing is known, from a server that does not tell its length", async () => {
    server.answers = [(_, response) => response.write(content.subarray(0, 9), () => response.end(content.subarray(9)))];
    await get({});
    await has(content);
  });

  it("goes on after each break where it was, as long as it gets on", async () => {
    server.answers = [serve(content, { breakAfter: 40_000 })];
    await get();
    await has(content);
    assert.equal(server.ranges.length, 8);
    assert.deepEqual(server.ranges.slice(0, 3), ["", "bytes=40000-", "bytes=80000-"]);
  });

  it("goes on in a later run", async () => {
    server.answers = [serve(content, { breakAfter: 100_000 }), status(503)];
    assert.match((await refused()).message, /file.bin: expected a file to download, found .*503; the next run goes on/);
    const asked = server.ranges.length;
    server.answers = [serve(content)];
    await get();
    await has(content);
    assert.deepEqual(server.ranges.slice(asked), ["bytes=100000-"]);
  });

  it("begins again where the server ignores ranges", async () => {
    server.answers = [serve(content, { breakAfter: 100_000, ranges: false }), serve(content, { ranges: false })];
    await get();
    await has(content);
    assert.deepEqual(server.ranges, ["", "bytes=100000-"]);
  });

  it("begins again where the file has changed on the server meanwhile", async () => {
    const other = Buffer.from(content).reverse();
    server.answers = [serve(content, { breakAfter: 100_000 }), serve(other.subarray(0, 200_000), { etag: '"2"' })];
    await get({});
    await has(other.subarray(0, 200_000));
  });

  it("does not trust what an earlier run left of a file that has neither a version nor a hash", async () => {
    server.answers = [serve(content, { breakAfter: 100_000, etag: null }), status(503)];
    await refused({});
    server.answers = [serve(content, { etag: null })];
    const asked = server.ranges.length;
    await get({});
    await has(content);
    assert.deepEqual(server.ranges.slice(asked), [""]);
  });

  it("throws away what has another hash, and brings the right file the next time", async () => {
    const wrong = Buffer.from(content);
    wrong[5]! ^= 1;
    server.answers = [serve(wrong)];
    for (const known of [{ sha256 }, { md5 }]) {
      const [[algorithm, hash]] = Object.entries(known) as [[string, string]];
      assert.match((await refused(known)).message, new RegExp(`expected a file of ${algorithm} ${hash}, found .*thrown away$`)); // prettier-ignore
      assert.deepEqual(await readdir(join(file, "..")), ["file.bin.lock"]);
    }
    server.answers = [serve(content)];
    await get();
    await has(content);
  });

  it("throws away a spoilt beginning of an earlier run with the whole", async () => {
    server.answers = [serve(content, { breakAfter: 100_000 }), status(503)];
    await refused();
    await writeFile(`${file}.part`, Buffer.alloc(100_000, 1));
    server.answers = [serve(content)];
    await refused();
    await get();
    await has(content);
  });

  it("refuses a file of another size", async () => {
    server.answers = [serve(content)];
    assert.match((await refused({ bytes: 200_000 })).message, /expected 200000 bytes, found 300000$/);
    server.answers = [(_, response) => response.write(content, () => response.end())];
    assert.match((await refused({ bytes: 200_000 })).message, /expected 200000 bytes, found more; what came is thrown/);
    server.answers = [(_, response) => response.write(content, () => response.end())];
    assert.match(
      (await refused({ bytes: 400_000 })).message,
      /ends after 300000 of 400000 bytes; the next run goes on/,
    );
  });

  it("says what a server answers, at once where another try would not help", async () => {
    server.answers = [status(404)];
    assert.match(
      (await refused()).message,
      /^http:.*file.bin: expected a file to download, found the server's status 404$/,
    );
    assert.equal(server.ranges.length, 1);
    server.answers = [status(404), status(500), status(429), serve(content)];
    await get();
    await has(content);
  });

  it("says that there is no server", async () => {
    const { url } = server;
    await server.stop();
    const proxies = { HTTPS_PROXY: undefined, https_proxy: undefined, HTTP_PROXY: undefined, http_proxy: undefined };
    const get = (variables: NodeJS.ProcessEnv): Promise<void> =>
      withEnvironment({ ...proxies, ...variables }, () => download({ url }, file, { signal: never, retryDelay: 1 }));
    await assert.rejects(get({}), /^UserError: http:.* found a server that refuses the connection; the next run/);
    const behind = { HTTP_PROXY: "http://proxy:1", NODE_USE_ENV_PROXY: undefined };
    await assert.rejects(get(behind), /the connection; HTTP_PROXY counts with NODE_USE_ENV_PROXY=1 .*; the next run/);
    await assert.rejects(download({ url: "http://no-such-host.invalid/x" }, file, { signal: never, retryDelay: 1 }), /^UserError: .*\(is there a network/); // prettier-ignore
    await server.start();
  });

  it("says where it cannot be written", async () => {
    await writeFile(join(folder, "deep"), "");
    server.answers = [serve(content)];
    const error: unknown = await get().catch((reason: unknown) => reason);
    assert.ok(error instanceof UserError);
    assert.equal(error.exitCode, 3);
    assert.match(error.message, /file.bin: expected a place that can be written, found a file in a folder's place$/);
  });

  it("stops when told to, keeps what came, and goes on from there", async () => {
    const stop = new AbortController();
    server.answers = [(request, response) => {
      serve(content, { breakAfter: 250_000 })(request, response);
    }]; // prettier-ignore
    const stopped = download({ url: server.url, sha256 }, file, {
      signal: stop.signal,
      onProgress: () => {
        stop.abort(new Error("told to stop"));
      },
    });
    await assert.rejects(stopped, /told to stop/);
    server.answers = [serve(content)];
    await get();
    await has(content);
    assert.match(server.ranges[1]!, /^bytes=\d+-$/);
  });

  it("is made by one of several callers", async () => {
    server.answers = [serve(content)];
    await Promise.all([get(), get(), get()]);
    await has(content);
    assert.equal(server.ranges.length, 1);
  });
});
