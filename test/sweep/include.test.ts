import assert from "node:assert/strict";
import { baselineOf, datasetsOf, plainTrial, plan, teachersOf, type Plan } from "../../src/sweep/plan.js";
import { wholeText, type Sweep } from "../../src/sweep/sweep.js";
import { formatIssue } from "../../src/trial/issue.js";
import { smallRegistries } from "../settings/small-registries.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { parsed, refused, workingFolder, type Files } from "./parsing.js";

const files: Files = {
  "sweeps/losses.yaml": `
extends: base/a.yaml
parameters: { loss.type: { values: [hard, kd, mse] } }
baseline: { loss.type: hard }
comparisons: [{ by: loss.type, name: Losses }]
`,
  "sweeps/temperature.yaml": `
extends: base/a.yaml
loss.type: kd
parameters: { loss.temperature: { values: [1, 4, 9] } }
`,
  "sweeps/more/teachers.yaml": `
seeds: [7]
parameters: { teacher.backbone: { values: [small, big] }, teacher.seed: { values: [1, 2] } }
baseline: { teacher.backbone: small }
`,
  "sweeps/base/a.yaml": "seeds: 2\ntraining.epochs: 3\ndataset: { name: folder, path: photos }\n",
  "sweeps/base/b.yaml": "seeds: 1\ntraining.epochs: 1\n",
  "sweeps/wrong.yaml": "loss.type: kdd\n",
  "sweeps/nested.yaml": "include: [losses.yaml]\n",
  "sweeps/base/including.yaml": "include: [../losses.yaml]\n",
};

function including(text: string, overrides: readonly string[] = []): Sweep {
  return parsed(text, overrides, "sweeps/all.yaml", files);
}

function planned(sweep: Sweep): Plan {
  return plan(sweep, fingerprintsOf(), smallRegistries);
}

function rows(sweep: Sweep): string[] {
  return [...planned(sweep)].map(({ seed, parameters }) => `${seed} ${JSON.stringify(parameters)}`);
}

const both = "include: [losses.yaml, temperature.yaml]\n";

