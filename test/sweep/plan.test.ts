import assert from "node:assert/strict";
import { parseSweep } from "../../src/sweep/parse.js";
import { baselineOf, datasetsOf, plainTrial, plan, type Plan } from "../../src/sweep/plan.js";
import { formatIssue } from "../../src/trial/issue.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { smallRegistries } from "../settings/small-registries.js";
import { parsed } from "./parsing.js";

function planned(text: string, overrides: readonly string[] = []): Plan {
  return plan(parsed(text, overrides), fingerprintsOf(), smallRegistries);
}

/** Per trial the seed and the parameters that apply. */
function rows(text: string): string[] {
  return [...planned(text)].map(({ seed, parameters }) => `${seed} ${JSON.stringify(parameters)}`);
}

describe("sweep: plan", () => {
  it("is one trial per seed where nothing is swept", () => {
    const trials = [...planned("seeds: [5, 2]")];
    assert.deepEqual(
      trials.map(({ seed }) => seed),
      [5, 2],
    );
    assert.equal(new Set(trials.map(({ configuration }) => configuration)).size, 1);
    assert.deepEqual(trials.map(({ settings }) => settings.training)[0], { epochs: 10, batchSize: 64 });
    assert.deepEqual(trials.map(({ parameters }) => parameters)[0], {});
  });

  it("gives all configurations the first seed before any the second; the last parameter runs fastest", () => {
    assert.deepEqual(
      rows("seeds: 2\nparameters:\n  training.epochs: { values: [2, 1] }\n  loss.temperature: { values: [1, 9] }\n"),
      [1, 2].flatMap((seed) =>
        [2, 1].flatMap((epochs) =>
          [1, 9].map((tau) => `${seed} {"training.epochs":${epochs},"loss.temperature":${tau}}`),
        ),
      ),
    );
  });

  it("gives trials that plain data can be made of", () => {
    for (const trial of planned("parameters: { loss.temperature: { values: [1, 9] } }\n")) {
      const plain = plainTrial(trial);
      assert.deepEqual(structuredClone(plain), plain);
      assert.deepEqual(JSON.parse(JSON.stringify(trial)), plain);
      assert.deepEqual(Object.keys(plain), ["id", "configuration", "settings", "seed", "parameters"]);
    }
  });

  it("varies a parameter only where its `when` holds", () => {
    const text = `
seeds: 1
parameters:
  loss.type: { values: [kd, both] }
  training.epochs: { values: [20, 30], when: { loss.type: both } }
`;
    assert.deepEqual(rows(text), [
      '1 {"loss.type":"kd"}',
      '1 {"loss.type":"both","training.epochs":20}',
      '1 {"loss.type":"both","training.epochs":30}',
    ]);
    assert.deepEqual(
      [...planned(text)].map(({ settings }) => settings.training.epochs),
      [10, 20, 30],
    );
  });

  it("reads conditions on conditional parameters, and on ones that stand later in the file", () => {
    const text = `
seeds: 1
parameters:
  student.width: { values: [1, 2], when: { student.type: wide } }
  training.epochs: { values: [3, 4], when: { student.width: 2 } }
  student.type: { values: [plain, wide] }
`;
    assert.deepEqual(rows(text), [
      '1 {"student.type":"plain"}',
      '1 {"student.width":1,"student.type":"wide"}',
      '1 {"student.width":2,"training.epochs":3,"student.type":"wide"}',
      '1 {"student.width":2,"training.epochs":4,"student.type":"wide"}',
    ]);
  });

  it("makes one trial where the component does not read the parameter, and says so", () => {
    const text = `
seeds: 1
parameters:
  loss.type: { values: [hard, mse, kd] }
  loss.temperature: { values: [1, 2] }
  teacher.backbone: { values: [small, big] }
`;
    assert.deepEqual(rows(text), [
      '1 {"loss.type":"hard"}',
      '1 {"loss.type":"mse","teacher.backbone":"small"}',
      '1 {"loss.type":"mse","teacher.backbone":"big"}',
      '1 {"loss.type":"kd","loss.temperature":1,"teacher.backbone":"small"}',
      '1 {"loss.type":"kd","loss.temperature":1,"teacher.backbone":"big"}',
      '1 {"loss.type":"kd","loss.temperature":2,"teacher.backbone":"small"}',
      '1 {"loss.type":"kd","loss.temperature":2,"teacher.backbone":"big"}',
    ]);
    assert.deepEqual(planned(text).warnings, [
      "loss.temperature plays no part where loss.type is hard, mse",
      "teacher.backbone plays no part where loss.type is hard",
    ]);
  });

  it("makes one trial of settings that mean the same work, the first, and says so", () => {
    const text =
      "seeds: 1\nloss.type: both\nparameters:\n  loss.alpha: { values: [1, 2] }\n  loss.beta: { values: [1, 2] }\n";
    assert.deepEqual(rows(text), [
      '1 {"loss.alpha":1,"loss.beta":1}',
      '1 {"loss.alpha":1,"loss.beta":2}',
      '1 {"loss.alpha":2,"loss.beta":1}',
    ]);
    assert.equal(planned(text).size, 3);
    assert.deepEqual(planned(text).warnings, ["1 combination means the same work as others and will not run twice"]);
  });

  it("makes one trial of two folders of the same content", () => {
    const sweep = parsed("seeds: 1\ndataset.name: folder\nparameters: { dataset.path: { values: [/a, /b, /c] } }\n");
    const contents = plan(
      sweep,
      fingerprintsOf({ dataset: ({ path }) => (path === "/c" ? "other" : "same") }),
      smallRegistries,
    );
    assert.equal(contents.size, 2);
    assert.deepEqual(
      [...contents].map(({ parameters }) => parameters),
      [{ "dataset.path": "/a" }, { "dataset.path": "/c" }],
    );
  });

  const warned: readonly (readonly [
    title: string,
    text: string,
    overrides: readonly string[],
    ...warnings: string[],
  ])[] = [
    [
      "a swept setting that no trial reads",
      "loss.type: mse\nparameters: { loss.temperature: { values: [1, 2] } }\n",
      [],
      "loss.temperature is swept and plays no part: loss.type mse does not read it",
    ],
    [
      "a fixed setting that no trial reads",
      "loss: { type: mse, temperature: 3 }\n",
      [],
      "loss.temperature plays no part: loss.type is mse",
    ],
    [
      "a teacher without a use",
      "loss.type: hard\nteacher.epochs: 3\n",
      [],
      "teacher.epochs plays no part: loss.type is hard",
    ],
    [
      "a condition that an override leaves without hold",
      "parameters:\n  loss.type: { values: [kd, mse] }\n  training.epochs: { values: [1, 2], when: { loss.type: kd } }\n",
      ["loss.type=mse"],
      "training.epochs is swept and plays no part: its `when` on loss.type never holds",
    ],
    [
      "nothing where some trial reads a fixed setting",
      "loss.temperature: 3\nparameters: { loss.type: { values: [mse, kd] } }\n",
      [],
    ],
    [
      "nothing where a condition says where a parameter applies",
      "parameters:\n  loss.type: { values: [kd, mse] }\n  loss.temperature: { values: [1, 2], when: { loss.type: kd } }\n",
      [],
    ],
  ];
  for (const [title, text, overrides, ...warnings] of warned) {
    it(`warns of ${title}`, () => {
      assert.deepEqual(planned(text, overrides).warnings, warnings);
    });
  }

  it("gives replicates of the teacher one configuration", () => {
    const text = "seeds: 2\nparameters:\n  teacher.seed: { values: [1, 2] }\n  loss.temperature: { values: [1, 2] }\n";
    const trials = [...planned(text)];
    assert.equal(trials.length, 8);
    assert.equal(new Set(trials.map(({ id }) => id)).size, 8);
    assert.equal(new Set(trials.map(({ configuration }) => configuration)).size, 2);
    assert.deepEqual(
      [...planned(text).configurations()].map(({ parameters }) => parameters),
      [{ "loss.temperature": 1 }, { "loss.temperature": 2 }],
    );
  });

  it("replicates the teacher where only the default loss would use none", () => {
    const registries = { ...smallRegistries, defaults: { ...smallRegistries.defaults, loss: "hard" } };
    const text = "seeds: 1\nparameters:\n  loss.type: { values: [kd, mse] }\n  teacher.seed: { values: [1, 2] }\n";
    const result = parseSweep(text, "x.yaml", [], { registries });
    assert.ok(result.ok);
    assert.equal(plan(result.value, fingerprintsOf(), registries).size, 4);
  });

  it("counts a large grid, and begins to walk it, without making it", () => {
    const many = (count: number): string =>
      `{ values: [${Array.from({ length: count }, (_, index) => index + 1).join(",")}] }`;
    const large = planned(
      `seeds: 9\nparameters:\n  loss.temperature: ${many(1000)}\n  training.epochs: ${many(1000)}\n  optimizer.type: { values: [adam] }\n`,
    );
    assert.equal(large.size, 9_000_000);
    const iterator = large[Symbol.iterator]();
    const [first, second] = [iterator.next(), iterator.next()];
    assert.ok(first.done !== true && second.done !== true);
    assert.notEqual(first.value.id, second.value.id);
  });

  it("names the distinct data sets, with the settings that its trials will have", () => {
    const text = `
parameters:
  dataset.name: { values: [shapes, folder] }
  dataset.path: { values: [/a, /b], when: { dataset.name: folder } }
  loss.temperature: { values: [1, 2] }
`;
    const sets = datasetsOf(parsed(text), smallRegistries);
    assert.deepEqual(sets, [
      { name: "shapes", imageSize: 64, trainFraction: 0.85 },
      { name: "folder", imageSize: 64, trainFraction: 0.85, path: "/a" },
      { name: "folder", imageSize: 64, trainFraction: 0.85, path: "/b" },
    ]);
    const known = new Set(sets.map((set) => JSON.stringify(set)));
    for (const { settings } of planned(text)) assert.ok(known.has(JSON.stringify(settings.dataset)));
  });

  it("asks for each data set's fingerprint once", () => {
    const asked: string[] = [];
    const sweep = parsed(
      "parameters:\n  dataset.imageSize: { values: [32, 64] }\n  loss.temperature: { values: [1, 2] }\n",
    );
    const counted = plan(
      sweep,
      fingerprintsOf({
        dataset: ({ imageSize }) => {
          asked.push(String(imageSize));
          return "f";
        },
      }),
      smallRegistries,
    );
    assert.equal([...counted].length, 12);
    assert.deepEqual(asked, ["32", "64"]);
  });
});

