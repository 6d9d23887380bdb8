import assert from "node:assert/strict";
import { plan, type Plan } from "../../src/sweep/plan.js";
import { smallRegistries } from "../settings/small-registries.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { parsed } from "./parsing.js";

function planned(text: string, overrides: readonly string[] = []): Plan {
  return plan(parsed(`seeds: 1\n${text}`, overrides), fingerprintsOf(), smallRegistries);
}

function rows(text: string, overrides: readonly string[] = []): string[] {
  const all = planned(text, overrides);
  const trials = [...all].map(({ parameters }) => JSON.stringify(parameters));
  assert.equal(all.size, trials.length);
  return trials;
}

describe("sweep: zip", () => {
  const zip = "loss.type: both\nzip: [{ loss.alpha: [1, 2, 3], loss.beta: [5, 4, 4] }]\n";

  it("takes the first values together, the second values, and so on", () => {
    assert.deepEqual(rows(zip), [
      '{"loss.alpha":1,"loss.beta":5}',
      '{"loss.alpha":2,"loss.beta":4}',
      '{"loss.alpha":3,"loss.beta":4}',
    ]);
  });

  it("is combined with the parameters", () => {
    assert.deepEqual(rows(`${zip}parameters: { training.epochs: { values: [1, 2] } }\n`).length, 6);
  });

  it("couples settings of different groups", () => {
    assert.deepEqual(
      rows("zip: [{ student.type: [plain, wide], training.epochs: [5, 20], teacher.backbone: [small, big] }]\n"),
      [
        '{"student.type":"plain","training.epochs":5,"teacher.backbone":"small"}',
        '{"student.type":"wide","training.epochs":20,"teacher.backbone":"big"}',
      ],
    );
  });

  it("applies where its `when` holds", () => {
    assert.deepEqual(
      rows(`
parameters: { loss.type: { values: [kd, both] } }
zip: [{ loss.alpha: [1, 2], loss.beta: [1, 3], when: { loss.type: both } }]
`),
      [
        '{"loss.type":"kd"}',
        '{"loss.type":"both","loss.alpha":1,"loss.beta":1}',
        '{"loss.type":"both","loss.alpha":2,"loss.beta":3}',
      ],
    );
  });

  it("varies a parameter alone where its partner plays no part", () => {
    assert.deepEqual(
      rows(`
parameters: { loss.type: { values: [mse, both] } }
zip: [{ loss.alpha: [1, 2], training.epochs: [5, 20] }]
`),
      [
        '{"loss.type":"mse","training.epochs":5}',
        '{"loss.type":"mse","training.epochs":20}',
        '{"loss.type":"both","loss.alpha":1,"training.epochs":5}',
        '{"loss.type":"both","loss.alpha":2,"training.epochs":20}',
      ],
    );
  });

  it("loses the members that --set fixes or sweeps", () => {
    assert.deepEqual(rows(zip, ["loss.beta=4"]), ['{"loss.alpha":1}', '{"loss.alpha":2}', '{"loss.alpha":3}']);
    assert.equal(rows(zip, ["loss.beta=[4, 5]"]).length, 6);
  });
});

describe("sweep: exclude", () => {
  const grid = "parameters:\n  loss.type: { values: [kd, mse] }\n  training.epochs: { values: [1, 2, 3] }\n";

  it("leaves out what fulfils all that one of its entries says", () => {
    assert.deepEqual(rows(`${grid}exclude: [{ loss.type: mse, training.epochs: [2, 3] }, { training.epochs: 1 }]\n`), [
      '{"loss.type":"kd","training.epochs":2}',
      '{"loss.type":"kd","training.epochs":3}',
    ]);
  });

  it("looks at settings as they stand, fixed ones and defaults among them", () => {
    assert.deepEqual(rows(`${grid}exclude: [{ loss.temperature: 4, training.epochs: 1 }]\n`).length, 5);
    assert.deepEqual(rows(`${grid}loss.temperature: 3\nexclude: [{ loss.temperature: 4 }]\n`).length, 6);
  });

  it("says which entries leave nothing out", () => {
    assert.deepEqual(planned(`${grid}exclude: [{ training.epochs: 3 }, { training.epochs: 9 }]\n`).warnings, [
      "exclude[1] leaves nothing out",
    ]);
  });

  it("keeps values that do not go together out of the way", () => {
    const weights = "loss.type: both\nparameters: { loss.alpha: { values: [0, 1] }, loss.beta: { values: [0, 1] } }\n";
    assert.equal(rows(`${weights}exclude: [{ loss.alpha: 0, loss.beta: 0 }]\n`).length, 3);
  });
});

