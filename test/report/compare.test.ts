import assert from "node:assert/strict";
import fc from "fast-check";
import { compare, formatComparison, plannedComparison, remarks, type Comparison } from "../../src/report/compare.js";
import { readResults } from "../../src/report/results.js";
import { UserError } from "../../src/trial/issue.js";
import type { Value } from "../../src/trial/value.js";
import { around, gridStudy, studyOf, typicalStudy, withLogits, withTest, type Configuration } from "./study.js";

type Assigned = Readonly<Record<string, Value>>;

function shape({ blocks }: Comparison): (readonly [string, ...string[]])[] {
  return blocks.map(({ label, rows }) => [label, ...rows.map((row) => row.label)] as const);
}

/** What is said of the comparison, not of the data that all of these tests use. */
function notesOf({ notes }: Comparison): string[] {
  return notes.filter((note) => !note.startsWith("Synthetic data"));
}

describe("paths that end alike", () => {
  const model = (folder: string, ...outcomes: number[]): Configuration => ({
    parameters: { "teacher.model": `/${folder}/model.json` },
    outcomes,
  });
  const study = studyOf([model("a", 0.5, 0.6, 0.7), model("b", 0.6, 0.65, 0.8)], { baseline: null });
  const by = "teacher.model";

  it("are told apart where they are given whole, and meant together by their last part", () => {
    const of = (where: string): number =>
      compare(study, { by, where: { [by]: [where] } }).blocks.flatMap(({ rows }) => rows).length;
    assert.deepEqual([of("/a/model.json"), of("/b/model.json"), of("model.json")], [0, 0, 2]);
    const held = compare(study, { by, baseline: { [by]: "/b/model.json" } });
    const differences = held.blocks.flatMap(({ rows }) => rows.flatMap(({ difference }) => difference?.mean ?? []));
    assert.equal(differences.length, 1);
    assert.ok(differences[0]! < 0, "a is the worse one");
  });
});

describe("values that begin alike", () => {
  it("are told apart in rows and groups", () => {
    const layers = (end: number, type: string): Configuration => ({
      parameters: {
        "student.layers": `conv 32, max_pool 2, conv 64, max_pool 2, dense ${end}`,
        "loss.type": type,
      },
      outcomes: [0.5, 0.6],
    });
    const study = studyOf([layers(64, "hard"), layers(128, "hard"), layers(64, "kd"), layers(128, "kd")]);
    const [short, long] = [
      "layers=…x_pool 2, conv 64, max_pool 2, dense 64",
      "layers=…_pool 2, conv 64, max_pool 2, dense 128",
    ];
    assert.deepEqual(shape(compare(study, { by: "student.layers" })), [
      ["hard", short, long],
      ["kd", short, long],
    ]);
    assert.deepEqual(shape(compare(study, { by: "loss.type" })), [
      [short, "hard", "kd"],
      [long, "hard", "kd"],
    ]);
  });
});

describe("a comparison by a metric that not all losses share", () => {
  it("says that objectives of other losses have other scales", () => {
    const study = typicalStudy();
    assert.match(
      notesOf(compare(study, { by: "loss.type", metric: "val_loss" })).join(),
      /^Each configuration's own obj/,
    );
    assert.deepEqual(notesOf(compare(study, { by: "loss.type" })), []);
    assert.deepEqual(notesOf(compare(study, { by: "augmentation.type", metric: "val_loss" })), []);
  });

  it("counts the finished seeds of what lacks it", () => {
    const study = studyOf(
      [
        { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6, 0.7] },
        { parameters: { "loss.type": "kd" }, outcomes: [0.5, 0.6, "failed"] },
        { parameters: { "loss.type": "mse" }, outcomes: [0.5, 0.6, 0.7] },
      ],
      { metric: "val_kl", baseline: 0 },
    );
    const lines = formatComparison(compare(study, { by: "loss.type" }), "table").split("\n");
    const seeds = (start: string): string | undefined =>
      lines.find((line) => line.startsWith(start))?.split(/ {2,}/)[1];
    assert.deepEqual(["hard", "kd", "mse"].map(seeds), ["3", "2 of 3", "3"]);
  });
});

