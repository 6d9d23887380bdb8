import assert from "node:assert/strict";
import { wholeText } from "../../src/sweep/sweep.js";
import { parsed, refused, workingFolder, type Files } from "./parsing.js";

const files: Files = {
  "sweeps/base/a.yaml": `
extends: ../b.yaml
name: base
seeds: 2
metric: { name: val_loss }
execution: { workers: 2, retries: 1 }
loss: { type: both, temperature: 2 }
dataset: { name: folder, path: photos }
baseline: { loss.type: hard }
`,
  "sweeps/b.yaml":
    "seeds: 5\nkeep: none\ntraining.epochs: 3\nloss.temperature: 7\nparameters: { loss.alpha: { values: [1, 2] } }\n",
  "sweeps/circle.yaml": "extends: round/other.yaml\n",
  "sweeps/round/other.yaml": "extends: ../circle.yaml\n",
  "sweeps/wrong.yaml": "seeds: 1\nlos: { type: kd }\nloss.temperature: -1\n",
  "sweeps/list.yaml": "[1, 2]\n",
  "sweeps/broken.yaml": "seeds: [\n",
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`sweeps/chain${index}.yaml`, `extends: chain${index + 1}.yaml\n`]),
  ),
};
const inSweeps = (text: string, overrides: readonly string[] = []): ReturnType<typeof parsed> =>
  parsed(text, overrides, "sweeps/x.yaml", files);

