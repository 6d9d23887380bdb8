import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sharedNames } from "../../src/tensorflow/addon.js";
import { findTfjsPackage } from "../../src/tensorflow/package.js";
import { nativeOnly } from "../support/backend.js";

describe("tfjs-node's addon in several threads", () => {
  it("has the set of names that is made thread-safe", () => {
    const source = readFileSync(join(findTfjsPackage().folder, "binding", "tfjs_backend.cc"), "utf8");
    assert.equal(source.split(sharedNames.declaration).length, 2);
    assert.equal(source.split(/^static std::/m).length, 2, "and no other that threads would share");
  });

  nativeOnly("takes new attribute names from two threads at once", () => {
    const program = fileURLToPath(new URL("programs/attribute-names.js", import.meta.url));
    const { signal, status, stderr } = spawnSync(process.execPath, [program], { timeout: 50_000, encoding: "utf8" });
    assert.deepEqual({ signal, status }, { signal: null, status: 0 }, stderr);
  });
});
