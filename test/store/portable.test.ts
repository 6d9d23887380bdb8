import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { PortablePaths } from "../../src/store/portable.js";

describe("a study's paths", () => {
  const paths = new PortablePaths("/srv/lab/results/flowers", "/home/ada");

  const values: readonly (readonly [value: string, written: string])[] = [
    ["/srv/lab/photos", "${study}/../../photos"],
    ["/srv/lab/results/flowers", "${study}"],
    ["/srv/lab/my photos/of 2024", "${study}/../../my photos/of 2024"],
    ["/home/ada/photos", "${home}/photos"],
    ["/home/adam/photos", "${study}/../../../../home/adam/photos"],
    ["photos: 3 / 4, and/or none", "photos: 3 / 4, and/or none"],
    ["https://example.org/a/b", "https://example.org/a/b"],
  ];
  for (const [value, written] of values) {
    it(`writes ${value} as ${written}, and reads it back`, () => {
      const json = paths.toJson({ dataset: { path: value }, list: [value, 1, null] });
      assert.deepEqual(JSON.parse(json), { dataset: { path: written }, list: [written, 1, null] });
      assert.deepEqual(paths.fromJson(json), { dataset: { path: value }, list: [value, 1, null] });
    });
  }

  it("are relative to the study also below the home folder, which then need not be named", () => {
    const own = new PortablePaths("/home/ada/lab/results/flowers", "/home/ada");
    assert.equal(own.toText("/home/ada/photos"), "${study}/../../../photos");
  });

  it("are rewritten within messages and stacks", () => {
    const text =
      'teacher.weights: "/srv/lab/a.h5" (/home/ada/b.h5/): no file\n    at run (file:///srv/lab/kd/dist/x.js:3:4)\n see https://a.org/b';
    const written = paths.toText(text);
    assert.equal(
      written,
      'teacher.weights: "${study}/../../a.h5" (${home}/b.h5/): no file\n    at run (file://${study}/../../kd/dist/x.js:3:4)\n see https://a.org/b',
    );
    assert.equal(paths.fromText(written), text);
  });

  it("lead from where the study is by then", () => {
    const moved = new PortablePaths("/mnt/results/flowers", "/root");
    assert.equal(moved.fromText(paths.toText("/srv/lab/photos")), "/mnt/photos");
    assert.equal(moved.fromText(paths.toText("/home/ada/photos")), "/root/photos");
  });

  it("come back as they were, whatever they are", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_. -]+$/).filter((part) => part.trim() === part && !/^\.+$/.test(part));
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => join("/", ...parts));
    fc.assert(
      fc.property(path, path, path, fc.string(), (folder, home, value, other) => {
        const any = new PortablePaths(folder, home);
        assert.deepEqual(any.fromJson(any.toJson([value, other])), [value, other]);
        const said = `${other} ${value}: ${other}`;
        assert.equal(any.fromText(any.toText(said)), said);
      }),
    );
  });
});
