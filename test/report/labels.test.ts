import assert from "node:assert/strict";
import fc from "fast-check";
import { distinctWords, inWords, labelAll } from "../../src/report/labels.js";
import type { Value } from "../../src/trial/value.js";

function labels(...all: Readonly<Record<string, Value>>[]): string[] {
  return labelAll(
    all.map((parameters, index) => ({ configuration: `${index}00000000000000f`, parameters, fallback: "kd shallow" })),
  );
}

describe("labels", () => {
  it("say what tells configurations apart, and nothing else", () => {
    const found = labels(
      { "loss.type": "hard", "augmentation.type": "none" },
      { "loss.type": "kd", "loss.temperature": 4, "augmentation.type": "none" },
      { "loss.type": "kd_ce", "loss.temperature": 5, "loss.alpha": 0.9, "augmentation.type": "flip_crop" },
      { "loss.type": "kd_ce", "loss.temperature": 5, "loss.alpha": 0.5, "augmentation.type": "none" },
    );
    assert.deepEqual(found, ["hard", "kd τ=4", "kd_ce τ=5 α=0.9 + flip_crop", "kd_ce τ=5 α=0.5"]);
  });

  it("leave out what is the same for all that have it", () => {
    const found = labels({ "loss.type": "hard" }, { "loss.type": "kd", "loss.temperature": 4 });
    assert.deepEqual(found, ["hard", "kd"]);
  });

  it("leave out what most have, where much differs, and never what the loss is made of", () => {
    const base = {
      "student.type": "shallow",
      "optimizer.learningRate": 0.01,
      "teacher.backbone": "convnet",
      "dataset.imageSize": 64,
    };
    const found = labels(
      { ...base, "loss.type": "kd", "loss.temperature": 4 },
      { ...base, "loss.type": "kd", "loss.temperature": 4, "student.type": "deep" },
      { ...base, "loss.type": "kd", "loss.temperature": 1, "teacher.backbone": "mobilenet" },
      { ...base, "loss.type": "hard", "optimizer.learningRate": 0.001 },
      { ...base, "loss.type": "hard", "dataset.imageSize": 128 },
    );
    assert.deepEqual(found, ["kd τ=4", "kd τ=4 deep", "kd τ=1 teacher=mobilenet", "hard lr=0.001", "hard 128 px"]);
  });

  it("leave out a null that most have, and name the others' value", () => {
    const differing = ["student.type", "optimizer.type", "dataset.imageSize", "teacher.backbone", "training.batchSize"];
    const base = Object.fromEntries(differing.map((name) => [name, "usual"]));
    const found = labels(
      { ...base, "training.clipNorm": 1 },
      ...differing.map((name) => ({ ...base, [name]: `other ${name}`, "training.clipNorm": null })),
    );
    assert.equal(found[0], "clipNorm=1");
    assert.ok(
      found.slice(1).every((label) => !label.includes("clipNorm")),
      found.join("; "),
    );
  });

  it("give whole numbers whole, and fractions six digits", () => {
    assert.deepEqual(labels({ "dataset.seed": 20240101 }, { "dataset.seed": 20240102 }), [
      "seed=20240101",
      "seed=20240102",
    ]);
    assert.equal(inWords({ "loss.alpha": 1 / 3 }), "α=0.333333");
  });

  it("are the same for equal values and others for others, also where long ones begin or paths end alike", () => {
    const layers = (end: string): Record<string, Value> => ({
      "student.layers": `conv 32, max_pool 2, conv 64, max_pool 2, ${end}`,
    });
    const model = (folder: string): Record<string, Value> => ({ "teacher.model": `/${folder}/model.json` });
    assert.deepEqual(
      distinctWords([layers("dense 64"), layers("dense 128"), layers("dense 64"), { "loss.type": "kd" }]),
      [
        "layers=…x_pool 2, conv 64, max_pool 2, dense 64",
        "layers=…_pool 2, conv 64, max_pool 2, dense 128",
        "layers=…x_pool 2, conv 64, max_pool 2, dense 64",
        "kd",
      ],
    );
    const kd = { "loss.type": "kd" };
    assert.deepEqual(distinctWords([kd, { ...kd, "augmentation.type": "none" }, { "augmentation.type": "none" }, {}]), [
      "kd",
      "kd",
      "no augmentation",
      "",
    ]);
    assert.deepEqual(distinctWords([model("a"), model("b"), model("a")]), [
      "teacher model=model.json (1)",
      "teacher model=model.json (2)",
      "teacher model=model.json (1)",
    ]);
  });

  it("do not depend on the order of the keys", () => {
    assert.equal(
      inWords({ "augmentation.type": "flip_crop", "loss.temperature": 4, "loss.type": "kd" }),
      inWords({ "loss.type": "kd", "loss.temperature": 4, "augmentation.type": "flip_crop" }),
    );
  });

  it("name augmentation alone, students, teachers and learning rates", () => {
    assert.deepEqual(labels({ "augmentation.type": "none" }, { "augmentation.type": "flip_crop" }), [
      "no augmentation",
      "flip_crop",
    ]);
    assert.equal(
      inWords({
        "teacher.labelSmoothing": 0.1,
        "loss.labelSmoothing": 0.2,
        "teacher.epochs": 5,
        "training.epochs": 10,
      }),
      "labelSmoothing=0.2 teacher epochs=5 teacher labelSmoothing=0.1 epochs=10",
    );
    const words = inWords({ "student.type": "deep", "teacher.backbone": "convnet", "optimizer.learningRate": 0.001 });
    assert.equal(words, "deep teacher=convnet lr=0.001");
    assert.equal(inWords({ "loss.warmup": 20, "dataset.imageSize": 64 }), "warmup=20 64 px");
  });

  it("fall back on the settings where nothing was swept", () => {
    assert.deepEqual(labels({}), ["kd shallow"]);
  });

  it("bring the others in where the telling ones do not suffice", () => {
    const found = labels({ "loss.type": "kd" }, { "loss.type": "kd", "loss.temperature": 4 }, { "loss.type": "hard" });
    assert.deepEqual(found, ["kd", "kd τ=4", "hard"]);
  });

  it("show of a path its last part only, and tell two paths of one name apart", () => {
    const found = labels({ "dataset.path": "/home/a/photos" }, { "dataset.path": "/home/b/photos" });
    assert.equal(new Set(found).size, 2);
    for (const label of found) assert.match(label, /^path=photos #/);
  });

  it("are never two alike, and never hold a control character", () => {
    const value = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer()),
    );
    const names = fc.constantFrom(
      "loss.type",
      "loss.temperature",
      "student.type",
      "augmentation.type",
      "x.path",
      "y.z",
    );
    const sweep = fc.uniqueArray(fc.dictionary(names, value), {
      maxLength: 8,
      selector: (each) => JSON.stringify(each),
    });
    fc.assert(
      fc.property(sweep, (all) => {
        const found = labels(...(all as Record<string, Value>[]));
        assert.equal(new Set(found).size, all.length);
        for (const label of found) assert.doesNotMatch(label, /[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