describe("compare", () => {
  it("stands equal configurations side by side, once per group of the others", () => {
    assert.deepEqual(shape(compare(typicalStudy(), { by: "loss.type" })), [
      ["τ=1", "hard", "kd", "mse"],
      ["τ=4", "hard", "kd", "kd_ce", "mse"],
      ["τ=10", "hard", "kd", "mse"],
    ]);
    assert.deepEqual(shape(compare(typicalStudy(), { by: "loss.temperature" })), [["kd", "τ=1", "τ=4", "τ=10"]]);
    const augmentation = compare(typicalStudy(), { by: "augmentation.type" });
    assert.deepEqual(shape(augmentation), [["kd_ce τ=4", "no augmentation", "flip_crop"]]);
    assert.deepEqual(augmentation.alone, ["hard", "kd τ=1", "kd τ=4", "kd τ=10", "mse"]);
  });

  it("gives the mean, deviation, interval and paired difference of worked numbers", () => {
    const study = studyOf([
      { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6, 0.7] },
      { parameters: { "loss.type": "kd" }, outcomes: [0.7, 0.7, 1] },
    ]);
    const [, kd] = compare(study, { by: "loss.type" }).blocks[0]!.rows;
    const close = (actual: number | null | undefined, expected: number): void => {
      assert.ok(actual != null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
    };
    // kd: mean 0.8, squares (0.01 + 0.01 + 0.04) / 2; differences 0.2, 0.1, 0.3: mean 0.2, deviation 0.1
    const t = 4.302652729911275; // 0.95 * sqrt(2 / (1 - 0.95^2))
    close(kd?.summary?.mean, 0.8);
    close(kd?.summary?.standardDeviation, Math.sqrt(0.03));
    close(kd?.summary?.interval?.high, 0.8 + t * Math.sqrt(0.03 / 3));
    close(kd?.difference?.mean, 0.2);
    close(kd?.difference?.interval?.low, 0.2 - (t * 0.1) / Math.sqrt(3));
  });

  it("refers to the baseline where it stands in the group, else to the first of the plan", () => {
    const study = studyOf(
      [
        { parameters: { "loss.type": "kd", "student.type": "shallow" }, outcomes: [0.5] },
        { parameters: { "loss.type": "hard", "student.type": "shallow" }, outcomes: [0.5] },
        { parameters: { "loss.type": "kd", "student.type": "deep" }, outcomes: [0.5] },
        { parameters: { "loss.type": "hard", "student.type": "deep" }, outcomes: [0.5] },
      ],
      { baseline: 1 },
    );
    const comparison = compare(study, { by: "loss.type" });
    assert.deepEqual(shape(comparison), [
      ["shallow", "hard", "kd"],
      ["deep", "kd", "hard"],
    ]);
    assert.match(formatComparison(comparison, "table"), /mean +to reference/);
    const shallow = compare(study, { by: "loss.type", where: { "student.type": ["shallow"] } });
    assert.match(formatComparison(shallow, "table"), /mean +to baseline/);
  });

  it("keeps parameters of one value alone as rows of their own, each against the same reference", () => {
    const kd = (temperature: number): Configuration => ({
      parameters: { "loss.type": "kd", "loss.temperature": temperature },
      outcomes: [0.5],
    });
    const hard: Configuration = { parameters: { "loss.type": "hard" }, outcomes: [0.5] };
    assert.deepEqual(shape(compare(studyOf([hard, kd(1), kd(5)]), { by: "loss.type" })), [
      ["", "hard", "kd τ=1", "kd τ=5"],
    ]);
    const first = compare(studyOf([kd(1), kd(5), hard], { baseline: null }), { by: "loss.type" });
    assert.deepEqual(shape(first), [
      ["against kd τ=1", "kd", "hard"],
      ["against kd τ=5", "kd", "hard"],
    ]);
  });

  it("compares on the last validation batch alone where that is asked for by name, as the article's evaluation did", () => {
    const study = withLogits(typicalStudy());
    const comparison = compare(study, { by: "loss.type", metric: "val_accuracy_last_batch" });
    const labels = study.artifacts.flatMap(({ details }) =>
      details.kind === "images" ? details.validationLabels : [],
    );
    const count = labels.length % 64;
    assert.ok(count > 0 && count < labels.length);
    const [trial] = study.trials;
    const logits = study.validationLogits(trial!.spec.id)!;
    const right = labels.slice(-count).filter((label, index) => {
      const image = labels.length - count + index;
      const row = [...logits.subarray(5 * image, 5 * image + 5)];
      return row.indexOf(Math.max(...row)) === label;
    });
    const rows = comparison.blocks.flatMap(({ rows: all }) => all);
    const own = rows.find(({ configuration }) => configuration === trial!.spec.configuration);
    assert.equal(own?.replicates[0]?.value, right.length / count);
    assert.ok(
      rows.every(({ replicates }) => replicates.every(({ value }) => Number.isInteger(+(value * count).toFixed(9)))),
    );
    assert.match(comparison.notes.at(-1)!, new RegExp(`last validation batch alone \\(${count} images`));
    assert.match(formatComparison(comparison, "table"), /validation accuracy on the last batch alone \(%\)/);
    const whole = compare(study, { by: "loss.type" });
    assert.equal(whole.metric, "val_accuracy");
    assert.notDeepEqual(whole.blocks[0]?.rows[0]?.summary, comparison.blocks[0]?.rows[0]?.summary);
  });

  it("compares by any metric and keeps to `where`", () => {
    const comparison = compare(typicalStudy(), {
      by: "loss.type",
      metric: "val_ece",
      where: { "loss.temperature": ["4"] },
    });
    assert.equal(comparison.metric, "val_ece");
    assert.equal(comparison.goal, "minimize");
    assert.deepEqual(
      shape(comparison),
      [["", "kd", "kd_ce"]].map(([, ...rows]) => ["τ=4", ...rows]),
    );
  });

  it("compares accuracies on the test split, which have no logits, where there is one", () => {
    const study = withTest(withLogits(typicalStudy()), ({ val_accuracy }) => val_accuracy - 0.1);
    const options = { by: "loss.type", where: { "loss.type": ["hard", "kd"] } };
    const [validation, test] = [compare(study, options), compare(study, { ...options, metric: "test_accuracy" })];
    const [, own] = test.blocks[0]!.rows;
    const [, other] = validation.blocks[0]!.rows;
    assert.ok(Math.abs(own!.summary!.mean - (other!.summary!.mean - 0.1)) < 1e-12);
    assert.ok(Math.abs(own!.evidence!.seeds!.p - other!.evidence!.seeds!.p) < 1e-9);
    assert.equal(own!.evidence!.bootstrap, null);
    assert.match(
      formatComparison(test, "markdown"),
      /test accuracy \(%\).*On the test split, which no choice looked at/s,
    );
    assert.throws(
      () => compare(typicalStudy(), { ...options, metric: "test_accuracy" }),
      (error) =>
        error instanceof UserError && /^--metric: .*test split, found none; dataset\.testFraction/.test(error.message),
    );
  });

  it("keeps by `where` also what has the value without sweeping it", () => {
    const rate = (learningRate: number): Configuration => ({
      parameters: { "loss.type": "hard", "optimizer.learningRate": learningRate },
      outcomes: [0.5],
    });
    const kd = {
      parameters: { "loss.type": "kd" },
      outcomes: [0.6],
      settings: { optimizer: { type: "adam", learningRate: 0.01 } },
    };
    const options = { by: "loss.type", where: { "optimizer.learningRate": [0.01] } };
    assert.deepEqual(shape(compare(studyOf([rate(0.001), rate(0.01), kd]), options)), [["", "hard", "kd"]]);
  });

  it("compares parameters together that were swept together, and says so where one alone is asked for", () => {
    const share = (alpha: number, beta: number, temperature: number, accuracy: number): Configuration => ({
      parameters: {
        "loss.type": "kd_ce",
        "loss.temperature": temperature,
        "loss.alpha": alpha,
        "loss.beta": beta,
      },
      outcomes: [accuracy, accuracy + 0.1],
    });
    const study = studyOf(
      [
        { parameters: { "loss.type": "hard" }, outcomes: [0.4, 0.5] },
        ...[1, 5].flatMap((τ) => [share(0.1, 0.9, τ, 0.5), share(0.5, 0.5, τ, 0.6), share(0.9, 0.1, τ, 0.7)]),
      ],
      { baseline: 0 },
    );
    const together = compare(study, { by: ["loss.alpha", "loss.beta"] });
    assert.deepEqual(shape(together), [
      ["kd_ce τ=1", "α=0.1 β=0.9", "α=0.5 β=0.5", "α=0.9 β=0.1"],
      ["kd_ce τ=5", "α=0.1 β=0.9", "α=0.5 β=0.5", "α=0.9 β=0.1"],
    ]);
    assert.deepEqual(notesOf(together), []);
    const three = compare(study, { by: ["loss.alpha", "loss.temperature", "loss.type"] });
    assert.deepEqual(notesOf(three), ["Configurations left out: 1 without loss.alpha, 1 without loss.temperature."]);
    assert.deepEqual(together.blocks[0]!.rows[2]!.values, { "loss.alpha": 0.9, "loss.beta": 0.1 });
    assert.match(formatComparison(together, "table"), /^loss\.alpha, loss\.beta +seeds +mean/m);
    assert.match(formatComparison(together, "csv"), /^others,"loss\.alpha,loss\.beta",reference,/);

    const alone = compare(study, { by: "loss.alpha" });
    assert.deepEqual(shape(alone), []);
    assert.deepEqual(notesOf(alone), [
      "No two differ in loss.alpha alone: loss.beta differs too; --by loss.alpha,loss.beta compares them together.",
    ]);
    const fixed = compare(study, { by: "loss.alpha", where: { "loss.alpha": [0.9] } });
    assert.deepEqual([shape(fixed), notesOf(fixed)], [[], []]);
    const hard = compare(study, { by: "loss.alpha", where: { "loss.type": ["hard"] } });
    assert.deepEqual(notesOf(hard), ["Configurations left out: 1 without loss.alpha."]);
  });

  it("names what differs together also beside groups that others make, and of more than two", () => {
    const of = (type: string, alpha: number, more: Assigned): Configuration => ({
      parameters: { "loss.type": type, "loss.alpha": alpha, ...more },
      outcomes: [0.5],
    });
    const coupled = (alpha: number, temperature: number): Configuration =>
      of("kd_ce", alpha, { "loss.beta": 1 - alpha, "loss.temperature": temperature });
    const study = studyOf([
      of("kd_mse", 0.25, {}),
      of("kd_mse", 0.75, {}),
      coupled(0.25, 1),
      coupled(0.75, 2),
      of("dkd", 0.9, { "augmentation.type": "flip_crop" }),
    ]);
    const comparison = compare(study, { by: "loss.alpha" });
    assert.deepEqual(shape(comparison), [["kd_mse", "α=0.25", "α=0.75"]]);
    assert.deepEqual(notesOf(comparison), [
      "Of those with nothing to compare with, no two differ in loss.alpha alone: loss.beta and loss.temperature differ too; " +
        "--by loss.alpha,loss.beta,loss.temperature compares them together.",
    ]);
    const unbalanced = compare(typicalStudy(), { by: "augmentation.type" });
    assert.deepEqual(notesOf(unbalanced), []);
  });

  it("takes several values of a setting, one that is fixed too, and lists its values where none has the wanted", () => {
    const study = typicalStudy();
    const some = compare(study, {
      by: "loss.type",
      where: { "loss.type": ["kd", "mse"], "student.type": ["shallow"] },
    });
    assert.deepEqual(
      some.blocks.map(({ rows }) => rows.map(({ label }) => label)),
      [
        ["kd", "mse"],
        ["kd", "mse"],
        ["kd", "mse"],
      ],
    );
    const refused = (where: Record<string, Value[]>, message: string): void => {
      assert.throws(() => compare(study, { by: "loss.type", where }), new UserError(message));
    };
    refused(
      { "loss.temperature": [4, 5] },
      "--where: expected a value that loss.temperature takes here (1, 4, 10), found 5",
    );
    refused(
      { "loss.type": ["hard"], "loss.temperature": [4] },
      "--where: expected what a configuration fulfils together, found loss.type hard with loss.temperature 4",
    );
    refused(
      { "student.type": ["deep"] },
      "--where: expected a value that student.type takes here (shallow), found deep",
    );
    assert.throws(
      () => compare(study, { by: "loss.type", where: { "teacher.seed": [1] } }),
      /--where: teacher\.seed is not a setting of these configurations/,
    );
  });

  it("keeps a baseline that is asked for as the reference before it has a result", () => {
    const study = studyOf(
      [
        { parameters: { "loss.type": "kd" }, outcomes: [0.6, 0.8] },
        { parameters: { "loss.type": "mse" }, outcomes: ["waiting", "waiting"] },
      ],
      { baseline: null },
    );
    const configurations = [...new Set(study.plan.trials.map(({ configuration }) => configuration))];
    const planned = { name: null, by: "loss.type", where: {}, sweep: "test-data", configurations };
    const own = { ...planned, baseline: { "loss.type": "mse" } };
    const [block] = plannedComparison(readResults(study), own).blocks;
    assert.deepEqual(
      block!.rows.map(({ label, isReference }) => [label, isReference]),
      [
        ["mse", true],
        ["kd", false],
      ],
    );
  });

  it("names its groups without what most configurations have, as the configurations are named", () => {
    const usual = {
      "student.type": "shallow",
      "teacher.backbone": "a",
      "optimizer.learningRate": 0.01,
      "training.epochs": 10,
    };
    const of = (type: string, temperature: number, other = {}): Configuration => ({
      parameters: { ...usual, "loss.type": type, "loss.temperature": temperature, ...other },
      outcomes: [0.5],
    });
    const all = [of("kd", 1), of("kd", 5), of("mse", 1), of("mse", 5)];
    const rare = [{ "student.type": "deep" }, { "teacher.backbone": "b" }, { "optimizer.learningRate": 0.1 }, { "training.epochs": 5 }]; // prettier-ignore
    const study = studyOf([
      ...all,
      ...rare.map((other) => of("kd", 1, other)),
      of("mse", 1, { "student.type": "deep" }),
    ]);
    assert.deepEqual(
      compare(study, { by: "loss.type" }).blocks.map(({ label }) => label),
      ["τ=1", "τ=5", "τ=1 deep"],
    );
  });

  it("refers to the first that has a result where there is no baseline", () => {
    const study = studyOf(
      [
        { parameters: { "loss.type": "mse" }, outcomes: ["failed", "failed"] },
        { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6] },
        { parameters: { "loss.type": "kd" }, outcomes: [0.6, 0.8] },
      ],
      { baseline: null },
    );
    const [block] = compare(study, { by: "loss.type" }).blocks;
    assert.deepEqual(
      block!.rows.map(({ label, isReference, difference }) => [label, isReference, difference !== null]),
      [
        ["hard", true, false],
        ["mse", false, false],
        ["kd", false, true],
      ],
    );
  });

  it("refers to the first that has the metric where the baseline has none, and says so", () => {
    const comparison = compare(typicalStudy(), { by: "loss.type", metric: "val_kl" });
    assert.deepEqual(shape(comparison), [
      ["τ=1", "kd", "hard", "mse"],
      ["τ=4", "kd", "hard", "kd_ce", "mse"],
      ["τ=10", "kd", "hard", "mse"],
    ]);
    assert.ok(
      comparison.blocks.every(({ rows: [reference, hard, other] }) => {
        return reference!.isReference && hard!.difference === null && other!.difference !== null;
      }),
    );
    assert.equal(comparison.toBaseline, false);
    assert.deepEqual(notesOf(comparison), [
      "Finished without KL from teacher to student, so never the reference: hard.",
    ]);
    const asked = compare(typicalStudy(), { by: "loss.type", metric: "val_kl", baseline: { "loss.type": "hard" } });
    assert.deepEqual(notesOf(asked), [
      "Finished without KL from teacher to student, so nothing can be held against it (--baseline names another): hard.",
    ]);
  });

  it("refuses a parameter that was not swept and lists those that were, the nearest first", () => {
    const refusal = (options: Parameters<typeof compare>[1]): UserError => {
      try {
        compare(typicalStudy(), options);
      } catch (error) {
        assert.ok(error instanceof UserError);
        return error;
      }
      throw new Error("it was not refused");
    };
    assert.match(refusal({ by: "loss.temprature" }).message, /loss\.temprature is not .* one of loss\.temperature, /);
    assert.match(refusal({ by: "temperature" }).message, /one of loss\.temperature, /);
    assert.match(refusal({ by: ["loss.type", "tau"] }).message, /^--by: tau is not /);
    assert.match(refusal({ by: "loss.type", metric: "accuracy" }).message, /--metric.*val_accuracy/);
    assert.match(refusal({ by: "loss.type", where: { nothing: [1] } }).message, /--where: nothing/);
  });

  it("never sets two configurations against each other that differ in another parameter that both have", () => {
    const names = ["loss.type", "p", "q", "r"] as const;
    const parameters = fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 0, max: 2 })])), {
      requiredKeys: ["loss.type"],
    });
    const sweep = fc.uniqueArray(parameters, {
      minLength: 1,
      maxLength: 25,
      selector: (each) => names.map((name) => each[name]).join(),
    });
    fc.assert(
      fc.property(sweep, (all) => {
        const configurations = all.map((each): Configuration => ({ parameters: each as Assigned, outcomes: [0.5] }));
        const study = studyOf(configurations, { parameters: names, baseline: null });
        const of = new Map(study.trials.map(({ spec }) => [spec.configuration, spec.parameters]));
        const comparison = compare(study, { by: "loss.type" });
        for (const { rows } of comparison.blocks) {
          const parametersOf = rows.map((row) => of.get(row.configuration)!);
          const [reference, ...others] = parametersOf;
          assert.ok(others.length > 0);
          for (const other of others) assert.notEqual(other["loss.type"], reference!["loss.type"]);
          for (const one of parametersOf) {
            for (const other of parametersOf) {
              if (one["loss.type"] === other["loss.type"]) continue;
              for (const name of ["p", "q", "r"]) {
                if (name in one && name in other) assert.equal(one[name], other[name]);
              }
            }
          }
          assert.equal(new Set(rows.map((row) => row.configuration)).size, rows.length);
        }
        const compared = new Set(comparison.blocks.flatMap(({ rows }) => rows.map((row) => row.configuration)));
        assert.equal(compared.size + comparison.alone.length, all.length);
      }),
    );
  });
});

