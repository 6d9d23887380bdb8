import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { PortablePaths } from "../../src/store/portable.js";

describe("a study's paths", () => {
  const paths = new PortablePaths("/srv/lab/results/flowers", "/home/ada", "/opt/kd-sweep");

  const values: readonly (readonly [value: string, written: string])[] = [
    ["/srv/lab/photos", "${study}/../../photos"],
    ["/srv/lab/results/flowers", "${study}"],
    ["/srv/lab/my photos/of 2024", "${study}/../../my photos/of 2024"],
    ["/home/ada/photos", "${home}/photos"],
    ["/home/adam/photos", "${study}/../../../../home/adam/photos"],
    ["photos: 3 / 4, and/or none", "photos: 3 / 4, and/or none"],
    ["https://example.org/a/b", "https://example.org/a/b"],
    ["open:/home/ada/x", "open:${home}/x"],
    ["x,/home/ada/x", "x,${home}/x"],
    ["PATH=/home/ada/bin:/srv/lab/bin", "PATH=${home}/bin:${study}/../../bin"],
    ["/srv/lab/a b//c", "${study}/../../a b//c"],
    ["$ echo ${home}/x ${study} $${program}", "$ echo $${home}/x $${study} $$${program}"],
    ["${home}/x of /home/ada/x", "$${home}/x of ${home}/x"],
    ["/home/ada/${study}/x", "${home}/${study}/x"],
  ];
  for (const [value, written] of values) {
    it(`writes ${value} as ${written}, and reads it back`, () => {
      const json = paths.toJson({ dataset: { path: value }, list: [value, 1, null] });
      assert.deepEqual(JSON.parse(json), { dataset: { path: written }, list: [written, 1, null] });
      assert.deepEqual(paths.fromJson(json), { dataset: { path: value }, list: [value, 1, null] });
    });
  }

  it("are relative to the study where the home folder or the program's holds both", () => {
    const own = new PortablePaths("/home/ada/lab/results/flowers", "/home/ada");
    assert.equal(own.toText("/home/ada/photos"), "${study}/../../../photos");
    const cloned = new PortablePaths("/opt/kd-sweep/results/flowers", "/root", "/opt/kd-sweep");
    assert.equal(cloned.toText("/opt/kd-sweep/data/flowers"), "${study}/../../data/flowers");
  });

  it("are rewritten within messages and stacks", () => {
    const text =
      'teacher.weights: "/srv/lab/a.h5" (/home/ada/b.h5/): no file\n    at run (file:///srv/lab/own.js:3:4)\n    at file:///opt/kd-sweep/dist/x.js:5:6\n see https://a.org/b';
    const written = paths.toText(text);
    assert.equal(
      written,
      'teacher.weights: "${study}/../../a.h5" (${home}/b.h5/): no file\n    at run (file://${study}/../../own.js:3:4)\n    at file://${program}/dist/x.js:5:6\n see https://a.org/b',
    );
    assert.equal(paths.fromText(written), text);
  });

  it("lead from where the study is by then", () => {
    const moved = new PortablePaths("/mnt/results/flowers", "/root", "/usr/lib/kd-sweep");
    assert.equal(moved.fromText(paths.toText("/srv/lab/photos")), "/mnt/photos");
    assert.equal(moved.fromText(paths.toText("/home/ada/photos")), "/root/photos");
    assert.equal(moved.fromText(paths.toText("at /opt/kd-sweep/dist/x.js:1")), "at /usr/lib/kd-sweep/dist/x.js:1");
  });

  it("come back as they were, whatever they are", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_. -]+$/).filter((part) => part.trim() === part && !/^\.+$/.test(part));
    const sign = fc.constantFrom("$", "{", "}", "/", "..", ":", "=", " ", "${home}", "${study}/", "x");
    const text = fc.oneof(
      fc.string(),
      fc.array(sign, { maxLength: 8 }).map((parts) => parts.join("")),
    );
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => join("/", ...parts));
    fc.assert(
      fc.property(path, path, path, path, text, (folder, home, program, value, other) => {
        const any = new PortablePaths(folder, home, program);
        assert.deepEqual(any.fromJson(any.toJson([value, other])), [value, other]);
        for (const said of [`${other} ${value}: ${other}`, `${value}${other}${value}`]) {
          assert.equal(any.fromText(any.toText(said)), said);
          assert.equal(any.fromJson(any.toJson(said)), said);
        }
      }),
    );
  });
});
