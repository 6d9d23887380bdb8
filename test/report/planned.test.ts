import assert from "node:assert/strict";
import { analyse } from "../../src/report/analysis.js";
import { makeFigures } from "../../src/report/figures/all.js";
import { markdown } from "../../src/report/markdown.js";
import { readResults } from "../../src/report/results.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { comparedBy, type PlannedComparison } from "../../src/trial/comparison.js";
import { studyOf, typicalStudy, withLogits } from "./study.js";

function planned(study: StudySnapshot, comparison: Partial<PlannedComparison>): PlannedComparison {
  const { by = "loss.type" } = comparison;
  const configurations = new Set(
    study.plan.trials
      .filter(({ parameters }) => comparedBy({ by }).every((name) => name in parameters))
      .map(({ configuration }) => configuration),
  );
  return {
    name: null,
    by,
    where: {},
    baseline: null,
    sweep: "typical",
    configurations: [...configurations],
    ...comparison,
  };
}

function withComparisons(...comparisons: Partial<PlannedComparison>[]): StudySnapshot {
  const study = withLogits(typicalStudy());
  return { ...study, plan: { ...study.plan, comparisons: comparisons.map((each) => planned(study, each)) } };
}

describe("the comparisons that a sweep file asks for", () => {
  it("have a figure and curves each, named after them, never two alike", () => {
    const study = withComparisons(
      { name: "What the student learns from: α/β!" },
      { by: "loss.temperature", where: { "loss.type": ["kd"] } },
      { by: "loss.temperature", where: { "loss.type": ["kd"] } },
      { by: "loss.type", sweep: "losses" },
    );
    const names = makeFigures(readResults(study)).map(({ name }) => name);
    const own = names.filter((name) => name.startsWith("comparison-"));
    assert.deepEqual(
      own.filter((_, index) => index % 5 === 0),
      [
        "comparison-what-the-student-learns-from-α-β",
        "comparison-loss-temperature-where-loss-type-kd",
        "comparison-loss-temperature-where-loss-type-kd-2",
        "comparison-losses-loss-type",
      ],
    );
    assert.equal(new Set(names).size, names.length);
    assert.ok(own.includes("comparison-losses-loss-type-val-accuracy"));
  });

  it("hold to their configurations and their baseline, which any setting may name", () => {
    const study = withComparisons({ by: "loss.temperature", baseline: { "loss.type": "kd", "loss.temperature": 10 } });
    const [made] = analyse(readResults(study)).comparisons;
    const [block] = made!.comparison.blocks;
    assert.ok(made!.comparison.toBaseline);
    assert.deepEqual(
      block!.rows.map(({ label, isReference }) => [label, isReference]),
      [
        ["τ=10", true],
        ["τ=1", false],
        ["τ=4", false],
      ],
    );
    assert.notEqual(block!.rows[1]!.evidence?.bootstrap, null);
    const none = withComparisons({ configurations: [] });
    assert.deepEqual(analyse(readResults(none)).comparisons, []);
  });
});

describe("the report for a pull request", () => {
  const text = (study: StudySnapshot): string => {
    const results = readResults(study);
    return markdown(results, makeFigures(results), analyse(results));
  };

  it("has summary, comparisons, failures, missing inputs and links to the charts", () => {
    const study = withComparisons({ name: "Losses" });
    const waiting = study.plan.trials[0]!.id;
    const found = text({
      ...study,
      plan: { ...study.plan, waitsFor: { [waiting]: "dataset.path: no folder /home/someone/photos" } },
    });
    for (const part of [
      "# typical",
      "Best by validation accuracy after the last epoch: ",
      "Not significant: ",
      "| configuration | seeds | validation accuracy (%) | to baseline | finding |",
      "## Losses",
      "## Failures",
      "| mse | 2 | non-finite | the loss became NaN at epoch 3, batch 12 |",
      "## Missing inputs",
      "no folder photos",
      "![Validation accuracy after the last epoch](charts/final.png)",
      "(charts/comparison-losses.png)",
    ]) {
      assert.ok(found.includes(part), part);
    }
    assert.ok(!found.includes("someone"));
  });

  it("lets no text of a user become a table, a link or markup", () => {
    const attack = "a|b](x) <img> `c`";
    const found = text(
      studyOf(
        [
          { parameters: { "loss.type": attack }, outcomes: [0.5] },
          { parameters: { "loss.type": "kd" }, outcomes: ["failed"] },
        ],
        { name: `${attack}\n# x` },
      ),
    );
    assert.doesNotMatch(found, /(?<!\\)<img|^# x|b\]\(x/m);
    for (const line of found.split("\n").filter((each) => each.startsWith("| a"))) {
      assert.equal(line.replaceAll("\\|", "").split("|").length, 7);
    }
  });
});