describe("sweep: baseline", () => {
  const parameters = "parameters:\n  loss.type: { values: [hard, kd] }\n  training.epochs: { values: [5, 10] }\n";
  const baselineIn = (text: string): ReturnType<typeof baselineOf> => {
    const sweep = parsed(text);
    return baselineOf(sweep, plan(sweep, fingerprintsOf(), smallRegistries));
  };

  it("is null where the file names none", () => {
    assert.deepEqual(baselineIn(parameters), { ok: true, value: null });
  });

  it("is the one configuration that fits", () => {
    const text = `${parameters}baseline: { loss.type: hard, training.epochs: 10 }\n`;
    const result = baselineIn(text);
    assert.ok(result.ok);
    const sweep = parsed(text);
    const trials = [...plan(sweep, fingerprintsOf(), smallRegistries)].filter(
      ({ configuration }) => configuration === result.value,
    );
    assert.deepEqual(
      trials.map(({ seed, parameters: own }) => [seed, own]),
      [
        [1, { "loss.type": "hard", "training.epochs": 10 }],
        [2, { "loss.type": "hard", "training.epochs": 10 }],
        [3, { "loss.type": "hard", "training.epochs": 10 }],
      ],
    );
  });

  it("may name settings that stand at their default", () => {
    assert.ok(baselineIn("baseline: { loss.temperature: 4 }\n").ok);
  });

  it("names all that fit where several do", () => {
    const result = baselineIn(`${parameters}baseline: { loss.type: hard }\n`);
    assert.ok(!result.ok);
    assert.deepEqual(result.issues.map(formatIssue), [
      'sweeps/x.yaml baseline: expected exactly one configuration with loss.type "hard", found 2: ' +
        '{ loss.type: "hard", training.epochs: 5 }, { loss.type: "hard", training.epochs: 10 } (say more of what it is to be)',
    ]);
  });

  it("says so where none fits", () => {
    const result = baselineIn(`${parameters}baseline: { loss.type: mse }\n`);
    assert.ok(!result.ok);
    assert.deepEqual(result.issues.map(formatIssue), [
      'sweeps/x.yaml baseline: expected exactly one configuration with loss.type "mse", found none',
    ]);
  });
});
