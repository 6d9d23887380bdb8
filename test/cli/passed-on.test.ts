import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { readResults } from "../../src/report/results.js";
import { StudyReader } from "../../src/store/reader.js";
import { photos } from "../support/photos.js";
import { kdSweep, place, repository } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

describe("a study folder that is passed on", function () {
  this.timeout(120_000);
  const folder = temporaryFolder().path;
  const lab = join(folder, "lab");
  const throws =
    'export default { name: "throws", summary: "A loss.", revision: 1, needs: "labels", terms: () => { throw new Error("lost"); } };';
  const sweep = (photosAt: string): string => `
name: passed-on
seeds: 1
dataset: { name: image_folder, path: ${photosAt}, imageSize: 16 }
teacher: { backbone: convnet_s, epochs: 1 }
training: { epochs: 1, batchSize: 8 }
parameters:
  loss.type: { values: [hard, kd, ./throws.mjs] }
baseline: { loss.type: hard }
`;

  it("names no folder of its machine, nor the machine, and can be gone on with where it lies now", async () => {
    mkdirSync(lab);
    await photos(join(lab, "photos"), ["cats", "dogs"], 12, 24);
    writeFileSync(join(lab, "throws.mjs"), throws);
    const at = place(lab, sweep(join(lab, "photos")));
    const run = await kdSweep(at, ["run", at.sweep, "--set", `dataset.path=${join(lab, "photos")}`]);
    assert.equal(run.code, 2, run.stderr);

    const study = join(at.results, "passed-on");
    const passedOn = readdirSync(study, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== "study.log",
    );
    assert.ok(passedOn.length > 8);
    for (const { name, parentPath } of passedOn) {
      const text = readFileSync(join(parentPath, name), "latin1");
      for (const secret of [folder, repository, homedir()])
        assert.ok(!text.includes(secret), `${name} names ${secret}`);
      // A short name stands by chance among other bytes.
      const isText = /\.(csv|html|json|md)$/.test(name);
      assert.ok(!isText || !new RegExp(`\\b${hostname()}\\b`).test(text), `${name} names the machine`);
    }

    const there = join(folder, "there");
    renameSync(lab, there);
    const moved = place(there, sweep(join(there, "photos")));
    const again = await kdSweep(moved, ["run", moved.sweep]);
    assert.equal(again.code, 2, again.stderr);
    const reader = StudyReader.open(join(moved.results, "passed-on"));
    const attempts = reader.snapshot().trials.map((trial) => [trial.state, trial.attempts.length]);
    reader.close();
    assert.deepEqual(attempts, [
      ["complete", 1],
      ["complete", 1],
      ["failed", 1],
    ]);
    const verified = await kdSweep(moved, ["verify", join(moved.results, "passed-on")]);
    assert.equal(verified.code, 0, verified.stderr);
  });

  it("finds the logits of photos that changed their names, and does the work of another table again", async () => {
    const home = join(folder, "renamed");
    mkdirSync(home);
    await photos(join(home, "photos"), ["cats", "dogs"], 12, 24);
    /** A row that tells its photo, under the name that this has. */
    const table = (nameOf: (name: string) => string): string =>
      ["cats", "dogs"]
        .flatMap((cls) =>
          Array.from({ length: 12 }, (_, i) => `${cls}/${nameOf(`${i}.jpg`)},${i},${cls.length + 2 * i}`),
        )
        .join("\n");
    writeFileSync(
      join(home, "logits.csv"),
      table((name) => name),
    );
    const at = place(
      home,
      `
name: renamed
seeds: 1
dataset: { name: image_folder, path: photos, imageSize: 16 }
teacher: { logits: logits.csv }
training: { epochs: 1, batchSize: 8 }
parameters:
  loss.type: { values: [hard, kd] }
`,
    );
    const teacherOf = (): { readonly tables: readonly string[]; readonly trials: ReadonlyMap<unknown, string> } => {
      const reader = StudyReader.open(join(at.results, "renamed"));
      const snapshot = reader.snapshot();
      const { artifacts, trials } = snapshot;
      assert.equal(readResults(snapshot).teachers.length, 1);
      reader.close();
      const tables = artifacts.flatMap(({ checksum, details }) => (details.kind === "teacher" ? [checksum] : []));
      return { tables, trials: new Map(trials.map(({ spec }) => [spec.settings.loss.type, spec.id])) };
    };
    assert.equal((await kdSweep(at, ["run", at.sweep])).code, 0);
    const before = teacherOf();

    for (const [from, to] of [["0.jpg", "x.jpg"], ["1.jpg", "0.jpg"], ["x.jpg", "1.jpg"], ["5.jpg", "new.jpg"]] as const) {
      renameSync(join(home, "photos", "cats", from), join(home, "photos", "cats", to));
      renameSync(join(home, "photos", "dogs", from), join(home, "photos", "dogs", to));
    } // prettier-ignore
    const unlike = await kdSweep(at, ["run", at.sweep]);
    assert.equal(unlike.code, 2, unlike.stderr);
    assert.match(unlike.stderr, /none for 2 of them \(.*new\.jpg/);

    const nameNow = new Map([["0.jpg", "1.jpg"], ["1.jpg", "0.jpg"], ["5.jpg", "new.jpg"]]); // prettier-ignore
    writeFileSync(
      join(home, "logits.csv"),
      table((name) => nameNow.get(name) ?? name),
    );
    const again = await kdSweep(at, ["run", at.sweep]);
    assert.equal(again.code, 0, again.stderr);
    const after = teacherOf();
    assert.equal(after.trials.get("hard"), before.trials.get("hard"));
    assert.notEqual(after.trials.get("kd"), before.trials.get("kd"));
    // The same rows for the same photos: the same teacher, under whatever names.
    assert.deepEqual(new Set(after.tables), new Set(before.tables));
  });

  it("keeps its teacher, charts and photos where only the photos and the logits are moved", async () => {
    const home = join(folder, "home");
    mkdirSync(home);
    await photos(join(home, "photos"), ["cats", "dogs"], 12, 24);
    const rows = ["cats", "dogs"].flatMap((name) => Array.from({ length: 12 }, (_, i) => `${name}/${i}.jpg,${i},2`));
    writeFileSync(join(home, "logits.csv"), ["path,cats,dogs", ...rows].join("\n"));
    const text = `
name: moved
seeds: 1
dataset: { name: image_folder, path: photos, imageSize: 16 }
teacher: { logits: logits.csv }
training: { epochs: 1, batchSize: 8 }
parameters:
  loss.type: { values: [hard, kd] }
baseline: { loss.type: hard }
`;
    const at = place(home, text);
    const study = join(at.results, "moved");
    assert.equal((await kdSweep(at, ["run", at.sweep])).code, 0);
    /** The charts, the headings and pictures of the page, and the figures. */
    const report = (): unknown => [
      readdirSync(join(study, "charts")).sort(),
      readFileSync(join(study, "report.html"), "utf8").match(/<h\d[^>]*>[^<]*|<img alt="[^"]*"/g),
      readFileSync(join(study, "summary.csv"), "utf8"),
    ];
    const before = report();

    mkdirSync(join(home, "elsewhere"));
    for (const name of ["photos", "logits.csv"]) renameSync(join(home, name), join(home, "elsewhere", name));
    const set = ["--set", "dataset.path=elsewhere/photos", "--set", "teacher.logits=elsewhere/logits.csv"];
    const again = await kdSweep(at, ["run", at.sweep, ...set]);
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(report(), before);
    assert.match(JSON.stringify(before), /<img/);
    const verified = await kdSweep(at, ["verify", study]);
    assert.equal(verified.code, 0, verified.stderr);
  });
});
