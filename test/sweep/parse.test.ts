import assert from "node:assert/strict";
import { parsed, refused, workingFolder } from "./parsing.js";

describe("sweep: parse", () => {
  it("takes the file's name, three seeds and validation accuracy where nothing is said", () => {
    assert.deepEqual(parsed("{}", [], "sweeps/losses.yaml"), {
      name: "losses",
      origin: "sweeps/losses.yaml",
      text: "{}",
      bases: [],
      included: [],
      overrides: {},
      method: "grid",
      metric: { name: "val_accuracy", goal: "maximize" },
      seeds: [1, 2, 3],
      fixed: {},
      inherited: [],
      parameters: [],
      zip: [],
      drawn: [],
      exclude: [],
      trials: [],
      baseline: null,
      comparisons: [],
      keep: "best",
      execution: {},
    });
  });

  it("reads what is kept and how the study runs, times in seconds", () => {
    const text = `
keep: all
execution: { workers: auto, retries: 2, timeout: 90s, maxFailures: 3, maxTrials: 10, maxTime: 1.5h }
`;
    const { keep, execution } = parsed(text, ["execution.retries=0"]);
    assert.equal(keep, "all");
    assert.deepEqual(execution, {
      workers: "auto",
      retries: 0,
      timeout: 90,
      maxFailures: 3,
      maxTrials: 10,
      maxTime: 5400,
    });
  });

  it("reads blocks, dotted names and any mix of them", () => {
    const nested = parsed(`
student: { type: wide, width: 8 }
training: { epochs: 2 }
parameters:
  loss:
    type: { values: [kd, mse] }
    temperature: { values: [1, 2], when: { loss: { type: kd } } }
baseline: { loss: { type: mse } }
`);
    const dotted = parsed(`
student.type: wide
student: { width: 8 }
parameters:
  loss.type: { values: [kd, mse] }
  loss.temperature: { values: [1, 2], when: { loss.type: [kd] } }
  training.epochs: { value: 2 }
baseline: { loss.type: mse }
`);
    assert.deepEqual({ ...nested, text: "" }, { ...dotted, text: "" });
    assert.deepEqual(nested.fixed, { "student.type": "wide", "student.width": 8, "training.epochs": 2 });
    assert.deepEqual(nested.parameters, [
      { key: "loss.type", values: ["kd", "mse"], when: {} },
      { key: "loss.temperature", values: [1, 2], when: { "loss.type": ["kd"] } },
    ]);
    assert.deepEqual(nested.baseline, { "loss.type": "mse" });
  });

  it("reads a value with a condition as a parameter of one value", () => {
    const { parameters, fixed } = parsed(
      "parameters:\n  loss.type: { values: [kd, mse] }\n  training.epochs: { value: 20, when: { loss.type: mse } }\n",
    );
    assert.deepEqual(parameters[1], { key: "training.epochs", values: [20], when: { "loss.type": ["mse"] } });
    assert.deepEqual(fixed, {});
  });

  it("reads seeds, a metric and a name that YAML takes for a number", () => {
    const sweep = parsed("name: 2024\nseeds: [7, 3]\nmetric: { name: val_loss }\n");
    assert.equal(sweep.name, "2024");
    assert.deepEqual(sweep.seeds, [7, 3]);
    assert.deepEqual(sweep.metric, { name: "val_loss", goal: "minimize" });
    assert.deepEqual(parsed("seeds: 2").seeds, [1, 2]);
  });

  it("reads aliases as what they stand for", () => {
    const { parameters } = parsed(
      "parameters:\n  loss.temperature: { values: &few [1, 2] }\n  teacher.epochs: { values: *few }\n",
    );
    assert.deepEqual(
      parameters.map(({ values }) => values),
      [
        [1, 2],
        [1, 2],
      ],
    );
  });

  it("makes paths absolute: from the file's folder, and with --set from the working folder", () => {
    const text = "dataset: { name: folder, path: ../photos }\nbaseline: { dataset.path: ../photos }\n";
    const sweep = parsed(text);
    assert.equal(sweep.fixed["dataset.path"], `${workingFolder}/photos`);
    assert.deepEqual(sweep.baseline, { "dataset.path": `${workingFolder}/photos` });
    assert.equal(parsed(text, ["dataset.path=photos"]).fixed["dataset.path"], `${workingFolder}/photos`);
    assert.equal(parsed(text, ["dataset.path=/else"]).fixed["dataset.path"], "/else");
    const [swept] = parsed("dataset.name: folder\nparameters: { dataset.path: { values: [a, ./b] } }\n").parameters;
    assert.deepEqual(swept?.values, [`${workingFolder}/sweeps/a`, `${workingFolder}/sweeps/b`]);
  });

  it("finds two spellings of one path", () => {
    assert.deepEqual(refused("dataset.name: folder\nparameters: { dataset.path: { values: [a, ./a] } }\n").length, 1);
  });

  it("does not ask an image size of a teacher that no trial uses", () => {
    parsed("loss.type: hard\ndataset.imageSize: 16\nteacher.backbone: big\n");
    parsed("dataset.imageSize: 16\nteacher.backbone: big\nparameters: { loss.type: { values: [hard] } }\n");
    parsed(`
parameters:
  dataset.imageSize: { values: [16, 64] }
  teacher.backbone: { values: [small, big], when: { dataset.imageSize: 64 } }
`);
  });

  it("does not ask a component's ranges where a condition leaves it out", () => {
    parsed(`
parameters:
  optimizer.type: { values: [adam, sgd] }
  optimizer.learningRate: { values: [1, 20], when: { optimizer.type: adam } }
`);
  });
});

