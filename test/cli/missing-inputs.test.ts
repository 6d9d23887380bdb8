import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { StudyReader } from "../../src/store/reader.js";
import { kdSweep, place } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

const sweepText = `
name: small
seeds: 2
dataset: { imageSize: 16, path: photos }
loss: { type: hard }
training: { epochs: 1, batchSize: 16 }
parameters:
  dataset.name: { values: [petals, image_folder] }
baseline: { dataset.name: petals }
`;

describe("kd-sweep run without an input", function () {
  this.timeout(120_000);
  const at = place(temporaryFolder().path, sweepText);
  const photos = join(at.folder, "photos");

  function states(): string[] {
    const reader = StudyReader.open(join(at.results, "small"));
    const found = reader.snapshot().trials.map(({ spec, state }) => `${spec.settings.dataset.name} ${state}`);
    reader.close();
    return found;
  }

  async function photograph(name: string): Promise<void> {
    mkdirSync(join(photos, name), { recursive: true });
    for (let index = 0; index < 12; index++) {
      const background = { r: index * 20, g: name === "rose" ? 0 : 200, b: 90 };
      const image = sharp({ create: { width: 20, height: 20, channels: 3, background } });
      await image.png().toFile(join(photos, name, `${index}.png`));
    }
  }

  it("runs nothing where every trial lacks it, and says the same in plan and run", async () => {
    const lacking = ["--set", "dataset.name=image_folder", "--set", "baseline=null", "--name", "none"];
    const { code, stderr } = await kdSweep(at, ["run", at.sweep, ...lacking], {
      KD_SWEEP_CACHE: join(at.folder, "no"),
    });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /an input is missing; the 2 trials that need it wait, nothing can run/);
    assert.match(stderr, /\n {2}dataset\.path: expected a folder .*, found nothing at .*photos/);
    const planned = await kdSweep(at, ["plan", at.sweep, ...lacking]);
    assert.equal(planned.code, 0);
    assert.match(planned.stdout, /waits {5}seed 1\n/);
    assert.match(planned.stdout, /dataset\.path: expected a folder .*, found nothing at .*photos/);
  });

  it("trains the other trials, and the waiting ones once it is there", async () => {
    const first = await kdSweep(at, ["run", at.sweep]);
    assert.equal(first.code, 2, first.stderr);
    assert.match(first.stderr, /^kd-sweep: an input is missing; the 2 trials that need it wait, the others run/);
    assert.match(first.stderr, /2 trials wait for missing inputs/);
    assert.deepEqual(states(), ["petals complete", "image_folder waiting", "petals complete", "image_folder waiting"]);
    const page = readFileSync(join(at.results, "small", "report.html"), "utf8");
    assert.match(page, /Missing inputs[^]*dataset\.path: expected a folder/);

    await photograph("rose");
    await photograph("tulip");
    const second = await kdSweep(at, ["run", at.sweep]);
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /2 complete, 2 to run/);
    assert.deepEqual(states(), Array(2).fill(["petals complete", "image_folder complete"]).flat());
  });

  it("hides no result of it where it goes away again", async () => {
    renameSync(photos, `${photos}-gone`);
    const { code, stderr } = await kdSweep(at, ["run", at.sweep]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /an input is missing, which no unfinished trial needs/);
    assert.match(stderr, /4 complete, 0 to run/);
    assert.deepEqual(states(), Array(2).fill(["petals complete", "image_folder complete"]).flat());
  });
});