describe("sweep: trials", () => {
  const grid = "parameters: { loss.type: { values: [kd, mse] } }\n";

  it("stand behind the grid, over what is fixed, and show what they name in every configuration", () => {
    const text = `${grid}training.epochs: 7\ntrials: [{ loss.type: kd, training.epochs: 30 }, { loss.type: hard }]\n`;
    assert.deepEqual(rows(text), [
      '{"loss.type":"kd","training.epochs":7}',
      '{"loss.type":"mse","training.epochs":7}',
      '{"loss.type":"kd","training.epochs":30}',
      '{"loss.type":"hard","training.epochs":7}',
    ]);
    assert.deepEqual(planned(text).parameters, ["loss.type", "training.epochs"]);
  });

  it("run once where the grid or another of them is the same work", () => {
    assert.equal(rows(`${grid}trials: [{ loss.type: kd }, { loss.type: both, loss.alpha: 1 }]\n`).length, 3);
    assert.equal(rows("trials: [{ loss.type: hard }, { loss.type: hard, loss.temperature: 3 }]\n").length, 1);
  });

  it("are all there is where nothing is swept", () => {
    assert.deepEqual(rows("trials: [{ loss.type: hard }, { loss.type: mse }]\n"), [
      '{"loss.type":"hard"}',
      '{"loss.type":"mse"}',
    ]);
  });

  it("are not excluded", () => {
    assert.equal(rows(`${grid}exclude: [{ loss.type: kd }]\ntrials: [{ loss.type: kd }]\n`).length, 2);
  });

  it("bring data sets and teachers of their own", () => {
    const text = "trials: [{ dataset.name: folder, dataset.path: /a }, { teacher.backbone: big }]\n";
    assert.equal(planned(text).size, 2);
  });
});

describe("sweep: comparisons", () => {
  it("say what they compare, by the sweep's baseline where they name none", () => {
    const text = `
parameters:
  loss.type: { values: [hard, kd, mse] }
  student.type: { values: [plain, wide] }
baseline: { loss.type: hard, student.type: plain }
comparisons:
  - { by: loss.type, where: { student.type: wide }, baseline: { loss.type: hard }, name: Losses }
  - { by: student.type }
`;
    const all = planned(text);
    const ids = [...all.configurations()].map(({ id }) => id);
    assert.deepEqual(all.comparisons(), [
      {
        sweep: "x",
        name: "Losses",
        by: "loss.type",
        where: { "student.type": ["wide"] },
        baseline: { "loss.type": "hard" },
        configurations: [ids[1], ids[3], ids[5]],
      },
      {
        sweep: "x",
        name: null,
        by: "student.type",
        where: {},
        baseline: { "loss.type": "hard", "student.type": "plain" },
        configurations: ids,
      },
    ]);
  });

  it("are dropped where the command line fixes what they compare", () => {
    const text = "parameters: { loss.type: { values: [hard, kd] } }\ncomparisons: [{ by: loss.type }]\n";
    assert.deepEqual(planned(text, ["loss.type=kd"]).comparisons(), []);
  });

  it("may ask for what all but the written trials have, fixed or by default", () => {
    const swept =
      "parameters: { loss.type: { values: [hard, kd] } }\ntrials: [{ loss.type: kd, student.type: wide }]\n";
    const asked = "comparisons: [{ by: loss.type, where: { student.type: plain } }]\n";
    for (const fixed of ["", "student.type: plain\n"]) {
      assert.equal(planned(`${fixed}${swept}${asked}`).comparisons()[0]?.configurations.length, 2);
    }
  });

  it("may be by several parameters, of which those count that the command line still varies", () => {
    const text = `
parameters: { loss.type: { values: [kd] }, loss.temperature: { values: [1, 4] }, student.type: { values: [plain, wide] } }
comparisons: [{ by: [loss.temperature, student.type] }]
`;
    const by = (...overrides: string[]): unknown[] =>
      planned(text, overrides)
        .comparisons()
        .map((comparison) => [comparison.by, comparison.configurations.length]);
    assert.deepEqual(by(), [[["loss.temperature", "student.type"], 4]]);
    assert.deepEqual(by("student.type=plain"), [["loss.temperature", 2]]);
    assert.deepEqual(by("student.type=plain", "loss.temperature=4"), []);
  });

  it("may compare what only written trials vary", () => {
    const text =
      "trials: [{ loss.type: hard }, { loss.type: kd }]\ncomparisons: [{ by: loss.type, where: { loss.type: [kd, hard] } }]\n";
    assert.equal(planned(text).comparisons()[0]?.configurations.length, 2);
  });
});
