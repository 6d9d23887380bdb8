import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kdSweep, place, repository, type Place } from "../support/small-study.js";
import { photos } from "../support/photos.js";
import { temporaryFolder } from "../support/temporary.js";

const weights = join(repository, "../shared/data/weights/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"); // prettier-ignore

describe("kd-sweep init", function () {
  this.timeout(120_000);
  const at: Place = place(temporaryFolder().path);
  const init = (...args: string[]): ReturnType<typeof kdSweep> => kdSweep(at, ["init", ...args]);

  it("writes a sweep that plans and runs as it stands", async () => {
    await photos(join(at.folder, "pets"), ["cats", "- dogs: #1", "Vögel"], 8, 40);
    writeFileSync(join(at.folder, "pets", "cats", "broken.jpg"), "no photo");
    const { code, stdout, stderr } = await init("pets");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /pets: 25 images of 3 classes: - dogs: #1 8, Vögel 8, cats 9/);
    assert.match(stdout, /cats\/broken\.jpg: expected JPEG, PNG or WebP/);
    assert.match(stdout, /pets\.yaml written: 9 students/);
    const planned = await kdSweep(at, ["plan", "pets.yaml", "--json"]);
    assert.equal(planned.code, 0, planned.stderr);
    const { unfinished, missing } = JSON.parse(planned.stdout) as { unfinished: number; missing: string[] };
    assert.deepEqual([unfinished, missing], [9, []]);
    const shortened = ["--set", "seeds=1", "--set", "training.epochs=1", "--set", "teacher.epochs=1"];
    const ran = await kdSweep(at, ["run", "pets.yaml", ...shortened]);
    assert.equal(ran.code, 0, ran.stderr);
    assert.ok(existsSync(join(at.results, "pets", "report.html")));
  });

  it("writes a sweep on ImageNet weights for larger photos, which says what to set where they are not to be had", async function () {
    await photos(join(at.folder, "large"), ["a", "b"], 5, 120);
    const { code, stderr } = await init("large", "--to", "l.yaml");
    assert.equal(code, 0, stderr);
    const text = readFileSync(join(at.folder, "l.yaml"), "utf8");
    assert.match(text, /mobilenet_v2_1\.0/);
    // The key that the comment tells of is the one that a plan without the weights names.
    assert.match(text, /# weights: mobilenet/);
    const planned = await kdSweep(at, ["plan", "l.yaml"]);
    assert.match(planned.stdout, /weights/);
    if (!existsSync(weights)) return this.skip();
    const shortened = ["--set", "seeds=1", "--set", "training.epochs=1", "--set", "loss.type=[hard,kd]"];
    const ran = await kdSweep(at, ["run", "l.yaml", ...shortened, "--set", `teacher.weights=${weights}`]);
    assert.equal(ran.code, 0, ran.stderr);
  });

  it("never overwrites, nor follows a link to write elsewhere", async () => {
    await photos(join(at.folder, "some"), ["a", "b"], 2, 40);
    writeFileSync(join(at.folder, "mine.yaml"), "mine");
    symlinkSync(join(at.folder, "elsewhere.yaml"), join(at.folder, "link.yaml"));
    for (const file of ["mine.yaml", "link.yaml"]) {
      const { code, stderr } = await init("some", "--to", file);
      assert.equal(code, 1);
      assert.match(stderr, /expected a path where nothing is/);
    }
    assert.equal(readFileSync(join(at.folder, "mine.yaml"), "utf8"), "mine");
    assert.ok(!existsSync(join(at.folder, "elsewhere.yaml")));
    const folder = await init("some", "--to", "sub/");
    assert.equal(folder.code, 1);
    assert.match(folder.stderr, /sub\/: expected the path of a file, found that of a folder/);
    assert.equal(folder.stdout, "");
    const { code, stderr, stdout } = await init("some", "--to", "no/folder/x.yaml");
    assert.deepEqual([code, stdout], [1, ""], "before the photos are looked at");
    assert.match(stderr, /expected a path in a folder that is there/);
  });

  it("sends no control characters of a folder's name to the terminal", async () => {
    await photos(join(at.folder, "odd"), ["\u001b[2Jcats", "\u202edogs"], 2, 40);
    const { code, stdout } = await init("odd", "--to", "odd.yaml");
    assert.equal(code, 0);
    mkdirSync(join(at.folder, "odd", "\u001b[2Jbirds"));
    const refused = await init("odd", "--to", "odd-2.yaml");
    assert.equal(refused.code, 1);
    const printed = `${stdout}${refused.stderr}`.split("\n");
    assert.ok(
      printed.every((line) => !/[\p{Cc}\p{Cf}]/u.test(line)),
      JSON.stringify(printed),
    );
  });

  for (const [what, folder] of [
    ["nothing", "nowhere"],
    ["a file", "small.yaml"],
  ] as const) {
    it(`answers ${what} with a sentence and writes nothing`, async () => {
      const { code, stderr } = await init(folder, "--to", "none.yaml");
      assert.equal(code, 1);
      assert.match(stderr, /expected a folder with one folder of images per class/);
      assert.ok(!stderr.includes("    at "), stderr);
      assert.ok(!existsSync(join(at.folder, "none.yaml")));
    });
  }
});
