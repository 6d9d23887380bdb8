import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ArtifactContent } from "../../src/artifacts/artifact.js";
import { ArtifactCache } from "../../src/artifacts/cache.js";
import { listArtifacts } from "../../src/artifacts/inventory.js";
import { artifactKey } from "../../src/artifacts/key.js";
import { UserError } from "../../src/trial/issue.js";
import { images, teacher } from "./specs.js";

// printf '\x01\x02\x03' | sha256sum
const checksum = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";

describe("ArtifactCache", () => {
  let root = "";
  let folder = "";
  let logged: string[] = [];
  let made = 0;
  let cache = new ArtifactCache("");

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "kd-sweep-cache-"));
    folder = join(root, "artifacts", "images", artifactKey(images));
    logged = [];
    made = 0;
    cache = new ArtifactCache(root, (line) => logged.push(line));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  function make(): Promise<ArtifactContent> {
    made++;
    return Promise.resolve({ info: { classes: ["a", "b"], τ: 5 }, data: Uint8Array.of(1, 2, 3) });
  }

  it("has nothing at first, and reading makes no folder", async () => {
    assert.equal(await new ArtifactCache(join(root, "absent")).read(images), undefined);
    assert.deepEqual(await readdir(root), []);
    assert.deepEqual(logged, []);
  });

  it("makes an artifact once and gives back what was made", async () => {
    const first = await cache.ensure(images, make);
    const second = await cache.ensure(images, make);
    const read = await cache.read(images);
    assert.equal(made, 1);
    assert.deepEqual([first.reused, second.reused, read?.reused], [false, true, true]);
    for (const artifact of [first, second, read!]) {
      assert.equal(artifact.key, artifactKey(images));
      assert.equal(artifact.checksum, checksum);
      assert.equal(artifact.seconds, first.seconds);
      assert.deepEqual(artifact.info, { classes: ["a", "b"], τ: 5 });
      assert.deepEqual([...artifact.data], [1, 2, 3]);
    }
    assert.deepEqual((await readdir(folder)).sort(), ["data.bin", "info.json"]);
    assert.deepEqual(logged, []);
  });

  it("makes one again that may not serve any more, once, and says why", async () => {
    await cache.ensure(images, make);
    const stale = (): string | null => (made === 1 ? "is of other weights" : null);
    assert.equal((await cache.ensure(images, make, undefined, stale)).reused, false);
    assert.equal((await cache.ensure(images, make, undefined, stale)).reused, true);
    assert.equal(made, 2);
    assert.deepEqual(logged, ["the image array of image_folder in the cache is of other weights; it is made again"]);
  });

  it("gives bytes at the start of a buffer of their own, shared where asked for", async () => {
    await cache.ensure(images, make);
    const [plain, shared] = [await cache.read(images), await cache.read(images, { shared: true })];
    assert.ok(plain?.data.buffer instanceof ArrayBuffer);
    assert.ok(shared?.data.buffer instanceof SharedArrayBuffer);
    assert.equal(shared.data.byteOffset, 0);
    assert.deepEqual([...shared.data], [1, 2, 3]);
  });

  it("keeps an artifact whose bytes lie in shared memory, and one without bytes", async () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(5)).fill(9).subarray(1, 4);
    await cache.ensure(images, () => Promise.resolve({ info: null, data: bytes }));
    await cache.ensure(teacher, () => Promise.resolve({ info: {}, data: new Uint8Array(0) }));
    assert.deepEqual([...(await cache.read(images))!.data], [9, 9, 9]);
    assert.equal((await cache.read(teacher))!.data.length, 0);
  });

  const damages: Record<string, () => Promise<void>> = {
    "cut data": () => truncate(join(folder, "data.bin"), 2),
    "longer data": () => writeFile(join(folder, "data.bin"), Uint8Array.of(1, 2, 3, 4)),
    "a flipped byte": () => writeFile(join(folder, "data.bin"), Uint8Array.of(1, 2, 2)),
    "no data": () => rm(join(folder, "data.bin")),
    "no info": () => rm(join(folder, "info.json")),
    "an info that is no JSON": () => truncate(join(folder, "info.json"), 40),
    "an info of another shape": () => writeFile(join(folder, "info.json"), "[]"),
    "an info whose content was changed": async () => {
      const text = await readFile(join(folder, "info.json"), "utf8");
      await writeFile(join(folder, "info.json"), text.replace('"a"', '"c"'));
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    it(`makes an artifact with ${name} again, and says so`, async () => {
      await cache.ensure(images, make);
      await damage();
      assert.equal(await cache.read(images), undefined);
      assert.equal(logged.length, 1);
      const again = await cache.ensure(images, make);
      assert.equal(again.reused, false);
      assert.equal(made, 2);
      assert.equal(logged.length, 2);
      assert.match(logged[1]!, /^the image array of image_folder in the cache .*; it is made again$/);
      assert.equal((await cache.read(images))?.checksum, checksum);
      assert.deepEqual(await readdir(join(folder, "..")), [artifactKey(images)]);
    });
  }

  it("keeps nothing of a make that throws, and lets the next try", async () => {
    const failing = cache.ensure(images, () => Promise.reject(new Error("diverged")));
    await assert.rejects(failing, /^Error: diverged$/);
    assert.deepEqual(await listArtifacts(root), []);
    assert.equal((await cache.ensure(images, make)).reused, false);
  });

  it("lets one of many callers make an artifact; the others wait for it", async () => {
    const slowly = async (): Promise<ArtifactContent> => {
      await sleep(50);
      return make();
    };
    const all = await Promise.all(Array.from({ length: 5 }, () => new ArtifactCache(root).ensure(images, slowly)));
    assert.equal(made, 1);
    assert.equal(all.filter(({ reused }) => !reused).length, 1);
    assert.equal(new Set(all.map((artifact) => artifact.checksum)).size, 1);
  });

  it("stops waiting for another maker when it is told to", async () => {
    let release = (): void => undefined;
    const started = new Promise<void>((resolveStarted) => {
      void cache.ensure(images, () => {
        resolveStarted();
        return new Promise((resolve) => (release = () => void make().then(resolve)));
      });
    });
    await started;
    const stop = new AbortController();
    const waiting = cache.ensure(images, make, stop.signal);
    stop.abort(new Error("stopped"));
    await assert.rejects(waiting, /stopped/);
    release();
    // Waits for the first maker, so that its folder can be removed.
    assert.equal((await cache.ensure(images, make)).reused, true);
  });

  it("hands what an aborted maker left on to the next, lists it meanwhile, and keeps it no longer", async () => {
    const stop = new AbortController();
    const aborted = cache.ensure(
      images,
      async (unfinished) => {
        await mkdir(unfinished, { recursive: true });
        await writeFile(join(unfinished, "half"), "half");
        stop.abort(new Error("stopped"));
        throw stop.signal.reason as Error;
      },
      stop.signal,
    );
    await assert.rejects(aborted, /stopped/);
    const [listed, ...others] = await listArtifacts(root);
    assert.deepEqual([listed?.key, listed?.unfinished, listed?.bytes], [artifactKey(images), true, 4]);
    assert.deepEqual(others, []);
    let half = "";
    await cache.ensure(images, async (unfinished) => {
      half = await readFile(join(unfinished, "half"), "utf8");
      return make();
    });
    assert.equal(half, "half");
    assert.deepEqual(await readdir(join(folder, "..")), [artifactKey(images)]);
  });

  it("hands on nothing of a maker that failed", async () => {
    const failed = cache.ensure(images, async (unfinished) => {
      await mkdir(unfinished, { recursive: true });
      throw new Error("it diverged");
    });
    await assert.rejects(failed, /diverged/);
    assert.deepEqual(await readdir(join(folder, "..")), []);
  });

  it("says in one sentence why a cache folder cannot be written", async () => {
    await writeFile(join(root, "file"), "");
    const blocked = new ArtifactCache(join(root, "file"));
    await assert.rejects(blocked.ensure(images, make), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.exitCode, 3);
      assert.match(error.message, /file: expected a cache folder that can be written, found a file in its place/);
      return true;
    });
    assert.equal(made, 0);
  });

  describe("between processes", () => {
    const maker = fileURLToPath(new URL("maker.js", import.meta.url));
    let children: ChildProcess[] = [];

    function start(...args: string[]): ChildProcess {
      const child = spawn(process.execPath, [maker, root, ...args], { stdio: ["ignore", "pipe", "inherit"] });
      children.push(child);
      return child;
    }
    async function output(child: ChildProcess): Promise<{ reused: boolean; checksum: string; bytes: number }> {
      let text = "";
      child.stdout!.on("data", (chunk: Buffer) => (text += chunk.toString()));
      await once(child, "close");
      return JSON.parse(text) as { reused: boolean; checksum: string; bytes: number };
    }
    async function until(condition: () => Promise<boolean>): Promise<void> {
      while (!(await condition())) await sleep(5);
    }
    const noted = (note: string) => readFile(note, "utf8").then((text) => text !== "", () => false); // prettier-ignore

    afterEach(() => {
      for (const child of children) child.kill("SIGKILL");
      children = [];
    });

    it("makes it once where two processes want it", async () => {
      const note = join(root, "note");
      const outputs = await Promise.all([output(start("300", note)), output(start("300", note))]);
      assert.equal((await readFile(note, "utf8")).trim().split("\n").length, 1);
      assert.deepEqual(outputs.map(({ reused }) => reused).sort(), [false, true]);
      assert.equal(outputs[0].checksum, outputs[1].checksum);
    });

    it("takes over from a maker that was killed while it made it", async () => {
      const note = join(root, "note");
      const killed = start("100000", note);
      await until(() => noted(note));
      const successor = output(start("0", note));
      killed.kill("SIGKILL");
      assert.deepEqual((await successor).reused, false);
      assert.equal((await cache.read(images))?.data.length, 1000);
    });

    it("is not fooled by what a maker left that was killed while it wrote, and cleans it up", async () => {
      const killed = start("0", join(root, "note"), "large");
      const written = (): Promise<boolean> => stat(join(`${folder}.new`, "data.bin")).then(() => true, () => false); // prettier-ignore
      await until(written);
      killed.kill("SIGKILL");
      await once(killed, "close");
      assert.deepEqual(await readdir(join(folder, "..")), [`${artifactKey(images)}.new`]);

      assert.equal(await cache.read(images), undefined);
      // Another artifact of the kind clears it away as well as the same one does.
      const other = { ...images, fingerprint: "f2" };
      await cache.ensure(other, make);
      assert.deepEqual(await readdir(join(folder, "..")), [artifactKey(other)]);
      assert.deepEqual(logged, []);
    });

    it("leaves alone what another process is making", async () => {
      const child = start("0", join(root, "note"), "large");
      await until(() => stat(`${folder}.new`).then(() => true, () => false)); // prettier-ignore
      const result = output(child);
      await cache.ensure({ ...images, fingerprint: "f2" }, make);
      assert.equal((await result).bytes, 400_000_000);
      assert.equal((await cache.read(images))?.data.length, 400_000_000);
    });
  });
});
