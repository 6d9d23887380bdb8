import assert from "node:assert/strict";
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { StudyReader } from "../../src/store/reader.js";
import { kdSweep, place, type Place } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

const sweep = `
name: small
seeds: 1
dataset: { name: petals, imageSize: 16, images: 80 }
training: { epochs: 2, batchSize: 16 }
parameters:
  optimizer.learningRate: { values: [0.01, 0.001] }
loss: { type: hard }
`;

describe("kd-sweep predict and export", () => {
  const folder = temporaryFolder();
  let at: Place;
  let study = "";
  before(async () => {
    at = place(folder.path, sweep);
    study = join(at.results, "small");
    const run = await kdSweep(at, ["run", at.sweep]);
    assert.equal(run.code, 0, run.stderr);
    const picture = { create: { width: 40, height: 30, channels: 3 as const, background: "#c03060" } };
    await sharp(picture).png().toFile(join(folder.path, "picture.png"));
    writeFileSync(join(folder.path, "text.jpg"), "no picture");
  });

  it("export writes the best trial's model, whole, and nothing over what is there", async () => {
    const exported = await kdSweep(at, ["export", study, "--best", "--to", "deep/exported"]);
    assert.equal(exported.code, 0, exported.stderr);
    const [trial = ""] = readdirSync(join(study, "models"));
    for (const name of ["model.json", "weights.bin"]) {
      const [kept, copy] = [join(study, "models", trial, name), join(folder.path, "deep", "exported", name)];
      assert.ok(readFileSync(kept).equals(readFileSync(copy)));
    }
    const again = await kdSweep(at, ["export", study, "--best", "--to", "deep/exported"]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /expected an empty folder or none, found files; --force replaces them/);
    const forced = await kdSweep(at, [
      "export",
      study,
      "--trial",
      trial.slice(0, 6),
      "--to",
      "deep/exported",
      "--force",
    ]);
    assert.equal(forced.code, 0, forced.stderr);
    assert.deepEqual(readdirSync(join(folder.path, "deep")), ["exported"]);
    const over = await kdSweep(at, ["export", study, "--best", "--to", study, "--force"]);
    assert.equal(over.code, 1);
    assert.ok(readdirSync(study).includes("study.sqlite"));
  });

  it("export fills the folder that is there, through a link or as the working folder, and never replaces it", async () => {
    const [real, here] = [join(folder.path, "real"), join(folder.path, "here")];
    for (const made of [real, here]) mkdirSync(made);
    symlinkSync(real, join(folder.path, "link"));
    const { ino } = statSync(here);
    for (const [to, cwd] of [
      ["link", folder.path],
      [".", here],
    ] as const) {
      const { code, stderr } = await kdSweep({ ...at, folder: cwd }, ["export", study, "--best", "--to", to]);
      assert.equal(code, 0, stderr);
    }
    assert.ok(lstatSync(join(folder.path, "link")).isSymbolicLink());
    assert.equal(statSync(here).ino, ino);
    const [trial = ""] = readdirSync(join(study, "models"));
    const kept = readdirSync(join(study, "models", trial)).sort();
    for (const made of [real, here]) assert.deepEqual(readdirSync(made).sort(), kept);
  });

  it("export refuses a folder of the model itself, and says in words what cannot be written", async () => {
    const [trial = ""] = readdirSync(join(study, "models"));
    for (const [to, code, expected] of [
      [
        join(study, "models", trial, "sub"),
        1,
        /expected a folder outside of the study's own model, found one in .*models/,
      ],
      [join(study, "models", trial), 1, /expected a folder outside/],
      [join(folder.path, "text.jpg", "sub"), 3, /^kd-sweep: cannot write .*sub: a file is in the way\n$/],
    ] as const) {
      const refused = await kdSweep(at, ["export", study, "--best", "--to", to, "--force"]);
      assert.equal(refused.code, code, refused.stderr);
      assert.match(refused.stderr, expected);
    }
  });

  it("export names the models that were kept where the asked one was not", async () => {
    const [kept = ""] = readdirSync(join(study, "models"));
    const other = await kdSweep(at, ["export", study, "--trial", "0000000000000000", "--to", "other"]);
    assert.equal(other.code, 1);
    assert.ok(other.stderr.includes(`found models of ${kept} alone`), other.stderr);
    const none = await kdSweep(at, ["export", study, "--to", "other"]);
    assert.match(none.stderr, /expected --best or --trial <id>, one of them/);
  });

  it("export refuses what is no study, and a damaged model, and writes nothing", async () => {
    const absent = await kdSweep(at, ["export", "absent", "--trial", "0000", "--to", "other"]);
    assert.equal(absent.code, 1);
    assert.match(absent.stderr, /absent: there is no such study folder/);
    const [trial = ""] = readdirSync(join(study, "models"));
    const weights = join(study, "models", trial, "weights.bin");
    const whole = readFileSync(weights);
    truncateSync(weights, 100);
    const damaged = await kdSweep(at, ["export", study, "--best", "--to", "other"]);
    writeFileSync(weights, whole);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stderr, /bytes of weights for a shallow student, found 100/);
    assert.ok(!readdirSync(folder.path).includes("other"));
  });

  it("predict gives the probabilities of the logits that the study keeps", async () => {
    const photos = join(folder.path, "photos");
    const images: string[] = [];
    for (const name of ["one", "two"]) {
      mkdirSync(join(photos, name), { recursive: true });
      for (let index = 0; index < 20; index++) {
        const path = join(photos, name, `${index}.png`);
        const background = { r: 12 * index, g: name === "one" ? 30 : 200, b: 90 };
        await sharp({ create: { width: 16, height: 16, channels: 3, background } })
          .png()
          .toFile(path);
        images.push(path);
      }
    }
    const below = join(folder.path, "own");
    mkdirSync(below);
    const dataset = "dataset: { name: image_folder, path: ../photos, imageSize: 16 }";
    const own = place(below, sweep.replace(/dataset: .*/, dataset));
    const run = await kdSweep({ ...own, cache: at.cache }, ["run", own.sweep]);
    assert.equal(run.code, 0, run.stderr);
    const results = join(own.results, "small");
    const { stdout } = await kdSweep(at, ["predict", results, ...images, "--json"]);
    const predicted = stdout
      .trim()
      .split("\n")
      .map((line) => Object.values((JSON.parse(line) as { probabilities: Record<string, number> }).probabilities));
    const reader = StudyReader.open(results);
    const logits = reader.snapshot().validationLogits(readdirSync(join(results, "models"))[0] ?? "") ?? [];
    reader.close();
    assert.ok(logits.length >= 4);
    for (let row = 0; row < logits.length; row += 2) {
      const stored = 1 / (1 + Math.exp((logits[row + 1] ?? NaN) - (logits[row] ?? NaN)));
      assert.ok(predicted.some(([first = NaN]) => Math.abs(first - stored) < 1e-5));
    }
  });

  it("predict names classes with probabilities that sum to 1, and images that it cannot use", async () => {
    const told = await kdSweep(at, ["predict", study, "picture.png", "text.jpg", "absent.jpg", "--json"]);
    assert.equal(told.code, 2);
    const [picture, text, absent] = told.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const { image, probabilities } = picture as { image: string; probabilities: Record<string, number> };
    assert.equal(image, "picture.png");
    assert.deepEqual(Object.keys(probabilities), ["cosmos", "daisy", "lily", "poppy", "primrose"]);
    const sum = Object.values(probabilities).reduce((total, one) => total + one, 0);
    assert.ok(Math.abs(sum - 1) < 1e-5);
    assert.deepEqual(text, { image: "text.jpg", reason: "expected JPEG, PNG or WebP, found other content" });
    assert.deepEqual(absent, { image: "absent.jpg", reason: "no such file" });

    const lines = await kdSweep(at, ["predict", study, "picture.png", "--top", "2"]);
    assert.equal(lines.code, 0, lines.stderr);
    assert.match(lines.stdout, /^picture\.png {2}\w+ \d+\.\d %, \w+ \d+\.\d %\n$/);
  });

  it("predict refuses what is no model, or a damaged one", async () => {
    const [trial = ""] = readdirSync(join(study, "models"));
    for (const [name, damage, expected] of [
      ["nothing", () => undefined, /expected a study's folder, .* or a kept model's, .*, found neither in this folder/],
      [
        "cut",
        (to: string) => {
          truncateSync(join(to, "weights.bin"), 100);
        },
        /bytes of weights for a shallow student, found 100/,
      ],
      [
        "text",
        (to: string) => {
          writeFileSync(join(to, "model.json"), "{");
        },
        /a model that kd-sweep kept/,
      ],
    ] as const) {
      const to = join(folder.path, name);
      mkdirSync(to);
      if (name !== "nothing") {
        for (const file of ["model.json", "weights.bin"])
          copyFileSync(join(study, "models", trial, file), join(to, file));
      }
      damage(to);
      const refused = await kdSweep(at, ["predict", name, "picture.png"]);
      assert.equal(refused.code, 1, refused.stderr);
      assert.match(refused.stderr, expected);
    }
    for (const [path, found] of [
      ["nowhere", "nothing"],
      ["picture.png", "a file"],
    ] as const) {
      const refused = await kdSweep(at, ["predict", path, "picture.png"]);
      assert.equal(refused.code, 1, refused.stderr);
      assert.match(refused.stderr, new RegExp(`^kd-sweep: ${path}: expected a study's folder, .*, found ${found}\n$`));
    }
  });
});