describe("a baseline that is named", () => {
  const pair = (student: string, hard: number, kd: number): Configuration[] => [
    { parameters: { "student.type": student, "loss.type": "hard" }, outcomes: [hard, hard + 0.1] },
    { parameters: { "student.type": student, "loss.type": "kd" }, outcomes: [kd, kd + 0.1] },
  ];
  const study = studyOf([...pair("shallow", 0.5, 0.6), ...pair("deep", 0.4, 0.7)], { baseline: null });

  it("is completed from each row", () => {
    const { blocks, toBaseline } = compare(study, { by: "student.type", baseline: { "loss.type": "hard" } });
    assert.ok(toBaseline);
    const rows = blocks.flatMap((block) => block.rows);
    assert.deepEqual(
      rows.map(({ against, difference }) => [against, difference === null ? null : Number(difference.mean.toFixed(9))]),
      [
        [null, null],
        [null, null],
        ["hard shallow", 0.1],
        ["hard deep", 0.3],
      ],
    );
  });

  it("comes first in its group, whatever the plan's order", () => {
    const { blocks } = compare(study, { by: "loss.type", baseline: { "loss.type": "kd" } });
    assert.deepEqual(
      blocks.map(({ rows }) => rows.map(({ label }) => label)),
      [
        ["kd", "hard"],
        ["kd", "hard"],
      ],
    );
  });

  it("leaves alone the rows that it does not fit and names them", () => {
    const more = { parameters: { "student.type": "wide", "loss.type": "kd" }, outcomes: [0.6, 0.7] };
    const wide = studyOf([...pair("shallow", 0.5, 0.6), ...pair("deep", 0.4, 0.7), more], { baseline: null });
    const comparison = compare(wide, { by: "student.type", baseline: { "loss.type": "hard" } });
    const rows = comparison.blocks
      .flatMap((block) => block.rows)
      .filter(({ values }) => values["student.type"] === "wide");
    assert.deepEqual(
      rows.map(({ isReference, against, difference, evidence }) => [isReference, against, difference, evidence]),
      [[false, null, null, null]],
    );
    assert.deepEqual(notesOf(comparison), [
      "Held against nothing, as loss.type=hard does not fit one configuration for it: kd wide.",
    ]);
    assert.match(formatComparison(comparison, "table"), /^wide +2 +65\.0 \(sd 7\.1\) +–$/m);
  });

  it("is refused where it fits no or several configurations", () => {
    const refused = (baseline: Record<string, string>, message: RegExp): void => {
      assert.throws(
        () => compare(study, { by: "loss.type", baseline }),
        (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, message);
          return true;
        },
      );
    };
    refused(
      { "loss.type": "mse" },
      /--baseline: expected loss\.type=mse to fit one configuration for .*, found no configuration/,
    );
    refused({ "nothing.type": "x" }, /--baseline: nothing\.type is not a parameter/);
    const kd = (temperature: number): Configuration => ({
      parameters: { "loss.type": "kd", "loss.temperature": temperature },
      outcomes: [0.5],
    });
    const several = studyOf([{ parameters: { "loss.type": "hard" }, outcomes: [0.5] }, kd(1), kd(5)]);
    assert.throws(
      () => compare(several, { by: "loss.type", baseline: { "loss.type": "kd" } }),
      /found 2 configurations \(kd τ=1; kd τ=5\)/,
    );
  });
});

