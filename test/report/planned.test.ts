import assert from "node:assert/strict";
import { analyse } from "../../src/report/analysis.js";
import { makeFigures } from "../../src/report/figures/all.js";
import { page } from "../../src/report/html/page.js";
import { markdown } from "../../src/report/markdown.js";
import { readResults } from "../../src/report/results.js";
import type { StudySnapshot } from "../../src/store/store.js";
import { comparedBy, type PlannedComparison } from "../../src/trial/comparison.js";
import { studyOf, typicalStudy, withLogits, type Configuration } from "./study.js";

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
    // The study's baseline, which the summary is against, is another.
    assert.equal(made!.comparison.toBaseline, false);
    assert.ok(markdown(readResults(study), [], analyse(readResults(study))).includes("| to reference |"));
    assert.deepEqual(
      block!.rows.map(({ label, isReference }) => [label, isReference]),
      [
        ["τ=10", true],
        ["τ=1", false],
        ["τ=4", false],
      ],
    );
    assert.notEqual(block!.rows[1]!.evidence?.bootstrap, null);
  });

  it("have curves of their best configurations and their reference, in the plan's order", () => {
    const types = ["mse", "dkd", "nkd", "rld", "wttm", "kd", "kd_ce", "dist", "jsd", "reverse_kl"];
    const study = studyOf(
      types.map((type, place) => ({ parameters: { "loss.type": type }, outcomes: [0.5 + place / 100] })),
      { baseline: null },
    );
    const comparison = planned(study, { baseline: { "loss.type": "mse" } });
    const made = makeFigures(readResults({ ...study, plan: { ...study.plan, comparisons: [comparison] } }));
    const curves = made.find(({ name }) => name.endsWith("-val-accuracy"))!;
    const shown = curves.drawing.chart.data.datasets.filter(({ inLegend }) => inLegend).map(({ label }) => label);
    assert.deepEqual(
      shown.slice(0, 8),
      types.filter((type) => !["dkd", "nkd"].includes(type)),
    );
    assert.match(
      String(curves.drawing.chart.options.plugins.subtitle.text),
      /8 of 10 configurations: the best, and what they are compared with$/,
    );
  });

  it("show the teachers that their configurations learned from", () => {
    const backbones = ["a", "b", "c", "d", "e"];
    const study = studyOf([
      ...backbones.map((name) => ({ parameters: { "loss.type": "kd", "teacher.backbone": name }, outcomes: [0.5] })),
      { parameters: { "loss.type": "mse", "teacher.backbone": "e" }, outcomes: [0.6] },
    ]);
    const by = { by: "loss.type", where: { "teacher.backbone": ["e"] } };
    const configurations = study.plan.trials
      .filter(({ settings }) => settings.teacher?.backbone === "e")
      .map(({ configuration }) => configuration);
    const comparison = planned(study, { ...by, sweep: "test-data", configurations });
    const made = makeFigures(readResults({ ...study, plan: { ...study.plan, comparisons: [comparison] } }));
    const teachersIn = (name: string): string[] =>
      made
        .find((each) => each.name === name)!
        .drawing.chart.data.datasets.flatMap(({ label = "" }) => /^teacher (\w)/.exec(label)?.[1] ?? []);
    assert.deepEqual(teachersIn("comparison-loss-type-where-teacher-backbone-e"), ["e"]);
    assert.deepEqual(teachersIn("comparison-loss-type-where-teacher-backbone-e-val-accuracy"), ["e"]);
    // Of all, three: the one of the most configurations first.
    assert.deepEqual(teachersIn("final"), ["e", "a", "b"]);
    const final = made.find(({ name }) => name === "final")!;
    assert.match(String(final.drawing.chart.options.plugins.subtitle.text), /3 of 5 teachers, those of most config/);
  });

  it("are against the study's baseline where they name none", () => {
    const [made] = analyse(readResults(withComparisons({}))).comparisons;
    assert.ok(made!.comparison.toBaseline);
  });

  it("are named where they have nothing to compare", () => {
    const line =
      "This comparison of the sweep found no configurations that differ in nothing else: loss.temperature where loss.type mse.";
    const empty = { by: "loss.temperature", where: { "loss.type": ["mse"] }, configurations: [] };
    for (const study of [withComparisons(empty), withComparisons({}, empty)]) {
      const results = readResults(study);
      const analysis = analyse(results);
      assert.equal(analysis.comparisonLines.at(-1), line);
      assert.ok(markdown(results, [], analysis).includes(line));
      assert.ok(page(results, [], analysis, null).includes(line));
    }
  });

  it("compare together the parameters of a list, under all their names", () => {
    const share = (alpha: number, beta: number): Configuration => ({
      parameters: { "loss.type": "kd_ce", "loss.alpha": alpha, "loss.beta": beta },
      outcomes: [0.5, 0.6],
    });
    const study = studyOf([
      { parameters: { "loss.type": "hard" }, outcomes: [0.4, 0.5] },
      share(0.1, 0.9),
      share(0.9, 0.1),
    ]);
    const comparisons = [planned(study, { by: ["loss.alpha", "loss.beta"], sweep: study.plan.name })];
    const results = readResults({ ...study, plan: { ...study.plan, comparisons } });
    const [made] = analyse(results).comparisons;
    assert.equal(made!.title, "loss.alpha and loss.beta");
    assert.deepEqual(
      made!.comparison.blocks.map(({ rows }) => rows.map(({ label }) => label)),
      [["α=0.1 β=0.9", "α=0.9 β=0.1"]],
    );
    const figure = makeFigures(results).find(({ name }) => name === "comparison-loss-alpha-and-loss-beta");
    assert.equal(figure!.table.columns[1], "loss.alpha,loss.beta");
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
    const attack = "a|b](x) <img> `c` ~~d~~ &copy; $e$ @someone";
    const found = text(
      studyOf(
        [
          { parameters: { "loss.type": attack }, outcomes: [0.5] },
          { parameters: { "loss.type": "kd" }, outcomes: ["failed"] },
        ],
        { name: `${attack}\n# x` },
      ),
    );
    assert.doesNotMatch(found, /(?<!\\)<img|^# x|b\]\(x|(?<!\\)~~|(?<!\\)&copy|(?<!<span>)\$|@someone/m);
    for (const line of found.split("\n").filter((each) => each.startsWith("| a"))) {
      assert.equal(line.replaceAll("\\|", "").split("|").length, 7);
    }
  });
});