describe("sweep: --set", () => {
  const text = `
loss: { temperature: 2 }
parameters:
  loss.type: { values: [kd, mse] }
  training.epochs: { values: [5, 10], when: { loss.type: kd } }
`;

  it("fixes by a scalar what the file fixes or sweeps", () => {
    const sweep = parsed(text, ["loss.temperature=3", "loss.type=kd", "student.type=wide"]);
    assert.deepEqual(sweep.fixed, { "loss.temperature": 3, "loss.type": "kd", "student.type": "wide" });
    assert.deepEqual(
      sweep.parameters.map(({ key }) => key),
      ["training.epochs"],
    );
    assert.deepEqual(sweep.overrides, { "loss.temperature": 3, "loss.type": "kd", "student.type": "wide" });
  });

  it("sweeps by a list what the file fixes, and keeps place and condition of what it sweeps", () => {
    const sweep = parsed(text, ["loss.temperature=[1, 2]", "training.epochs=[1]"]);
    assert.deepEqual(sweep.fixed, {});
    assert.deepEqual(sweep.parameters, [
      { key: "loss.type", values: ["kd", "mse"], when: {} },
      { key: "training.epochs", values: [1], when: { "loss.type": ["kd"] } },
      { key: "loss.temperature", values: [1, 2], when: {} },
    ]);
  });

  it("sets the file's own keys and parts of them", () => {
    const overrides = ["seeds=[4]", "name=other", "metric.name=val_kl", "baseline={ loss.type: mse }"];
    const sweep = parsed(`name: x\nbaseline: { loss.type: kd }\n${text}`, overrides);
    assert.equal(sweep.name, "other");
    assert.deepEqual(sweep.seeds, [4]);
    assert.deepEqual(sweep.metric, { name: "val_kl", goal: "minimize" });
    assert.deepEqual(sweep.baseline, { "loss.type": "mse" });
    assert.equal(parsed("baseline: { loss.type: kd }\n", ["baseline=null"]).baseline, null);
  });

  it("changes the metric of a file that says its goal too, and refuses a goal that is not the metric's", () => {
    const text = "metric: { name: val_accuracy, goal: maximize }\n";
    assert.deepEqual(parsed(text, ["metric.name=val_loss"]).metric, { name: "val_loss", goal: "minimize" });
    for (const set of [
      ["metric.name=val_loss", "metric.goal=maximize"],
      ["metric.goal=maximize", "metric.name=val_loss"],
    ]) {
      assert.match(refused(text, set).join(), /^--set metric\.goal: expected minimize, the goal of val_loss/);
    }
  });

  it("takes the last of several for one key, and a value that holds an equals sign", () => {
    assert.deepEqual(parsed("{}", ["seeds=1", "seeds=2"]).seeds, [1, 2]);
    assert.equal(parsed("dataset.name: folder\n", ["dataset.path=/a=b"]).fixed["dataset.path"], "/a=b");
  });

  it("sets a block of settings", () => {
    assert.deepEqual(parsed("{}", ["loss={ type: kd, temperature: [1, 2] }"]).fixed, { "loss.type": "kd" });
  });

  const broken: readonly (readonly [string, ...string[]])[] = [
    ["seeds", '--set: expected KEY=VALUE, as in loss.temperature=4, found "seeds"'],
    ["=1", '--set: expected KEY=VALUE, as in loss.temperature=4, found "=1"'],
    ["sedes=1", "--set sedes: expected a known key, found an unknown one (did you mean seeds?)"],
    [
      "parameters.loss.type=kd",
      "--set parameters.loss.type: expected settings one by one, as in loss.temperature=[1,4], found parameters, which only a sweep file has",
    ],
    ["zip=[]", "--set zip: expected settings one by one, uncoupled, found zip, which only a sweep file has"],
    ["__proto__=1", "--set __proto__: expected a known key, found an unknown one"],
    ["loss.temperature=-1", "--set loss.temperature: expected a number > 0, found -1"],
    ["loss.temperature=", "--set loss.temperature: expected a number > 0, found null"],
    ["loss.temperature=[1, 0]", "--set loss.temperature[1]: expected a number > 0, found 0"],
    ["loss.temperature=[]", "--set loss.temperature: expected at least one value, found an empty list"],
    ["seeds=[0]", "--set seeds[0]: expected a whole number from 1 to 2147483647, found 0"],
    ["metric.nam=x", "--set metric.nam: expected one of name, goal, found an unknown key (did you mean name?)"],
    ["loss.temperature=[1", "--set loss.temperature: expected YAML, found an error: flow sequence must end with a ]"],
    [
      "name=../x",
      "--set name: expected a name of 1 to 100 letters, digits, '.', '_' and '-' that does not start with '.', found \"../x\"",
    ],
  ];
  for (const [override, ...messages] of broken) {
    it(`refuses ${override}`, () => {
      assert.deepEqual(refused("{}", [override]), messages);
    });
  }

  it("tells the file's errors and its own together", () => {
    assert.deepEqual(refused("seeds: no\n", ["loss.temperature=0"]), [
      'x.yaml:1 seeds: expected a whole number from 1 to 1000 or a list of seeds, found "no"',
      "--set loss.temperature: expected a number > 0, found 0",
    ]);
  });
});