describe("sweep: extends", () => {
  it("takes what the file does not say from its base, and what that does not say from the base's base", () => {
    const sweep = inSweeps("extends: base/a.yaml\nloss.temperature: 1\nexecution: { retries: 0 }\n");
    assert.equal(sweep.name, "x");
    assert.deepEqual(sweep.seeds, [1, 2]);
    assert.equal(sweep.keep, "none");
    assert.equal(sweep.metric.name, "val_loss");
    assert.deepEqual(sweep.execution, { workers: 2, retries: 0 });
    assert.deepEqual(sweep.baseline, { "loss.type": "hard" });
    assert.deepEqual(sweep.fixed, {
      "training.epochs": 3,
      "loss.temperature": 1,
      "loss.type": "both",
      "dataset.name": "folder",
      "dataset.path": `${workingFolder}/sweeps/base/photos`,
    });
    const ofBases = ["dataset.name", "dataset.path", "loss.type", "training.epochs"];
    assert.deepEqual([...sweep.inherited].sort(), ofBases, "what is overridden is the file's own");
    assert.deepEqual(sweep.parameters, [{ key: "loss.alpha", values: [1, 2], when: {} }]);
    assert.deepEqual(
      sweep.bases.map(({ origin }) => origin),
      ["sweeps/base/a.yaml", "sweeps/b.yaml"],
    );
  });

  it("lets the file sweep what its base fixes, and fix what that sweeps", () => {
    const sweep = inSweeps(
      "extends: base/a.yaml\nloss.alpha: 1\nparameters: { loss.temperature: { values: [3, 4] } }\n",
    );
    assert.deepEqual(sweep.parameters, [{ key: "loss.temperature", values: [3, 4], when: {} }]);
    assert.equal(sweep.fixed["loss.alpha"], 1);
    assert.ok(!("loss.temperature" in sweep.fixed));
  });

  it("keeps what the base fixes for where a parameter of the file does not apply", () => {
    const sweep = inSweeps(`
extends: base/a.yaml
parameters:
  loss.type: { values: [kd, both] }
  loss.temperature: { values: [3, 4], when: { loss.type: kd } }
`);
    assert.equal(sweep.fixed["loss.temperature"], 2);
  });

  it("keeps it also where --set gives the parameter other values", () => {
    const text = `
extends: base/a.yaml
parameters:
  loss.type: { values: [kd, both] }
  loss.temperature: { values: [3, 4], when: { loss.type: kd } }
`;
    const sweep = inSweeps(text, ["loss.temperature=[5, 6]"]);
    assert.equal(sweep.fixed["loss.temperature"], 2);
    assert.deepEqual(sweep.parameters.find(({ key }) => key === "loss.temperature")?.values, [5, 6]);
  });

  it("is laid over by --set, which may name another base, relative to the sweep file", () => {
    const text = "extends: circle.yaml\n";
    const sweep = inSweeps(text, ["extends=base/a.yaml", "seeds=1", "execution.workers=4", "loss.temperature=9"]);
    assert.deepEqual(sweep.seeds, [1]);
    assert.deepEqual(sweep.execution, { workers: 4, retries: 1 });
    assert.equal(sweep.fixed["loss.temperature"], 9);
    assert.equal(inSweeps("{}", ["extends=b.yaml"]).keep, "none");
  });

  it("leaves its files in the study's text, as comments", () => {
    const sweep = inSweeps("extends: b.yaml\n\n");
    const base = files["sweeps/b.yaml"]?.trimEnd().split("\n") ?? [];
    assert.equal(
      wholeText(sweep),
      ["extends: b.yaml", "", "# b.yaml:", ...base.map((line) => `# ${line}`), ""].join("\n"),
    );
    assert.equal(wholeText(inSweeps("{}")), "{}");
    // A report of it may be shown to others: where the files lie is nobody's business.
    const elsewhere = parsed("extends: base/a.yaml\n", [], "/home/someone/sweeps/x.yaml", {
      "/home/someone/sweeps/base/a.yaml": "seeds: 1\n",
    });
    assert.equal(wholeText(elsewhere), "extends: base/a.yaml\n\n# base/a.yaml:\n# seeds: 1\n");
  });

  const broken: readonly (readonly [title: string, text: string, ...messages: string[]])[] = [
    [
      "a list of bases",
      "extends: [b.yaml]\n",
      'sweeps/x.yaml:1 extends: expected the path of a sweep file, relative to this one\'s folder, found the list ["b.yaml"]',
    ],
    [
      "a base that is not there",
      "seeds: 1\nextends: bass/a.yaml\n",
      "sweeps/x.yaml:2 extends: expected a sweep file at sweeps/bass/a.yaml, found no such file",
    ],
    [
      "a circle",
      "extends: circle.yaml\n",
      "sweeps/round/other.yaml:1 extends: expected files without a circle, found sweeps/circle.yaml -> sweeps/round/other.yaml -> sweeps/circle.yaml",
    ],
    [
      "itself",
      "extends: ./x.yaml\n",
      "sweeps/x.yaml:1 extends: expected files without a circle, found sweeps/x.yaml -> sweeps/x.yaml",
    ],
    [
      "an endless chain",
      "extends: chain0.yaml\n",
      "sweeps/chain9.yaml:1 extends: expected at most 10 files behind each other, found more",
    ],
    [
      "a base with errors of its own",
      "extends: wrong.yaml\nseeds: 0\n",
      "sweeps/x.yaml:2 seeds: expected a whole number from 1 to 1000 or a list of seeds, found 0",
      "sweeps/wrong.yaml:2 los: expected a known key, found an unknown one (did you mean loss?)",
      "sweeps/wrong.yaml:3 loss.temperature: expected a number > 0, found -1",
    ],
    [
      "a base that is no sweep file",
      "extends: list.yaml\n",
      "sweeps/list.yaml:1: expected the keys of a sweep file, like name, seeds, loss and parameters, found the list [1,2]",
    ],
    [
      "a base that is no YAML",
      "extends: broken.yaml\n",
      "sweeps/broken.yaml:2: expected YAML, found an error: flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  ];
  for (const [title, text, ...messages] of broken) {
    it(`refuses ${title}`, () => {
      assert.deepEqual(refused(text, [], "sweeps/x.yaml", files), messages);
    });
  }
});
