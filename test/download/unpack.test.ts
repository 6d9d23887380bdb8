import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { unpackTgz } from "../../src/download/unpack.js";
import { UserError } from "../../src/trial/issue.js";

interface Member {
  readonly path: string;
  readonly type?: string;
  readonly linkpath?: string;
  readonly mode?: number;
  readonly content?: string | Buffer;
  /** Declared in the header; by default the content's. */
  readonly size?: number;
}

/** An archive whose headers say what a test wants, however hostile. */
function archiveOf(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ content = "", path, size, type = "File", ...more }) => {
    const body = Buffer.from(content);
    const header = new Header({ path, size: size ?? body.length, mode: 0o644, mtime: new Date(0), ...more });
    header.type = type as never;
    const block = Buffer.alloc(512);
    header.encode(block);
    return [block, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

describe("unpackTgz", () => {
  let root = "";
  let folder = "";
  let archive = "";
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "kd-sweep-unpack-"));
    archive = join(root, "archive.tgz");
    folder = join(root, "made", "photos");
  });
  afterEach(() => rm(root, { recursive: true }));

  const signal = new AbortController().signal;
  const unpack = async (content: Buffer, limits = { entries: 20, bytes: 10_000 }): Promise<void> => {
    await writeFile(archive, content);
    await unpackTgz(archive, folder, { signal, limits });
  };
  async function refused(content: Buffer, limits?: { entries: number; bytes: number }): Promise<string> {
    const error: unknown = await unpack(content, limits).then(() => assert.fail("accepted"), (reason: unknown) => reason); // prettier-ignore
    assert.ok(error instanceof UserError, String((error as Error).stack));
    // Nothing is left of it, inside the folder or out.
    assert.deepEqual((await readdir(root)).sort(), ["archive.tgz", "made"]);
    assert.deepEqual(await readdir(join(root, "made")), []);
    assert.ok(error.message.startsWith(`${archive}: expected `), error.message);
    return error.message.slice(archive.length + 2);
  }
  const photo: Member = { path: "flower_photos/daisy/1.jpg", content: "a photo" };

  it("brings files and folders, as this user's own", async () => {
    const big = Buffer.alloc(200_000, "photo");
    const members = [
      { path: "flower_photos/", type: "Directory", mode: 0o000 },
      { ...photo, mode: 0o4000 },
      { path: "./flower_photos/roses/big.jpg", content: big },
    ];
    await unpack(archiveOf(members), { entries: 3, bytes: 200_007 });
    assert.deepEqual(await readdir(join(root, "made")), ["photos"]);
    const at = join(folder, "flower_photos");
    assert.equal(await readFile(join(at, "daisy", "1.jpg"), "utf8"), "a photo");
    assert.ok((await readFile(join(at, "roses", "big.jpg"))).equals(big));
    assert.equal((await stat(join(at, "daisy", "1.jpg"))).mode & 0o7700, 0o600);
  });

  const hostile: [string, Member, RegExp][] = [
    ["a path with ..", { path: "flower_photos/../../../out.jpg" }, /"flower_photos\/..\/..\/..\/out.jpg", which leaves/],
    ["an absolute path", { path: "/tmp/kd-sweep-out.jpg" }, /"\/tmp\/kd-sweep-out.jpg", which leaves the folder$/],
    ["a path of another system", { path: "C:\\out.jpg" }, /which leaves the folder$/],
    ["a path with .. behind backslashes", { path: "a\\..\\..\\out.jpg" }, /which leaves the folder$/],
    ["a symbolic link out of the folder", { path: "link", type: "SymbolicLink", linkpath: "/etc/passwd" }, /"link", a SymbolicLink$/],
    ["a symbolic link inside", { path: "link", type: "SymbolicLink", linkpath: "flower_photos" }, /"link", a SymbolicLink$/],
    ["a hard link", { path: "link", type: "Link", linkpath: "../archive.tgz" }, /"link", a Link$/],
    ["a device", { path: "null", type: "CharacterDevice" }, /"null", a CharacterDevice$/],
    ["a named pipe", { path: "pipe", type: "FIFO" }, /"pipe", a FIFO$/],
    ["a file that is declared huge", { path: "huge.jpg", size: 5_000_000_000 }, /more than 10000 bytes of files$/],
  ]; // prettier-ignore
  for (const [what, member, found] of hostile) {
    it(`refuses ${what}, alone, before and behind good files`, async () => {
      for (const members of [[member], [member, photo], [photo, member]]) {
        assert.match(await refused(archiveOf(members)), found);
      }
      assert.equal(existsSync(join(root, "out.jpg")) || existsSync("/tmp/kd-sweep-out.jpg"), false);
    });
  }

  it("refuses a link and what would be written through it", async () => {
    const link = { path: "flower_photos", type: "SymbolicLink", linkpath: ".." };
    assert.match(await refused(archiveOf([link, { path: "flower_photos/out.jpg", content: "x" }])), /a SymbolicLink$/);
  });

  it("refuses more files or bytes than the limits", async () => {
    const many = Array.from({ length: 21 }, (_, i) => ({ path: `${i}.jpg`, content: "x" }));
    assert.match(await refused(archiveOf(many)), /found more than 20 files and folders$/);
    assert.match(
      await refused(archiveOf([photo, { path: "b", content: Buffer.alloc(9_999) }])),
      /more than 10000 bytes/,
    );
  });

  it("refuses an archive that is cut off at any place, or none", async () => {
    const whole = archiveOf([photo, { path: "b.jpg", content: Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i) % 251)) }]); // prettier-ignore
    for (const end of [0, 5, 40, whole.length >> 1, whole.length - 9]) {
      assert.match(
        await refused(whole.subarray(0, end)),
        /expected a gzipped tar archive, found (a damaged|an empty) one/,
      );
    }
    assert.match(
      await refused(Buffer.from("not an archive at all, but a page of a captive portal")),
      /found (a damaged|an empty) one/,
    );
    assert.match(await refused(gzipSync(Buffer.alloc(3000, "text"))), /found (a damaged|an empty) one/);
  });

  it("replaces what an unpacking left that was killed, and stops when told to", async () => {
    const stop = AbortSignal.abort(new Error("told to stop"));
    await writeFile(archive, archiveOf([photo]));
    await assert.rejects(
      unpackTgz(archive, folder, { signal: stop, limits: { entries: 9, bytes: 99 } }),
      /told to stop/,
    );
    assert.deepEqual(await readdir(join(root, "made")), []);
    await unpack(archiveOf([photo]));
    assert.deepEqual(await readdir(folder), ["flower_photos"]);
  });
});
