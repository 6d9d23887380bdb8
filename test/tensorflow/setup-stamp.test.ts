import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { TfjsPackage } from "../../src/tensorflow/package.js";
import { validStamp, writeStamp } from "../../src/tensorflow/stamp.js";

describe("the note that TensorFlow was checked", () => {
  let root: string;
  let tfjs: TfjsPackage;
  let library: string;
  let addon: string;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "kd-sweep-stamp-"));
    tfjs = { folder: root, version: "4.22.0", napi: 8, addon: join(root, "lib/tfjs_binding.node") };
    library = join(root, "libtensorflow_cc.so.2");
    addon = join(root, "cached.node");
    writeFileSync(library, "library");
    writeFileSync(addon, "addon");
    mkdirSync(dirname(tfjs.addon));
    symlinkSync(addon, tfjs.addon);
    await writeStamp(tfjs, "2.21.0", [addon, library]);
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("holds while nothing changes", () => {
    assert.equal(validStamp(tfjs)?.tensorflow, "2.21.0");
  });

  const changes: Record<string, () => void> = {
    "a longer library": () => {
      appendFileSync(library, "more");
    },
    "a library of another time": () => {
      utimesSync(library, 1, 1);
    },
    "another addon": () => {
      writeFileSync(addon, "nodda");
      utimesSync(addon, 1, 1);
    },
    "a link to another file": () => {
      writeFileSync(join(root, "other.node"), "addon");
      rmSync(tfjs.addon);
      symlinkSync(join(root, "other.node"), tfjs.addon);
    },
    "a deleted library": () => {
      rmSync(library);
    },
    "a link that leads nowhere": () => {
      rmSync(addon);
    },
    "a note that was cut": () => {
      writeFileSync(join(dirname(tfjs.addon), "kd-sweep-setup.json"), '{"format": 1, "no');
    },
    "a note of something else": () => {
      writeFileSync(join(dirname(tfjs.addon), "kd-sweep-setup.json"), "[]");
    },
    "another Node": () => {
      const file = join(dirname(tfjs.addon), "kd-sweep-setup.json");
      const stamp = { format: 1, tensorflow: "2.21.0", addon, files: [], node: "v18.0.0" };
      writeFileSync(file, JSON.stringify(stamp));
    },
  };
  for (const [change, make] of Object.entries(changes)) {
    it(`does not hold after ${change}`, () => {
      make();
      assert.equal(validStamp(tfjs), null);
    });
  }
});
