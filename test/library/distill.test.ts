import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { distill, losses, students, teachers, UserError } from "../../src/index.js";
import { keysInUse } from "../../src/artifacts/uses.js";
import { StudyReader } from "../../src/store/reader.js";
import { kdSweep, place, repository } from "../support/small-study.js";
import { temporaryFolder } from "../support/temporary.js";

const example = join(repository, "examples", "distill.js");

describe("kd-sweep as a library", () => {
  const folder = temporaryFolder();
  const before_ = process.env.KD_SWEEP_CACHE;
  before(() => {
    process.env.KD_SWEEP_CACHE = join(folder.path, "cache");
  });
  after(() => {
    if (before_ === undefined) delete process.env.KD_SWEEP_CACHE;
    else process.env.KD_SWEEP_CACHE = before_;
  });

  it("trains the student of a study's trial of the same settings, to the same bits", async () => {
    const epochs: number[] = [];
    const used: number[] = [];
    const student = await distill({
      dataset: { name: "petals", imageSize: 16, images: 80 },
      teacher: { epochs: 1 },
      loss: { type: "kd", temperature: 4 },
      training: { epochs: 2, batchSize: 16 },
      seed: 3,
      onEpoch: ({ epoch }) => {
        epochs.push(epoch);
        used.push(keysInUse(join(folder.path, "cache")).size);
      },
    });
    assert.deepEqual(epochs, [1, 2]);
    assert.deepEqual(used, [3, 3], "images, teacher and logits");
    assert.equal(keysInUse(join(folder.path, "cache")).size, 0);
    const at = place(
      folder.path,
      `
name: small
seeds: [3]
dataset: { name: petals, imageSize: 16, images: 80 }
teacher: { epochs: 1 }
loss: { type: kd, temperature: 4 }
training: { epochs: 2, batchSize: 16 }
`,
    );
    const run = await kdSweep(at, ["run", at.sweep]);
    assert.equal(run.code, 0, run.stderr);
    const reader = StudyReader.open(join(at.results, "small"));
    const snapshot = reader.snapshot();
    const [trial] = snapshot.trials;
    assert.equal(trial?.spec.id, student.trial.id);
    assert.deepEqual(snapshot.validationLogits(student.trial.id), student.validationLogits);
    assert.deepEqual({ ...trial.result?.final, seconds: 0 }, { ...student.metrics, seconds: 0 });
    reader.close();

    const saved = join(folder.path, "saved");
    student.save(saved);
    const kept = join(at.results, "small", "models", student.trial.id, "weights.bin");
    assert.ok(readFileSync(join(saved, "weights.bin")).equals(readFileSync(kept)));
    assert.throws(() => {
      student.save(saved);
    }, /EEXIST/);
    rmSync(join(saved, "model.json"));
    assert.throws(() => {
      student.save(saved);
    }, /EEXIST/);
    assert.deepEqual(readdirSync(saved), ["weights.bin"], "half a model is none");
  });

  it("names all that is wrong with its settings", async () => {
    const wrong = await distill({ loss: { type: "kdd" }, training: { epochs: 0 } }).catch((error: unknown) => error);
    assert.ok(wrong instanceof UserError);
    const paths = wrong.issues.map(({ path }) => path);
    assert.equal(paths.length, 2);
    assert.ok(paths[0]?.endsWith("loss.type") && paths[1]?.endsWith("training.epochs"), paths.join());
  });

  it("refuses what would be no one training", async () => {
    const options = { parameters: { "loss.type": { values: ["kd", "mse"] } } };
    const unknown = await distill(options as object).catch((error: unknown) => error);
    assert.ok(unknown instanceof UserError);
    assert.deepEqual(
      unknown.issues.map(({ path }) => path),
      ["parameters"],
    );
  });

  it("takes a teacher that is a table of logits", async () => {
    const rows = Array.from({ length: 60 }, (_, image) => `${image},${image % 5},0,1,0,0`);
    const table = join(folder.path, "logits.csv");
    writeFileSync(table, `path,0,1,2,3,4\n${rows.join("\n")}\n`);
    const student = await distill({
      dataset: { name: "petals", imageSize: 16, images: 60 },
      teacher: { logits: table },
      loss: { type: "kd" },
      training: { epochs: 1 },
    });
    assert.ok(student.metrics.val_kl !== null);
    assert.equal(student.trial.settings.teacher?.backbone, "logits");
  });

  it("names the inputs that are missing", async () => {
    const teacher = { backbone: "mobilenet_v2_1.0", weights: join(folder.path, "nowhere") };
    await assert.rejects(distill({ teacher }), /missing:[\s\S]*nothing at .*nowhere/);
  });

  it("ends with the signal's reason where it is aborted", async () => {
    const stop = new AbortController();
    const dataset = { name: "petals", imageSize: 16, images: 80 };
    const training = { epochs: 1000 };
    const onEpoch = (): void => {
      stop.abort("enough");
    };
    const started = distill({
      dataset,
      loss: { type: "hard" },
      training,
      signal: stop.signal,
      onEpoch,
    });
    await assert.rejects(started, (reason) => reason === "enough");
  });

  it("rejects with what onEpoch throws, also of the last epoch, and trains no further", async () => {
    for (const epochs of [1, 100_000]) {
      const started = distill({
        dataset: { name: "petals", imageSize: 16, images: 80 },
        loss: { type: "hard" },
        training: { epochs },
        onEpoch: () => {
          throw new Error("mine");
        },
      });
      await assert.rejects(started, /^Error: mine$/);
    }
  });

  it("lists what its settings may name", () => {
    assert.ok(losses.has("kd") && students.has("shallow") && teachers.has("mobilenet_v2_1.0"));
  });

  it("works as the example shows, which docs/library.md has", async () => {
    const text = readFileSync(example, "utf8");
    const code = text.split("\n").slice(1).join("\n").trim();
    assert.ok(readFileSync(join(repository, "docs", "library.md"), "utf8").includes(code));
    const { stdout } = await promisify(execFile)(process.execPath, [example], { cwd: folder.path });
    assert.match(stdout, /epoch 3: \d+\.\d %\nagrees with its teacher on \d+\.\d % of the validation images\n/);
    assert.deepEqual(readdirSync(join(folder.path, "my-student")).sort(), ["model.json", "weights.bin"]);
  });
});