describe("sweep: include", () => {
  it("has the trials of each sweep in its order, a shared one once, with all that any of them varies", () => {
    const sweep = including(both);
    assert.deepEqual(rows(sweep), [
      '1 {"loss.type":"hard"}',
      '1 {"loss.type":"kd","loss.temperature":4}',
      '1 {"loss.type":"mse"}',
      '2 {"loss.type":"hard"}',
      '2 {"loss.type":"kd","loss.temperature":4}',
      '2 {"loss.type":"mse"}',
      '1 {"loss.type":"kd","loss.temperature":1}',
      '1 {"loss.type":"kd","loss.temperature":9}',
      '2 {"loss.type":"kd","loss.temperature":1}',
      '2 {"loss.type":"kd","loss.temperature":9}',
    ]);
    assert.equal(planned(sweep).size, 10);
    assert.deepEqual(planned(sweep).parameters, ["loss.type", "loss.temperature"]);
    assert.equal(sweep.name, "all");
  });

  it("gives each trial the identity that it has in its own sweep", () => {
    const alone = ["losses", "temperature"].flatMap((name) => {
      const origin = `sweeps/${name}.yaml`;
      return [...planned(parsed(files[origin] ?? "", [], origin, files))].map(({ id }) => id);
    });
    assert.deepEqual(
      [...planned(including(both))].map(({ id }) => id),
      [...new Set(alone)],
    );
  });

  it("keeps each sweep's comparisons, with its name, its baseline and what it compares", () => {
    const all = planned(including(both));
    const ids = new Map(
      [...all.configurations()].map(({ id, parameters }) => [JSON.stringify(parameters), id] as const),
    );
    const id = (parameters: string): string => ids.get(parameters) ?? "none";
    const kd = id('{"loss.type":"kd","loss.temperature":4}');
    assert.deepEqual(all.comparisons(), [
      {
        sweep: "losses",
        name: "Losses",
        by: "loss.type",
        where: {},
        baseline: { "loss.type": "hard" },
        configurations: [id('{"loss.type":"hard"}'), kd, id('{"loss.type":"mse"}')],
      },
      {
        sweep: "temperature",
        name: null,
        by: "loss.temperature",
        where: {},
        baseline: null,
        configurations: [
          id('{"loss.type":"kd","loss.temperature":1}'),
          kd,
          id('{"loss.type":"kd","loss.temperature":9}'),
        ],
      },
    ]);
  });

  it("compares together what a sweep without comparisons of its own takes together", () => {
    const zipped = `
loss.type: both
parameters: { student.type: { values: [plain, wide] } }
zip: [{ loss.alpha: [0.1, 0.9], loss.beta: [0.9, 0.1] }]
`;
    const sweep = parsed("include: [zipped.yaml]\n", [], "sweeps/all.yaml", { ...files, "sweeps/zipped.yaml": zipped });
    assert.deepEqual(
      planned(sweep)
        .comparisons()
        .map(({ by }) => by),
      ["student.type", ["loss.alpha", "loss.beta"]],
    );
  });

  it("lays its own settings and seeds over each sweep, and the command line over all", () => {
    const text = `${both}seeds: 1\ntraining.epochs: 7\noptimizer: { type: sgd, milestones: [1, 2] }\n`;
    const sweep = including(text, ["training.epochs=8", "dataset.path=elsewhere"]);
    const trials = [...planned(sweep)];
    assert.equal(trials.length, 5);
    for (const { settings } of trials) {
      assert.equal(settings.training.epochs, 8);
      assert.deepEqual(settings.optimizer.milestones, [1, 2]);
      assert.equal(settings.dataset.path, `${workingFolder}/elsewhere`);
    }
    assert.equal(rows(including(both, ["loss.temperature=[1, 2]", "seeds=1"])).length, 4);
  });

  it("takes its base, or that of the command line, in place of theirs", () => {
    for (const sweep of [including(`${both}extends: base/b.yaml\n`), including(both, ["extends=base/b.yaml"])]) {
      const trials = [...planned(sweep)];
      assert.equal(trials.length, 5);
      assert.ok(trials.every(({ settings }) => settings.training.epochs === 1 && settings.dataset.name === "shapes"));
    }
  });

  it("has a metric, a baseline, and a way to run of its own", () => {
    const sweep = including(
      `${both}metric: { name: val_loss }\nkeep: all\nexecution: { workers: 2 }\nbaseline: { loss.type: hard }\n`,
    );
    assert.deepEqual(sweep.metric, { name: "val_loss", goal: "minimize" });
    assert.deepEqual([sweep.keep, sweep.execution], ["all", { workers: 2 }]);
    const baseline = baselineOf(sweep, planned(sweep));
    assert.ok(baseline.ok && baseline.value !== null);
  });

  it("knows the data sets and teachers of all, and warns by the sweep's name", () => {
    const sweep = including("include: [losses.yaml, more/teachers.yaml]\nteacher.dropout: 0.5\n");
    assert.deepEqual(
      datasetsOf(sweep, smallRegistries).map(({ name }) => name),
      ["folder", "shapes"],
    );
    // Two backbones with two seeds each; the first of them with the other sweep's data set too.
    assert.equal(teachersOf(sweep, smallRegistries).length, 5);
    assert.deepEqual(planned(sweep).warnings, []);
    assert.deepEqual(planned(including(both, ["loss.type=mse", "seeds=1"])).warnings, [
      "temperature: loss.temperature is swept and plays no part: loss.type mse does not read it",
    ]);
  });

  it("looks at the baselines of its sweeps", () => {
    const sweep = including("include: [losses.yaml]\n", ["loss.type=[kd, mse]"]);
    const result = baselineOf(sweep, planned(sweep));
    assert.ok(!result.ok);
    assert.deepEqual(result.issues.map(formatIssue), [
      'sweeps/losses.yaml baseline: expected exactly one configuration with loss.type "hard", found none',
    ]);
  });

  it("refuses with --set what has no place beside it, whichever of both is in the file", () => {
    const hint = "expected none beside include, found one (write it in a sweep file of its own, and include that)";
    for (const [key, set] of [
      ["exclude", "exclude=[{ loss.type: hard }]"],
      ["method", "method={ name: random, count: 2 }"],
      ["trials", "trials=[{ loss.type: kd }]"],
      ["comparisons", "comparisons=[{ by: loss.type }]"],
    ] as const) {
      assert.deepEqual(refused(both, [set], "sweeps/all.yaml", files), [`--set ${key}: ${hint}`]);
    }
    const own = "parameters: { loss.type: { values: [kd] } }\n";
    assert.deepEqual(refused(own, ["include=[losses.yaml]"], "sweeps/all.yaml", files), [
      `sweeps/all.yaml:1 parameters: ${hint}`,
    ]);
  });

  it("makes trials that plain data can be made of, and keeps all texts", () => {
    const sweep = including(both);
    for (const trial of planned(sweep)) assert.deepEqual(structuredClone(trial), plainTrial(trial));
    const text = wholeText(sweep);
    for (const name of ["losses.yaml", "temperature.yaml", "base/a.yaml"]) {
      assert.equal(text.split(`# ${name}:`).length, 2);
    }
  });

  const broken: readonly (readonly [title: string, text: string, ...messages: string[]])[] = [
    [
      "one name",
      "include: losses.yaml\n",
      'sweeps/all.yaml:1 include: expected a list of 1 to 100 sweep files, like [losses.yaml, temperature.yaml], found "losses.yaml"',
    ],
    [
      "nothing",
      "include: []\n",
      "sweeps/all.yaml:1 include: expected a list of 1 to 100 sweep files, like [losses.yaml, temperature.yaml], found an empty list",
    ],
    [
      "what is no path",
      "include: [losses.yaml, 3]\n",
      "sweeps/all.yaml:1 include[1]: expected the path of a sweep file, relative to this one's folder, found 3",
    ],
    [
      "a file that is not there",
      "include:\n  - losses.yaml\n  - temperatures.yaml\n",
      "sweeps/all.yaml:3 include[1]: expected a sweep file at sweeps/temperatures.yaml, found no such file",
    ],
    [
      "a file twice",
      "include: [losses.yaml, ./losses.yaml]\n",
      "sweeps/all.yaml:1 include[1]: expected each file once, found sweeps/losses.yaml a second time",
    ],
    [
      "a file that includes others",
      "include: [nested.yaml]\n",
      "sweeps/nested.yaml:1 include: expected none in a file that is included, found one",
    ],
    [
      "others by way of its base",
      "extends: base/including.yaml\n",
      "sweeps/base/including.yaml:1 include: expected none in a file that others extend, found one",
    ],
    [
      "files beside parameters of its own",
      `${both}method: grid\nparameters: { loss.type: { values: [kd] } }\n`,
      "sweeps/all.yaml:2 method: expected none beside include, found one (write it in a sweep file of its own, and include that)",
      "sweeps/all.yaml:3 parameters: expected none beside include, found one (write it in a sweep file of its own, and include that)",
    ],
    [
      "files with errors, each told where it stands",
      "include: [wrong.yaml, losses.yaml]\nseeds: 0\nstudent.typ: wide\n",
      'sweeps/wrong.yaml:1 loss.type: expected one of kd, hard, mse, both, found "kdd" (did you mean kd?)',
      "sweeps/all.yaml:2 seeds: expected a whole number from 1 to 1000 or a list of seeds, found 0",
      "sweeps/all.yaml:3 student.typ: expected a known key, found an unknown one (did you mean student.type?)",
    ],
    [
      "files that its own settings break",
      `${both}loss.type: kdd\n`,
      'sweeps/all.yaml:2 loss.type: expected one of kd, hard, mse, both, found "kdd" (did you mean kd?)',
    ],
  ];
  for (const [title, text, ...messages] of broken) {
    it(`refuses ${title}`, () => {
      assert.deepEqual([...refused(text, [], "sweeps/all.yaml", files)].sort(), [...messages].sort());
    });
  }
});
