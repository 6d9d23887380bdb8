import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolders } from "../../src/files/folders.js";
import { temporaryFolder } from "../support/temporary.js";

describe("makeFolders", () => {
  const root = temporaryFolder().path;
  const codeOf = (path: string): unknown => {
    try {
      return makeFolders(path);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  };

  it("makes what is missing and names the uppermost, and nothing where all is there", () => {
    assert.equal(makeFolders(join(root, "a", "b", "c")), join(root, "a"));
    assert.equal(makeFolders(join(root, "a", "b", "d")), join(root, "a", "b", "d"));
    assert.equal(makeFolders(join(root, "a", "b", "c")), undefined);
    assert.deepEqual(readdirSync(join(root, "a", "b")), ["c", "d"]);
  });

  it("says that a file stands in the way, at its place or above it", () => {
    writeFileSync(join(root, "file"), "");
    assert.equal(codeOf(join(root, "file")), "EEXIST");
    assert.equal(codeOf(join(root, "file", "below", "it")), "ENOTDIR");
  });

  it("leaves no folder behind where a lower one cannot be made", () => {
    assert.equal(codeOf(join(root, "n", "m", "x".repeat(300))), "ENAMETOOLONG");
    assert.ok(!existsSync(join(root, "n")));
    mkdirSync(join(root, "n"));
    assert.equal(codeOf(join(root, "n", "m", "x".repeat(300))), "ENAMETOOLONG");
    assert.deepEqual(readdirSync(join(root, "n")), []);
  });
});
