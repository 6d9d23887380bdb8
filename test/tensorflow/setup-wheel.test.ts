import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type WheelPin, wheelFor, wheelName } from "../../src/tensorflow/pins.js";
import { glibcFault } from "../../src/tensorflow/rungs.js";
import { damage, publish } from "../../src/tensorflow/sealed-folder.js";
import { unpackWheel, wheelFault } from "../../src/tensorflow/wheel.js";
import { pinFor } from "./setup-fixture.js";
import { zip } from "./setup-zip.js";

const ENTRIES = {
  "tensorflow/libtensorflow_cc.so.2": Buffer.alloc(300_000, "library"),
  "tensorflow/libtensorflow_framework.so.2": Buffer.from("framework"),
  "tensorflow/python/other.so": Buffer.from("not needed"),
  "tensorflow/include/tensorflow/c/c_api.h": Buffer.from("c"),
  "tensorflow/include/tsl/platform/file.h": Buffer.from("tsl"),
  "tensorflow/include/xla/tsl/file.h": Buffer.from("xla tsl"),
  "tensorflow/include/xla/other.h": Buffer.from("not needed"),
  "tensorflow/include/tensorflow/core/platform/file.h": Buffer.from("core"),
  "tensorflow/include/tensorflow/core/kernels/file.h": Buffer.from("not needed"),
  "tensorflow/include/LICENSE": Buffer.from("licence"),
  "tensorflow/THIRD_PARTY_NOTICES.txt": Buffer.from("notices"),
};

describe("the wheel of TensorFlow", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kd-sweep-wheel-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(bytes: Buffer): { path: string; pin: WheelPin } {
    const path = join(folder, "tensorflow.whl");
    writeFileSync(path, bytes);
    return { path, pin: pinFor(bytes) };
  }

  async function unpack(bytes: Buffer): Promise<string> {
    const { path, pin } = write(bytes);
    const staging = join(folder, "staging");
    const library = join(folder, "library");
    await publish(staging, library, await unpackWheel(path, staging, pin, { log: () => undefined }));
    return library;
  }

  it("is named as the index names it", () => {
    const pin = wheelFor("linux-x64");
    assert.ok(pin);
    assert.equal(wheelName(pin), "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl");
    assert.match(pin.sha256, /^[0-9a-f]{64}$/);
    assert.equal(wheelFor("sunos-mips"), undefined);
  });

  it("gives its libraries, the headers that the addon includes, and the licences", async () => {
    const library = await unpack(zip(ENTRIES));
    const files = readdirSync(library, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(library.length + 1))
      .sort();
    assert.deepEqual(files, [
      "LICENSE",
      "THIRD_PARTY_NOTICES.txt",
      "include/tensorflow/c/c_api.h",
      "include/tensorflow/core/platform/file.h",
      "include/tsl/platform/file.h",
      "include/xla/tsl/file.h",
      "libtensorflow_cc.so.2",
      "libtensorflow_framework.so.2",
      "seal.json",
    ]);
    const name = "libtensorflow_cc.so.2";
    assert.deepEqual(readFileSync(join(library, name)), ENTRIES[`tensorflow/${name}`]);
    assert.equal(await damage(library), null);
  });

  it("is refused where an entry's bytes are not those of its checksum", async () => {
    const wrongChecksumOf = "tensorflow/libtensorflow_cc.so.2";
    await assert.rejects(unpack(zip(ENTRIES, { wrongChecksumOf })), /libtensorflow_cc\.so\.2 is damaged/);
  });

  it("is refused where an entry would leave the folder", async () => {
    for (const name of ["tensorflow/include/tensorflow/c/../../../../../evil.h", "/tensorflow/include/tsl/evil.h"]) {
      await assert.rejects(unpack(zip({ ...ENTRIES, [name]: Buffer.from("evil") })), /relative path|absolute path/);
    }
    assert.ok(!readdirSync(folder).includes("evil.h"));
  });

  it("is refused where a library is missing, or where it is no zip", async () => {
    const name = "tensorflow/libtensorflow_framework.so.2";
    const others = Object.entries(ENTRIES).filter(([entry]) => entry !== name);
    await assert.rejects(
      unpack(zip(Object.fromEntries(others))),
      /holds no tensorflow\/libtensorflow_framework\.so\.2/,
    );
    await assert.rejects(unpack(Buffer.alloc(500, "no zip")), /end of central directory/i);
  });

  it("is known by its length and its sha256", async () => {
    const bytes = zip(ENTRIES);
    const { path, pin } = write(bytes);
    assert.equal(await wheelFault(path, pin), null);
    writeFileSync(path, bytes.subarray(0, -1));
    assert.match((await wheelFault(path, pin)) ?? "", /cut off/);
    writeFileSync(path, Buffer.concat([bytes, bytes]));
    assert.match((await wheelFault(path, pin)) ?? "", /another file/);
    writeFileSync(path, Buffer.alloc(bytes.length));
    assert.match((await wheelFault(path, pin)) ?? "", /sha256/);
    assert.match((await wheelFault(folder, pin)) ?? "", /not a file/);
  });

  it("needs a C library of its age", () => {
    const pin = { ...pinFor(Buffer.alloc(0)), glibc: "2.27" };
    assert.equal(glibcFault(pin, "2.27"), null);
    assert.equal(glibcFault(pin, "2.100"), null);
    assert.match(glibcFault(pin, "2.5") ?? "", /needs glibc 2\.27 or newer, this system has 2\.5/);
    assert.match(glibcFault(pin, undefined) ?? "", /musl/);
  });
});
