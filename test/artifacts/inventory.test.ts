import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ArtifactSpec, TeacherSpec } from "../../src/artifacts/artifact.js";
import { ArtifactCache } from "../../src/artifacts/cache.js";
import { checksumOf } from "../../src/artifacts/blocks.js";
import { headerOf } from "../../src/artifacts/header.js";
import { deleteArtifacts, keptArtifacts, listArtifacts } from "../../src/artifacts/inventory.js";
import { artifactKey } from "../../src/artifacts/key.js";
import { ArtifactUses, keysInUse } from "../../src/artifacts/uses.js";
import { kdSweep, place, type Place } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";
import { images, logits, teacher, views } from "./specs.js";

describe("the artifacts of a cache", () => {
  const parent = temporaryFolder().path;
  let root = "";
  let number = 0;

  beforeEach(async () => {
    root = join(parent, String(number++));
    for (const spec of [images, teacher, logits, views]) {
      await new ArtifactCache(root).ensure(spec, () => Promise.resolve({ info: {}, data: new Uint8Array(1000) }));
    }
  });

  const folderOf = (spec: ArtifactSpec): string => join(root, "artifacts", spec.kind, artifactKey(spec));
  const age = (spec: ArtifactSpec, seconds: number): void => {
    const at = new Date(Date.now() - seconds * 1000);
    for (const name of readdirSync(folderOf(spec))) utimesSync(join(folderOf(spec), name), at, at);
  };
  const keysOf = (entries: Iterable<{ key: string }>): string[] => Array.from(entries, ({ key }) => key).sort();

  it("are listed by their last use, in words, with their size on the disk", async () => {
    age(images, 3000);
    age(teacher, 2000);
    age(logits, 1000);
    const listed = await listArtifacts(root);
    assert.deepEqual(
      listed.map(({ what }) => what),
      [
        "flip_crop, 10 epochs, of convnet_s seed 1 on image_folder at 64 px",
        "convnet_s seed 1 on image_folder at 64 px",
        "convnet_s seed 1 on image_folder at 64 px",
        "image_folder at 64 px",
      ],
    );
    assert.equal(listed[3]?.bytes, 1000 + statSync(join(folderOf(images), "info.json")).size);
    await new ArtifactCache(root).read(images);
    assert.ok(Number((await listArtifacts(root)).find(({ kind }) => kind === "images")?.usedAt) > Date.now() - 60_000);
  });

  it("are told of teachers without a seed, which are whole like any other", async () => {
    const given: readonly TeacherSpec["teacher"][] = [
      { backbone: "logits", logits: "/somewhere/logits.csv" },
      { backbone: "model", model: "/somewhere/model.json" },
    ];
    for (const settings of given) {
      const spec: TeacherSpec = { ...teacher, teacher: settings, weights: "f2" };
      const data = new Uint8Array(8);
      const text = headerOf(spec, { checksum: checksumOf(data), seconds: 1, info: {}, data });
      mkdirSync(folderOf(spec), { recursive: true });
      writeFileSync(join(folderOf(spec), "info.json"), text);
    }
    const told = (await listArtifacts(root)).map(({ what }) => what);
    for (const name of ["logits", "model"]) assert.ok(told.includes(`${name} on image_folder at 64 px`), name);
    assert.ok(!told.includes(null));
  });

  it("are listed where they are damaged, and nothing that is none of them", async () => {
    writeFileSync(join(folderOf(images), "info.json"), '{"spec":{"kind":"images","dataset":{"name":3}}}');
    mkdirSync(join(root, "artifacts", "images", "notes"));
    mkdirSync(join(root, "artifacts", "elsewhere", "a".repeat(64)), { recursive: true });
    symlinkSync(parent, join(root, "artifacts", "images", "b".repeat(64)));
    const listed = await listArtifacts(root);
    assert.deepEqual(keysOf(listed), [images, teacher, logits, views].map(artifactKey).sort());
    assert.equal(listed.find(({ kind }) => kind === "images")?.what, null);
    await deleteArtifacts(root, listed);
    assert.ok(existsSync(join(root, "artifacts", "images", "notes")));
    assert.ok(existsSync(join(root, "artifacts", "images", "b".repeat(64))));
  });

  it("are deleted by one of two that prune at once", async () => {
    const listed = await listArtifacts(root);
    await deleteArtifacts(root, listed);
    assert.equal((await deleteArtifacts(root, listed)).size, 0);
    assert.deepEqual(readdirSync(join(root, "artifacts", "images")), []);
  });

  it("are deleted whole, except what a study uses", async () => {
    const uses = new ArtifactUses(root);
    uses.add(artifactKey(teacher));
    const listed = await listArtifacts(root);
    const foretold = keptArtifacts(root, listed);
    assert.deepEqual(keysOf(await listArtifacts(root)), keysOf(listed), "nothing was deleted yet");
    const kept = await deleteArtifacts(root, listed);
    assert.deepEqual(kept, foretold);
    assert.deepEqual(
      [...kept].map(([{ kind }, why]) => [kind, why]),
      [["teacher", "in use"]],
    );
    assert.deepEqual(keysOf(await listArtifacts(root)), [artifactKey(teacher)]);
    assert.deepEqual(readdirSync(join(root, "artifacts", "images")), []);
    uses.release();
    assert.equal((await deleteArtifacts(root, await listArtifacts(root))).size, 0);
    assert.deepEqual(await listArtifacts(root), []);
    assert.deepEqual(readdirSync(join(root, "uses")), []);
  });

  it("are listed and deleted also where a killed maker or pruner left them", async () => {
    for (const end of [".new", ".old", ".unfinished.old"]) {
      mkdirSync(`${folderOf(images)}${end}`);
      writeFileSync(join(`${folderOf(images)}${end}`, "data.bin"), new Uint8Array(3000));
    }
    const left = (await listArtifacts(root)).filter(({ bytes }) => bytes === 3000);
    assert.deepEqual(
      left.map(({ kind, key, what }) => [kind, key, what]),
      Array.from({ length: 3 }, () => ["images", artifactKey(images), "half written, or half deleted"]),
    );
    assert.equal((await deleteArtifacts(root, left)).size, 0);
    assert.deepEqual(readdirSync(join(root, "artifacts", "images")), [artifactKey(images)]);
  });

  it("are used by nobody whose study ends as it is asked", () => {
    const uses = new ArtifactUses(root);
    const folder = join(root, "uses");
    const [lock] = readdirSync(folder).filter((name) => name.endsWith(".lock"));
    // Listed and locked, but gone as it is read.
    symlinkSync(join(folder, "gone"), join(folder, (lock ?? "").replace(/lock$/, "keys")));
    assert.deepEqual([...keysInUse(root)], []);
    uses.release();
  });

  it("are kept while a process makes them, and can be made again when they are gone", async () => {
    const note = join(root, "note");
    await deleteArtifacts(root, await listArtifacts(root));
    const maker = fileURLToPath(new URL("maker.js", import.meta.url));
    const child = spawn(process.execPath, [maker, root, "1000", note], { stdio: "ignore" });
    while (!existsSync(note)) await sleep(10);
    const entry = {
      kind: "images",
      key: artifactKey(images),
      name: artifactKey(images),
      unfinished: false,
      what: null,
      bytes: 0,
      usedAt: new Date(),
    } as const;
    const kept = await deleteArtifacts(root, [entry]);
    assert.deepEqual([...kept.values()], ["being made"]);
    await once(child, "exit");
    assert.deepEqual(keysOf(await listArtifacts(root)), [artifactKey(images)]);
  });

  it("are used no longer by a study that was killed", async () => {
    const uses = new URL("../../src/artifacts/uses.js", import.meta.url).href;
    const program = `const { ArtifactUses } = await import(${JSON.stringify(uses)});
      new ArtifactUses(${JSON.stringify(root)}).add("k"); console.log("added"); setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    assert.ok(keysInUse(root).has("k"));
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(keysInUse(root).size, 0);
    assert.deepEqual(readdirSync(join(root, "uses")), []);
  });

  describe("by the command", function () {
    this.timeout(60_000);
    const at = (): Place => ({ ...place(parent), cache: root });

    it("lists, prunes what is old or of a kind, and says what it freed", async () => {
      age(views, 40 * 86400);
      const listed = await kdSweep(at(), ["cache", "list"]);
      assert.equal(listed.code, 0, listed.stderr);
      assert.match(listed.stdout, /teacher {2}convnet_s seed 1 on image_folder at 64 px/);
      assert.ok(listed.stdout.includes(`4 artifacts, `) && listed.stdout.includes(root));
      const json = JSON.parse((await kdSweep(at(), ["cache", "list", "--json"])).stdout) as { key: string }[];
      assert.deepEqual(keysOf(json), keysOf(await listArtifacts(root)));

      const uses = new ArtifactUses(root);
      uses.add(artifactKey(views));
      const used = await kdSweep(at(), ["cache", "prune", "--older-than", "30d", "--dry-run"]);
      assert.match(used.stdout, /^kept, in use: logits {2}flip_crop, .*\n0 artifacts would be deleted, 0 B\n$/);
      uses.release();
      const dry = await kdSweep(at(), ["cache", "prune", "--older-than", "30d", "--dry-run"]);
      assert.match(dry.stdout, /1 artifact would be deleted, 1\.\d kB/);
      assert.equal((await listArtifacts(root)).length, 4);
      const old = await kdSweep(at(), ["cache", "prune", "--older-than", "30d"]);
      assert.match(old.stdout, /1 artifact deleted, 1\.\d kB freed/);
      const kind = await kdSweep(at(), ["cache", "prune", "--kind", "logits", "--kind", "images"]);
      assert.match(kind.stdout, /2 artifacts deleted/);
      assert.deepEqual(keysOf(await listArtifacts(root)), [artifactKey(teacher)]);
      // As of a machine whose clock is ahead.
      age(teacher, -3600);
      assert.match((await kdSweep(at(), ["cache", "prune", "--all"])).stdout, /1 artifact deleted/);
      assert.equal((await kdSweep(at(), ["cache", "path"])).stdout, `${root}\n`);
    });

    for (const [args, expected] of [
      [["prune"], /say what to prune/],
      [["prune", "--all", "--kind", "images"], /--all takes no --older-than and no --kind/],
      [["prune", "--older-than", "soon"], /--older-than: expected a time like 12h or 30d, found soon/],
      [["prune", "--kind", "photos"], /images.*teacher.*logits/],
      [["drop"], /drop|name list/],
      [[], /name list, prune or path/],
    ] as const) {
      it(`refuses \`cache ${args.join(" ")}\` and deletes nothing`, async () => {
        const { code, stderr } = await kdSweep(at(), ["cache", ...args]);
        assert.equal(code, 1);
        assert.match(stderr, expected);
        assert.equal((await listArtifacts(root)).length, 4);
      });
    }
  });
});
