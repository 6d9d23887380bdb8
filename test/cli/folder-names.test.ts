import assert from "node:assert/strict";
import { folderNames } from "../../src/cli/folder-names.js";

describe("names of studies' folders", () => {
  it("are their own, with as many of those around them as tell them apart", () => {
    assert.deepEqual(folderNames(["/a/results/p", "/b/results/q"]), ["p", "q"]);
    assert.deepEqual(folderNames(["/a/results/q", "/b/results/q", "/b/other/q", "/b/other/r"]), [
      "a/results/q",
      "b/results/q",
      "other/q",
      "r",
    ]);
    assert.deepEqual(folderNames(["/q", "/a/q"]), ["q", "a/q"]);
  });
});
