import assert from "node:assert/strict";
import { withoutFolders, withoutPaths } from "../../src/trial/paths.js";

describe("paths in what is passed on", () => {
  const messages: readonly (readonly [message: string, shown: string])[] = [
    ["/srv/lab/photos: no folder", "photos: no folder"],
    ["cannot open '/home/ada/a.h5' (see ~/notes.md)", "cannot open 'a.h5' (see notes.md)"],
    ["at run (file:///srv/lab/own.js:3:4)", "at run (own.js:3:4)"],
    ["open:/home/ada/x, PATH=/usr/bin:/home/ada/bin", "open:x, PATH=bin:bin"],
    ["x,/home/ada/x", "x,x"],
    [String.raw`no file C:\Users\ada\a.h5`, "no file a.h5"],
    ["see https://example.org/a/b", "see https://example.org/a/b"],
    ["3 / 4, and/or ./own.js of ../photos", "3 / 4, and/or ./own.js of ../photos"],
  ];
  for (const [message, shown] of messages) {
    it(`are cut down to their last part in "${message}"`, () => {
      assert.equal(withoutPaths(message), shown);
    });
  }

  it("are cut down in settings that name a file, and where a value is absolute", () => {
    const settings = {
      dataset: { path: "../lab/photos", name: "a/b" },
      others: ["/srv/x", "~/y", 3],
      module: "./own.js",
    };
    assert.deepEqual(withoutFolders("", settings), {
      dataset: { path: "photos", name: "a/b" },
      others: ["x", "y", 3],
      module: "own.js",
    });
  });
});
