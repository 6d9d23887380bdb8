import assert from "node:assert/strict";
import { analyse } from "../../src/report/analysis.js";
import { configurationTable } from "../../src/report/configurations.js";
import { page } from "../../src/report/html/page.js";
import { markdown } from "../../src/report/markdown.js";
import { readResults, type Results } from "../../src/report/results.js";
import { around, gridStudy, studyOf, typicalStudy, withTest, type Configuration } from "./study.js";

function markdownOf(results: Results): string {
  return markdown(results, [], analyse(results));
}

/** Cells of the first table's rows as a person reads them, without its head. */
function rowsOf(text: string): string[][] {
  const [, table = ""] = /((?:^\|.*\n)+)/m.exec(text) ?? [];
  const [, , ...lines] = table.trimEnd().split("\n");
  return lines.map((line) => line.slice(2, -2).replaceAll("\\", "").split(" | "));
}

describe("the report in Markdown", () => {
  it("has the 40 best configurations, the baseline among them, each with its gain", () => {
    const results = readResults(gridStudy(3, 4, 3));
    const text = markdownOf(results);
    const rows = rowsOf(text);
    assert.equal(rows.length, 40);
    const best = results.variants.slice(0, 39).map(({ label }) => label);
    assert.deepEqual(
      rows.map(([label]) => label),
      [...best, results.baseline?.label],
    );
    for (const [, , , gain, finding] of rows.slice(0, -1)) {
      assert.match(gain ?? "", /^[+-]?\d+\.\d ±\d+\.\d$/);
      assert.match(finding ?? "", /^(better|worse|no evidence)$/);
    }
    assert.deepEqual(rows.at(-1)?.slice(3), ["baseline", "–"]);
    assert.match(text, /^68 more in `summary\.csv`\.$/m);
  });

  it("has no column for what a study does not have", () => {
    const results = readResults(studyOf([{ parameters: { "loss.type": "kd" }, outcomes: [0.5] }], { baseline: null }));
    assert.match(markdownOf(results), /^\| configuration \| seeds \| validation accuracy \(%\) \|$/m);
  });

  it("shows the test split's accuracy, and says it of the best", () => {
    const hard: Configuration = { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6, 0.7] };
    const kd: Configuration = { parameters: { "loss.type": "kd" }, outcomes: [0.7, 0.8, 0.91] };
    const study = withTest(studyOf([hard, kd]), ({ val_accuracy }) => val_accuracy - 0.1);
    const text = markdownOf(readResults(study));
    assert.match(text, /\| validation accuracy \(%\) \| to baseline \| test accuracy \(%\) \|/);
    assert.deepEqual(
      rowsOf(text).map(([label, , , , test]) => [label, test]),
      [
        ["kd", "70.3 ±26.1"],
        ["hard", "50.0 ±24.8"],
      ],
    );
    // the differences of the validation split: 0.2, 0.2, 0.21, as in the page's test
    assert.match(
      text,
      /^On the test split, which no choice looked at, its accuracy is 70\.3 ±26\.1 % \(95 % t interval\): \+20\.3 points \(95 % interval \+18\.9 to \+21\.8\) against the baseline\.$/m,
    );
    assert.doesNotMatch(markdownOf(readResults(typicalStudy())), /test split/);
  });
});

describe("the table of configurations", () => {
  it("keeps the baseline in every form, however long", () => {
    const weak: Configuration = { parameters: { "loss.type": "hard" }, outcomes: [0.1] };
    const many = Array.from({ length: 520 }, (_, index): Configuration => {
      const parameters = { "loss.type": "kd", "loss.temperature": index + 1 };
      return { parameters, outcomes: around(0.7, String(index), 1) };
    });
    const results = readResults(studyOf([weak, ...many]));
    const { rows, omitted } = configurationTable(results, 500);
    assert.equal(rows.length, 500);
    assert.equal(omitted, 21);
    assert.equal(rows.at(-1)?.variant, results.baseline);
    const html = page(results, [], analyse(results), null);
    assert.match(html, /500 of 521 configurations: the best, and the baseline \(all in summary\.csv\)<\/caption>/);
    assert.match(html, /<td class="number" data-value="0">baseline<\/td>/);
  });
});