describe("a comparison's formats", () => {
  const comparison = compare(withLogits(typicalStudy()), { by: "loss.type" });

  it("fit 100 columns as a table", () => {
    for (const study of [typicalStudy(), withLogits(typicalStudy()), withLogits(gridStudy(2, 2, 3))]) {
      const table = formatComparison(compare(study, { by: "loss.type" }), "table");
      for (const line of table.split("\n")) assert.ok(line.length <= 100, line);
    }
    assert.match(formatComparison(comparison, "table"), /hard \(baseline\) +3 +[\d.]+ ±[\d.]+ +reference/);
  });

  it("say on how many pairs a difference rests where that is fewer than the row's seeds", () => {
    const study = studyOf([
      { parameters: { "loss.type": "hard" }, outcomes: [0.5, "failed", 0.4] },
      { parameters: { "loss.type": "kd" }, outcomes: [0.8, 0.9, "failed"] },
      { parameters: { "loss.type": "mse" }, outcomes: [0.6, "failed", "failed"] },
    ]);
    for (const format of ["table", "markdown"] as const) {
      const text = formatComparison(compare(study, { by: "loss.type" }), format);
      assert.match(text, /kd .*\+30\.0 \(1 pair\)/);
      assert.match(text, /mse .*\+10\.0(?! \()/);
    }
  });

  it("say what the finding rests on, and of what their intervals are not corrected", () => {
    const all = withLogits(typicalStudy());
    const text = (options: Parameters<typeof compare>[1]): string =>
      formatComparison(compare(all, options), "markdown").replaceAll("\\", "");
    const accuracy = text({ by: "loss.type" });
    assert.match(
      accuracy,
      /Holm's correction for \d+ comparisons\. Intervals are not corrected for the number of comp/,
    );
    assert.match(accuracy, /finding: by p over seeds below 0\.05, the bootstrap interval excluding zero/);
    assert.match(accuracy, /2000 resamples\. Of fewer than 5 seeds it is too narrow\./);
    const loss = text({ by: "loss.type", metric: "val_loss" });
    assert.match(loss, /finding: by p over seeds below 0\.05 alone; there is no bootstrap interval of this metric/);
    assert.doesNotMatch(loss, /excluding zero|too narrow/);
    const one = text({ by: "loss.temperature", where: { "loss.temperature": [1, 4] } });
    assert.doesNotMatch(one, /not corrected/);
    // Of three differences two are the same under every seed: nothing is corrected for them.
    const equal = withLogits(
      studyOf(
        [0, 0.1, 0.2, 0.3].map((move, place) => ({
          parameters: { "loss.type": `loss ${place}` },
          outcomes: [0.5, 0.6, 0.65 + (place === 3 ? 0.01 : 0)].map((each) => each + move),
        })),
      ),
    );
    const corrected = formatComparison(compare(equal, { by: "loss.type" }), "markdown");
    assert.match(corrected, /paired t test, Holm's correction for 1 comparison\./);
    assert.match(corrected, /McNemar test.*Holm's correction for 3 comparisons\./);
    const five = withLogits(
      studyOf(
        ["hard", "kd"].map((type) => ({
          parameters: { "loss.type": type },
          outcomes: around(type === "hard" ? 0.5 : 0.6, type, 5),
        })),
      ),
    );
    const enough = formatComparison(compare(five, { by: "loss.type" }), "table");
    assert.match(enough, /bootstrap: /);
    assert.doesNotMatch(enough, /too narrow/);
  });

  it("have what a reader must know to print beside CSV, which has no place for it", () => {
    const lines = remarks(compare(typicalStudy(), { by: "augmentation.type" }, ["Mind this."]));
    assert.deepEqual(lines.slice(0, 2), [
      "Nothing to compare with: hard; kd τ=1; kd τ=4; kd τ=10; mse",
      "Note: Mind this.",
    ]);
  });

  it("keep every digit as CSV and JSON", () => {
    const [, kd] = comparison.blocks[0]!.rows;
    const csv = formatComparison(comparison, "csv").split("\n");
    assert.equal(csv.length, 1 + comparison.blocks.reduce((sum, { rows }) => sum + rows.length, 0));
    assert.ok(csv[2]!.split(",").includes(String(kd!.summary!.mean)));
    const json = JSON.parse(formatComparison(comparison, "json")) as Comparison;
    assert.deepEqual(json.blocks[0]!.rows[1]!.summary, kd!.summary);
  });

  it("make Markdown tables that no value can break", () => {
    const study = studyOf([
      { parameters: { "loss.type": "a|b" }, outcomes: [0.5] },
      { parameters: { "loss.type": "<i>*" }, outcomes: [0.5] },
    ]);
    const lines = formatComparison(compare(study, { by: "loss.type" }), "markdown").split("\n");
    assert.equal(lines[1], "| --- | ---: | ---: | ---: |");
    assert.ok(lines[2]!.startsWith("| a\\|b (baseline) |"), lines[2]);
    assert.ok(lines[3]!.includes("\\<i\\>\\*"));
  });
});
