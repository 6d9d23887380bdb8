import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { create } from "tar";
import { flowers, flowersFrom } from "../../src/data/flowers/flowers.js";
import { imageFolder } from "../../src/data/image_folder/image_folder.js";
import { formatIssue, MissingInputError, UserError } from "../../src/trial/issue.js";
import { LocalServer, serve } from "../download/server.js";

/** No test asks the official server: a small archive of the same layout comes from one of this machine. */
describe("flowers", () => {
  let root = "";
  let cache = "";
  let archive = Buffer.alloc(0);
  let server: LocalServer;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "kd-sweep-flowers-"));
    for (let i = 0; i < 20; i++) {
      const folder = join(root, "flower_photos", i % 2 === 0 ? "daisy" : "roses");
      await mkdir(folder, { recursive: true });
      const create = { width: 9, height: 9, channels: 3 as const, background: { r: i * 10, g: 0, b: 0 } };
      await writeFile(join(folder, `${i}.jpg`), await sharp({ create }).jpeg().toBuffer());
    }
    await writeFile(join(root, "flower_photos", "LICENSE.txt"), "CC-BY");
    await create({ file: join(root, "photos.tgz"), cwd: root, gzip: true }, ["flower_photos"]);
    archive = await readFile(join(root, "photos.tgz"));
  });
  after(() => rm(root, { recursive: true }));
  beforeEach(async () => {
    cache = await mkdtemp(join(root, "cache-"));
    server = new LocalServer();
    await server.start();
    server.answers = [serve(archive)];
  });
  afterEach(() => server.stop());

  const signal = new AbortController().signal;
  function local(): typeof flowers {
    const sha256 = createHash("sha256").update(archive).digest("hex");
    return flowersFrom({ url: server.url, bytes: archive.length, sha256 });
  }
  const settings = (more: object = {}): ReturnType<typeof flowers.settings.parse> =>
    flowers.settings.parse({ imageSize: 8, ...more });

  it("names its photos as missing until they are there", async () => {
    await assert.rejects(local().fingerprint(settings(), cache), (error: unknown) => {
      assert.ok(error instanceof MissingInputError);
      assert.match(
        formatIssue(error.issues[0]!),
        /^dataset.path: expected the photos of TF Flowers, found nothing at .*flower_photos \(unpack \S+ in \S+[/\\]flowers,/,
      );
      return true;
    });
    await local().fetch!(settings(), cache, { signal, onProgress: () => undefined });
    assert.match(await local().fingerprint(settings(), cache), /^[0-9a-f]{64}$/);
  });

  it("downloads and unpacks once, says how far it is, and leaves no archive behind", async () => {
    const said = new Set<string>();
    const fetch = (): Promise<void> =>
      local().fetch!(settings(), cache, { signal, onProgress: ({ what }) => said.add(what) });
    await Promise.all([fetch(), fetch()]);
    await fetch();
    assert.equal(server.ranges.length, 1);
    assert.deepEqual([...said], ["downloading flower_photos.tgz", "unpacking flower_photos.tgz"]);
    const left = (await readdir(cache, { recursive: true })).filter((name) => !name.endsWith(".lock"));
    assert.deepEqual(left.filter((name) => !name.startsWith(join("flowers", "flower_photos"))).sort(), [
      "downloads",
      "flowers",
      "locks",
    ]);
    const { info } = await local().make(settings(), await local().fingerprint(settings(), cache), cache);
    assert.deepEqual([info.count, info.trainCount, info.classNames], [20, 17, ["daisy", "roses"]]);
  });

  it("takes a copy that is there, as the same data set, and downloads nothing", async () => {
    await local().fetch!(settings(), cache, { signal, onProgress: () => undefined });
    const asked = server.ranges.length;
    const expected = await local().fingerprint(settings(), cache);
    await cp(join(root, "flower_photos"), join(root, "copy"), { recursive: true });
    for (const path of [root, join(root, "flower_photos"), join(root, "copy")]) {
      const copy = settings({ path });
      await local().fetch!(copy, cache, { signal, onProgress: () => undefined });
      assert.equal(await local().fingerprint(copy, cache), expected, path);
      assert.equal((await local().make(copy, expected, cache)).info.count, 20);
    }
    assert.equal(await imageFolder.fingerprint(imageFolder.settings.parse({ path: root + "/copy" }), cache), expected);
    assert.equal(server.ranges.length, asked);
    await rename(join(root, "copy"), join(root, "moved"));
    await assert.rejects(local().fingerprint(settings({ path: join(root, "copy") }), cache), MissingInputError);
    await rm(join(root, "moved"), { recursive: true });
  });

  it("downloads nothing where something else is in the photos' place, and says what to do", async () => {
    await mkdir(join(cache, "flowers", "daisy"), { recursive: true });
    await assert.rejects(
      local().fetch!(settings(), cache, { signal, onProgress: () => undefined }),
      (error: unknown) => {
        assert.ok(error instanceof UserError && error.exitCode === 3);
        assert.match(
          error.message,
          /flowers: expected nothing, or the folder flower_photos in it, found daisy; move it/,
        );
        return true;
      },
    );
    assert.equal(server.ranges.length, 0);
  });

  it("refuses another archive, and one that is not whole, and has nothing then", async () => {
    const { url } = server;
    const other = flowersFrom({ url, sha256: "0".repeat(64) });
    const options = { signal, onProgress: () => undefined };
    await assert.rejects(other.fetch!(settings(), cache, options), /^UserError: .*thrown away$/);
    server.answers = [serve(archive.subarray(0, archive.length >> 1))];
    await assert.rejects(flowersFrom({ url }).fetch!(settings(), cache, options), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /expected a gzipped tar archive, found a damaged one/);
      return true;
    });
    assert.deepEqual((await readdir(cache)).sort(), ["downloads", "locks"]);
    server.answers = [serve(archive)];
    await local().fetch!(settings(), cache, options);
    assert.match(await local().fingerprint(settings(), cache), /^[0-9a-f]{64}$/);
  });
});
