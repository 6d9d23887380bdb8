import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises"; // prettier-ignore
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { decodeAll } from "../../src/data/image_folder/decode-all.js";
import { imageFolder } from "../../src/data/image_folder/image_folder.js";
import type { ImageArray } from "../../src/data/images.js";
import { formatIssue, UserError } from "../../src/trial/issue.js";

type ImageFolderSettings = Parameters<typeof imageFolder.make>[0];

describe("image_folder", () => {
  let root = "";
  let cache = "";
  let folder = "";

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "kd-sweep-images-"));
    cache = join(root, "cache");
    folder = join(root, "photos");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  /** Writes a picture of one colour; every shade gives another file. */
  async function picture(source: string, shade: number): Promise<string> {
    const path = join(folder, source);
    await mkdir(join(path, ".."), { recursive: true });
    const background = { r: shade, g: 255 - shade, b: (shade * 7) % 256 };
    await writeFile(
      path,
      await sharp({ create: { width: 20, height: 14, channels: 3, background } })
        .png()
        .toBuffer(),
    );
    return path;
  }
  /** Ten pictures of two classes. */
  async function tenPictures(): Promise<void> {
    for (let i = 0; i < 10; i++) await picture(`${i % 2 === 0 ? "roses" : "tulips"}/${i}.png`, i * 20);
  }
  const settings = (more: object = {}): ImageFolderSettings =>
    imageFolder.settings.parse({ path: folder, imageSize: 8, trainFraction: 0.8, ...more });
  const make = (of: ImageFolderSettings, print?: string): Promise<ImageArray> => imageFolder.make(of, print, cache);
  const fingerprint = (): Promise<string> => imageFolder.fingerprint(settings(), cache);
  async function refused(work: Promise<unknown>): Promise<string> {
    const error: unknown = await work.then(
      () => assert.fail("it was accepted"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.exitCode, 1);
    const [issue] = error.issues;
    return issue === undefined ? error.message : formatIssue(issue);
  }

  it("reads pictures in the order of their files' sha256, the first share training", async () => {
    await tenPictures();
    const { info, pixels } = await make(settings());
    assert.deepEqual(info.classNames, ["roses", "tulips"]);
    assert.deepEqual([info.count, info.size, info.skipped], [10, 8, []]);
    assert.deepEqual([info.trainCount, info.validationCount], [8, 2]);
    const checksums: string[] = [];
    for (const [image, source] of info.sources.entries()) {
      checksums.push(createHash("sha256").update(await readFile(join(folder, source))).digest("hex")); // prettier-ignore
      assert.equal(info.labels[image], source.startsWith("roses/") ? 0 : 1);
      const shade = 20 * Number(/(\d+)\.png/.exec(source)![1]);
      assert.deepEqual([...pixels.subarray(image * 192, image * 192 + 3)], [shade, 255 - shade, (shade * 7) % 256]);
    }
    assert.deepEqual(checksums, [...checksums].sort());
  });

  it("splits the same content the same way under other names", async () => {
    await tenPictures();
    const before = await make(settings());
    const print = await fingerprint();
    await rename(join(folder, "roses", "4.png"), join(folder, "roses", "another name.png"));
    await rename(folder, `${folder} moved`);
    folder = `${folder} moved`;
    const after = await make(settings());
    assert.deepEqual(after.pixels, before.pixels);
    assert.deepEqual(after.info.labels, before.info.labels);
    assert.equal(await fingerprint(), print);
  });

  it("numbers the classes in the code point order of their names", async () => {
    let shade = 0;
    for (const name of ["b", "B", "a b", "ä", "10", "9", "\u{1f33b}", "\uff5e"])
      for (const file of ["x.png", "y.png"]) await picture(`${name}/${file}`, ++shade);
    const { info } = await make(settings({ stratified: true }));
    assert.deepEqual(info.classNames, ["10", "9", "B", "a b", "b", "ä", "\uff5e", "\u{1f33b}"]);
  });

  it("passes over hidden files, files of the system and what is no image by its ending", async () => {
    await tenPictures();
    for (const name of [".DS_Store", "._4.png", "Thumbs.db", "labels.csv", "README.txt", "desktop.ini"]) {
      await writeFile(join(folder, "roses", name), "not an image");
    }
    await writeFile(join(folder, "LICENSE.txt"), "");
    await mkdir(join(folder, ".git"));
    const { info } = await make(settings());
    assert.deepEqual([info.count, info.skipped], [10, []]);
  });

  it("names each broken picture with the reason and goes on without it", async () => {
    await tenPictures();
    await writeFile(join(folder, "roses", "empty.jpg"), "");
    await writeFile(join(folder, "roses", "text.jpg"), "not an image");
    await copyFile(join(folder, "tulips", "1.png"), join(folder, "tulips", "cut.png"));
    await truncate(join(folder, "tulips", "cut.png"), 60);
    await writeFile(join(folder, "tulips", "animation.GIF"), await sharp(join(folder, "tulips", "1.png")).gif().toBuffer()); // prettier-ignore
    await mkdir(join(folder, "tulips", "more.png"));
    execFileSync("mkfifo", [join(folder, "tulips", "pipe.png")]);
    const { info, pixels } = await make(settings());
    const reasons = new Map(info.skipped.map(({ source, reason }) => [source, reason]));
    assert.equal(reasons.get("roses/empty.jpg"), "empty");
    assert.equal(reasons.get("roses/text.jpg"), "expected JPEG, PNG or WebP, found other content");
    assert.equal(reasons.get("tulips/animation.GIF"), "expected JPEG, PNG or WebP, found other content");
    assert.equal(reasons.get("tulips/more.png"), "a folder inside a class's folder");
    assert.match(reasons.get("tulips/cut.png")!, /^cannot be decoded as PNG \(/);
    assert.equal(reasons.get("tulips/pipe.png"), "not a file");
    assert.equal(info.skipped.length, 6);
    // What is left is what there would be without the broken ones.
    for (const source of reasons.keys()) await rm(join(folder, source), { recursive: true });
    const clean = await make(settings());
    assert.deepEqual(pixels, clean.pixels);
    assert.deepEqual({ ...info, skipped: [] }, clean.info);
  });

  it("follows links inside the folder and none that leave it", async () => {
    await tenPictures();
    await mkdir(join(root, "secret"));
    await copyFile(await picture("roses/outside.png", 250), join(root, "secret", "a.png"));
    await rm(join(folder, "roses", "outside.png"));
    await symlink(join(root, "secret", "a.png"), join(folder, "roses", "out.png"));
    await symlink(join(folder, "roses", "missing.png"), join(folder, "roses", "dangling.png"));
    await symlink("0.png", join(folder, "roses", "in.png"));
    await symlink(join(root, "secret"), join(folder, "secrets"));
    const { info } = await make(settings());
    assert.deepEqual(info.classNames, ["roses", "tulips"]);
    assert.equal(info.count, 11);
    assert.deepEqual(info.skipped, [
      { source: "roses/dangling.png", reason: "cannot be opened (ENOENT)" },
      { source: "roses/out.png", reason: "a link that leaves the folder" },
      { source: "secrets", reason: "a link that leaves the folder" },
    ]);
  });

  it("may itself be reached by a link", async () => {
    await tenPictures();
    await symlink(folder, join(root, "link"));
    const { info } = await make({ ...settings(), path: join(root, "link") });
    assert.deepEqual([info.count, info.skipped], [10, []]);
  });

  it("leaves out and names pictures that lie in two classes, and keeps copies of one class on one side", async () => {
    await tenPictures();
    await copyFile(join(folder, "roses", "0.png"), join(folder, "tulips", "0 again.png"));
    for (let copy = 0; copy < 30; copy++) {
      await copyFile(join(folder, "tulips", "1.png"), join(folder, "tulips", `1 copy ${copy}.png`));
    }
    const { info } = await make({ ...settings(), trainFraction: 0.5 });
    assert.deepEqual(info.skipped, [
      { source: "roses/0.png", reason: "the same bytes as tulips/0 again.png, which has another label" },
      { source: "tulips/0 again.png", reason: "the same bytes as roses/0.png, which has another label" },
    ]);
    const training = info.sources.slice(0, info.trainCount).filter((source) => source.startsWith("tulips/1"));
    assert.ok(training.length === 31 || training.length === 0, `${training.length} of 31 copies train`);
  });

  it("puts images to test behind those that validate, and stratified each class in the same shares", async () => {
    for (let i = 0; i < 40; i++) await picture(`${i < 10 ? "roses" : "tulips"}/${i}.png`, i * 6);
    const plain = await make(settings({ trainFraction: 0.6 }));
    const tested = await make(settings({ trainFraction: 0.6, testFraction: 0.2 }));
    assert.deepEqual([tested.info.trainCount, tested.info.validationCount, tested.info.count], [24, 8, 40]);
    assert.deepEqual({ ...tested.info, validationCount: 16 }, plain.info);
    const { info, pixels } = await make(settings({ trainFraction: 0.6, testFraction: 0.2, stratified: true }));
    const roses = (start: number, end?: number): number => info.labels.slice(start, end).filter((n) => n === 0).length;
    assert.deepEqual([roses(0, 24), roses(24, 32), roses(32)], [6, 2, 2]);
    for (const [image, source] of info.sources.entries()) {
      assert.equal(pixels[image * 192], 6 * Number(/(\d+)\.png/.exec(source)![1]), source);
    }
  });

  describe("under names that have changed since the array was made", () => {
    const sources = async ({ info }: ImageArray, of = settings(), print?: string): Promise<readonly string[]> =>
      imageFolder.names!.sources(of, print ?? (await imageFolder.fingerprint(of, cache)), info, cache);

    it("says what each of the array's images is called by now", async () => {
      await tenPictures();
      await copyFile(join(folder, "roses", "4.png"), join(folder, "roses", "4 again.png"));
      await writeFile(join(folder, "tulips", "broken.png"), "not an image");
      const of = settings({ stratified: true, trainFraction: 0.6, testFraction: 0.2 });
      const before = await make(of);
      assert.deepEqual(await sources(before, of), before.info.sources);
      const print = await imageFolder.names!.fingerprint(of, cache);

      const swapped = new Map([["roses/0.png", "roses/2.png"], ["roses/2.png", "roses/0.png"], ["tulips/1.png", "tulips/z.png"]]); // prettier-ignore
      await rename(join(folder, "tulips", "broken.png"), join(folder, "tulips", "1 is broken.png"));
      for (const name of swapped.keys()) await rename(join(folder, name), join(folder, `${name}.moving`));
      for (const [name, other] of swapped) await rename(join(folder, `${name}.moving`), join(folder, other));
      const now = await sources(before, of);
      assert.deepEqual(
        now,
        before.info.sources.map((source) => swapped.get(source) ?? source),
      );
      assert.deepEqual(now, (await make(of)).info.sources);
      assert.notEqual(await imageFolder.names!.fingerprint(of, cache), print);
      assert.equal(await imageFolder.fingerprint(of, cache), await fingerprint());
    });

    it("refuses images that are others by now, and an array that has others", async () => {
      await tenPictures();
      const before = await make(settings());
      const print = await fingerprint();
      const other = { ...before, info: { ...before.info, count: 9 } };
      assert.match(
        await refused(sources(other)),
        /^dataset\.path: expected the 9 images in .* found 10; .*cache prune/,
      );
      await picture("roses/0.png", 99);
      assert.match(
        await refused(sources(before, settings(), print)),
        /expected the images that were there when the run/,
      );
    });
  });

  describe("with images that never had a label", () => {
    let others = "";
    beforeEach(async () => {
      await tenPictures();
      others = join(root, "others");
      for (const [place, shade] of [["a.png", 201], ["deep/er/b.png", 202], ["c.png", 203]] as const) {
        await mkdir(join(others, place, ".."), { recursive: true });
        await rename(await picture("roses/moved.png", shade), join(others, place));
      } // prettier-ignore
    });

    it("ends the training part with them and leaves the rest as it is", async () => {
      const before = await make(settings());
      const { info, pixels } = await make(settings({ unlabelled: others }));
      assert.deepEqual([info.count, info.trainCount, info.validationCount], [13, 11, 2]);
      assert.deepEqual(info.labels, [...before.info.labels.slice(0, 8), -1, -1, -1, ...before.info.labels.slice(8)]);
      assert.deepEqual(info.sources.slice(8, 11).sort(), [
        "unlabelled:a.png",
        "unlabelled:c.png",
        "unlabelled:deep/er/b.png",
      ]);
      assert.deepEqual([...info.sources.slice(0, 8), ...info.sources.slice(11)], before.info.sources);
      const shades = new Map([["a", 201], ["b", 202], ["c", 203]]); // prettier-ignore
      for (const image of [8, 9, 10]) {
        assert.equal(pixels[image * 192], shades.get(info.sources[image]!.slice(-5, -4)));
      }
      assert.deepEqual(pixels.subarray(0, 8 * 192), before.pixels.subarray(0, 8 * 192));
      assert.deepEqual(pixels.subarray(11 * 192), before.pixels.subarray(8 * 192));
    });

    it("names those that are broken, come twice, are labelled elsewhere or lie behind a link", async () => {
      await writeFile(join(others, "text.jpg"), "not an image");
      await copyFile(join(others, "a.png"), join(others, "a2.png"));
      await copyFile(join(folder, "roses", "0.png"), join(others, "rose.png"));
      await symlink("deep", join(others, "linked"));
      await symlink(join(folder, "roses"), join(others, "out"));
      const { info } = await make(settings({ unlabelled: others }));
      assert.equal(info.trainCount, 11);
      assert.deepEqual(info.skipped, [
        { source: "unlabelled:a2.png", reason: "the same bytes as unlabelled:a.png" },
        { source: "unlabelled:linked", reason: "a link to a folder" },
        { source: "unlabelled:out", reason: "a link that leaves the folder" },
        { source: "unlabelled:rose.png", reason: "the same bytes as roses/0.png" },
        { source: "unlabelled:text.jpg", reason: "expected JPEG, PNG or WebP, found other content" },
      ]);
    });

    it("are called by their names of now too", async () => {
      const of = settings({ unlabelled: others });
      const before = await make(of);
      const print = await imageFolder.names!.fingerprint(of, cache);
      await rename(join(others, "a.png"), join(others, "z.png"));
      assert.notEqual(await imageFolder.names!.fingerprint(of, cache), print);
      const content = await imageFolder.fingerprint(of, cache);
      assert.deepEqual(
        await imageFolder.names!.sources(of, content, before.info, cache),
        before.info.sources.map((source) => (source === "unlabelled:a.png" ? "unlabelled:z.png" : source)),
      );
    });

    it("has a fingerprint of its own, by content", async () => {
      const of = (): Promise<string> => imageFolder.fingerprint(settings({ unlabelled: others }), cache);
      const print = await of();
      assert.notEqual(print, await fingerprint());
      await rename(join(others, "a.png"), join(others, "deep", "renamed.png"));
      await rename(others, `${others} moved`);
      others = `${others} moved`;
      assert.equal(await of(), print);
      assert.equal((await make(settings({ unlabelled: others }), print)).info.trainCount, 11);
      await rm(join(others, "c.png"));
      assert.notEqual(await of(), print);
      assert.match(
        await refused(make(settings({ unlabelled: others }), print)),
        /found others in .* or .*run the sweep/,
      );
    });

    it("names their folder where it is missing", async () => {
      await rm(others, { recursive: true });
      const expected = `dataset.unlabelled: expected a folder of images, found nothing at ${others}`;
      assert.equal(await refused(imageFolder.fingerprint(settings({ unlabelled: others }), cache)), expected);
    });
  });

  describe("refuses in one sentence", () => {
    it("a folder that is missing, or is a file", async () => {
      const asked = `expected a folder with one folder of images per class, found`;
      assert.equal(await refused(fingerprint()), `dataset.path: ${asked} nothing at ${folder}`);
      assert.equal(await refused(make(settings())), `dataset.path: ${asked} nothing at ${folder}`);
      await writeFile(folder, "");
      assert.equal(await refused(fingerprint()), `dataset.path: ${asked} a file at ${folder}`);
    });

    it("a folder with fewer than two classes", async () => {
      await mkdir(folder);
      assert.match(
        await refused(fingerprint()),
        /expected at least two folders of images .* in .*photos, found none; put each image/,
      );
      await picture("roses/1.png", 1);
      assert.match(await refused(make(settings())), /found only "roses"; put each/);
    });

    it("a class without an image that can be used", async () => {
      await tenPictures();
      await mkdir(join(folder, "daisy"));
      await writeFile(join(folder, "daisy", "broken.jpg"), "");
      const message = await refused(make(settings()));
      assert.match(
        message,
        /in every class folder of .*photos, found none to use in "daisy" \(daisy\/broken.jpg: empty\)$/,
      );
    });

    it("a class with too few images to train on", async () => {
      await tenPictures();
      const names = (await Promise.all((await readdir(join(folder, "roses"))).map(async (name) => {
        const path = join(folder, "roses", name);
        return [createHash("sha256").update(await readFile(path)).digest("hex"), path] as const;
      }))).sort(); // prettier-ignore
      // The one that comes last in the order of content: it validates.
      for (const [, path] of names.slice(0, -1)) await rm(path);
      const message = await refused(make(settings({ trainFraction: 0.2 })));
      assert.match(message, /of every class, found too few in "roses" of .*photos: none .* set dataset.stratified$/);
    });

    it("a test split that gets no image", async () => {
      await tenPictures();
      const message = await refused(make(settings({ testFraction: 0.01 })));
      assert.match(message, /^dataset.testFraction: expected images to test .* found none at a share of 0.01$/);
    });

    it("a split with nothing on one side", async () => {
      await picture("roses/1.png", 1);
      await picture("tulips/2.png", 2);
      const message = await refused(make({ ...settings(), trainFraction: 0.9 }));
      assert.match(
        message,
        /^dataset.trainFraction: expected images on both sides .* found 2 to train and 0 to validate$/,
      );
    });

    it("content that is no longer what the run was planned with", async () => {
      await tenPictures();
      const print = await fingerprint();
      assert.equal((await make(settings(), print)).info.count, 10);
      await picture("roses/new.png", 255);
      assert.match(await refused(make(settings(), print)), /found others in .*photos; run the sweep again$/);
    });
  });

  it("does not decode another picture than the remembered one, of the same size and time", async () => {
    await tenPictures();
    const longAgo = new Date("2020-01-01T00:00:00Z");
    const path = join(folder, "roses", "0.png");
    await utimes(path, longAgo, longAgo);
    const print = await fingerprint();
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    await utimes(path, longAgo, longAgo);
    assert.match(
      await refused(make(settings(), print)),
      /roses.0.png: expected the image that was there .*run the sweep/,
    );
    // As the message says.
    const again = await fingerprint();
    assert.notEqual(again, print);
    await make(settings(), again);
  });

  describe("its fingerprint", () => {
    beforeEach(tenPictures);

    it("changes with a picture's bytes, class, coming and going", async () => {
      const prints = [await fingerprint()];
      await picture("roses/0.png", 99);
      prints.push(await fingerprint());
      await rename(join(folder, "roses", "0.png"), join(folder, "tulips", "0.png"));
      prints.push(await fingerprint());
      await rm(join(folder, "tulips", "0.png"));
      prints.push(await fingerprint());
      await rename(join(folder, "tulips"), join(folder, "violets"));
      prints.push(await fingerprint());
      assert.equal(new Set(prints).size, prints.length);
    });

    it("is the sha256 of the sorted pairs of class and file checksum", async () => {
      const pairs: string[] = [];
      for (const name of ["roses", "tulips"]) {
        for (const file of await readdir(join(folder, name))) {
          const bytes = await readFile(join(folder, name, file));
          pairs.push(`["${name}","${createHash("sha256").update(bytes).digest("hex")}"]`);
        }
      }
      assert.equal(await fingerprint(), createHash("sha256").update(pairs.sort().join("\n")).digest("hex"));
    });

    it("is remembered by size and time: unchanged files are not read again", async () => {
      const longAgo = new Date("2020-01-01T00:00:00Z");
      const path = join(folder, "roses", "0.png");
      for (const name of ["roses", "tulips"]) {
        for (const file of await readdir(join(folder, name))) await utimes(join(folder, name, file), longAgo, longAgo);
      }
      const print = await fingerprint();
      // The same size and time, other bytes: only one that reads the file can tell.
      const bytes = await readFile(path);
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(path, bytes);
      await utimes(path, longAgo, longAgo);
      assert.equal(await fingerprint(), print);
      const later = new Date("2021-01-01T00:00:00Z");
      await utimes(path, later, later);
      assert.notEqual(await fingerprint(), print);
    });

    it("is not remembered of files that were changed a moment ago", async () => {
      const print = await fingerprint();
      const path = join(folder, "roses", "0.png");
      const bytes = await readFile(path);
      const { mtime } = await import("node:fs/promises").then(({ stat }) => stat(path));
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(path, bytes);
      await utimes(path, mtime, mtime);
      assert.notEqual(await fingerprint(), print);
    });

    it("is the same with a memory that is damaged or cannot be written", async () => {
      const print = await fingerprint();
      const [memory = ""] = await readdir(join(cache, "fingerprints"));
      for (const damage of ["", "{", "[]", '{"format":1,"files":{"roses/0.png":[1]}}', '{"format":2,"files":{}}']) {
        await writeFile(join(cache, "fingerprints", memory), damage);
        assert.equal(await fingerprint(), print);
      }
      await writeFile(join(root, "file"), "");
      assert.equal(await imageFolder.fingerprint(settings(), join(root, "file")), print);
      assert.deepEqual(await readdir(join(cache, "fingerprints")), [memory]);
    });

    it("writes nothing beside the pictures", async () => {
      await fingerprint();
      await make(settings());
      assert.deepEqual((await readdir(folder)).sort(), ["roses", "tulips"]);
      assert.deepEqual((await readdir(root)).sort(), ["cache", "photos"]);
    });
  });

  it("is refused where a picture that was planned with cannot be read any more, with exit code 3", async () => {
    const path = join(folder, "roses", "0.png");
    const gone = { source: "roses/0.png", path, bytes: 1, modified: 0n, checksum: "0".repeat(64) };
    await assert.rejects(
      decodeAll([gone], 16, () => Promise.resolve()),
      (error) => {
        assert.ok(error instanceof UserError && error.exitCode === 3);
        assert.match(
          error.message,
          /roses\/0\.png: expected the image that was there before, found a file that cannot/,
        );
        return true;
      },
    );
  });

  it("skips a picture that may not be read, and still has a fingerprint", async function () {
    if (process.getuid?.() === 0) this.skip(); // root may read everything
    await tenPictures();
    await chmod(join(folder, "roses", "0.png"), 0);
    assert.match(await fingerprint(), /^[0-9a-f]{64}$/);
    const { info } = await make(settings());
    assert.deepEqual(info.skipped, [{ source: "roses/0.png", reason: "cannot be read" }]);
  });
});
