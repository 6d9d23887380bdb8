import assert from "node:assert/strict";
import { analyse } from "../../../src/report/analysis.js";
import { makeFigures } from "../../../src/report/figures/all.js";
import { page } from "../../../src/report/html/page.js";
import { summaryInWords } from "../../../src/report/words.js";
import { readResults } from "../../../src/report/results.js";
import type { StudySnapshot } from "../../../src/store/store.js";
import { studyOf, typicalStudy } from "../study.js";

function pageOf(snapshot: StudySnapshot): string {
  const results = readResults(snapshot);
  return page(results, makeFigures(results), analyse(results), null);
}

/** The page without its scripts and style sheet: what a person reads. */
function readable(html: string): string {
  return html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, "");
}

describe("the report page", () => {
  const html = pageOf(typicalStudy({ overrides: { "dataset.path": "/home/someone/photos", "training.epochs": 3 } }));

  it("needs nothing from elsewhere", () => {
    assert.doesNotMatch(readable(html), /\b(src|href)="(?!#)/);
    assert.doesNotMatch(html, /@import|url\(|sourceMappingURL/);
    assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  });

  it("says what is best and what the gain is, in words and with numbers", () => {
    const study = studyOf([
      { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6, 0.7] },
      { parameters: { "loss.type": "kd" }, outcomes: [0.7, 0.8, 0.91] },
      { parameters: { "loss.type": "mse" }, outcomes: ["failed", "waiting"] },
    ]);
    const words = summaryInWords(readResults(study)).join(" ");
    assert.match(words, /^Best by validation accuracy after the last epoch: kd, 80\.3 ±26\.1 % \(95 % t interval\)/);
    // differences 0.2, 0.2, 0.21: mean 0.2033, deviation 0.005774, half width 4.3027 * 0.005774 / sqrt(3) = 0.01434
    assert.match(
      words,
      /\+20\.3 points \(95 % interval \+18\.9 to \+21\.8\) against the baseline, hard\. The interval over seeds excludes zero\./,
    );
    assert.match(words, /6 of 8 trials complete, 1 failed, 1 waiting; 3 configurations\.$/);
  });

  it("does not call a difference shown that is not", () => {
    const study = studyOf([
      { parameters: { "loss.type": "hard" }, outcomes: [0.5, 0.6, 0.7] },
      { parameters: { "loss.type": "kd" }, outcomes: [0.7, 0.55, 0.7] },
    ]);
    assert.match(summaryInWords(readResults(study)).join(" "), /includes zero: these seeds do not show a difference/);
  });

  it("says that petals are synthetic, and of photos it does not", () => {
    assert.match(readable(html), /Synthetic data/);
    const study = typicalStudy();
    const artifacts = study.artifacts.map((record) =>
      record.details.kind === "images"
        ? { ...record, details: { ...record.details, dataset: { ...record.details.dataset, name: "image_folder" } } }
        : record,
    );
    assert.doesNotMatch(readable(pageOf({ ...study, artifacts })), /[Ss]ynthetic/);
  });

  it("names what failed and why, the skipped images, the class counts, the environment and the sweep file", () => {
    const text = readable(html);
    for (const part of [
      "non-finite",
      "the loss became NaN at epoch 3, batch 12",
      "rose/broken &#60;1&#62;.jpg",
      "not a JPEG, PNG or WebP file",
      "850 for training, 150 for validation",
      "Test processor, 2 cores",
      "# Test data\nname: test-data",
      "training.epochs=3",
    ]) {
      assert.ok(text.includes(part), part);
    }
  });

  it("holds no folder of a path but what the sweep file itself says", () => {
    assert.ok(!html.includes("someone"));
    assert.ok(readable(html).includes("dataset.path=photos"));
  });

  it("gives every chart a text and every table a caption", () => {
    const canvases = html.match(/<canvas [^>]*>/g) ?? [];
    assert.equal(canvases.length, makeFigures(readResults(typicalStudy())).length);
    for (const canvas of canvases) assert.match(canvas, /role="img" aria-label="[^"]{20,}"/);
    assert.equal(html.match(/<table/g)?.length, html.match(/<caption>[^<]+/g)?.length);
  });

  it("writes differences with their sign and one mark where there is no number", () => {
    const results = readResults(typicalStudy());
    const diagnosed = {
      label: "kd",
      accuracy: 0.7,
      teacher: "convnet",
      severalTeachers: false,
      teacherAccuracy: 0.9,
      agreement: 0.8,
      gain: { teacherRight: 0.9, onRight: 0.041, onWrong: -0.02 },
      sureness: null,
      gradients: null,
      slope: { perEpoch: 0.013, low: 0.004, epochs: 5 },
      warnings: [],
    };
    const text = page(results, [], { ...analyse(results), diagnosis: [diagnosed] }, null);
    const [, row] = /<tr><th scope="row">kd<\/th>(<td.*?80\.0.*?)<\/tr>/.exec(text) ?? [];
    assert.deepEqual(row?.match(/(?<=>)[^<]+/g), ["80.0", "+4.1", "-2.0", "–", "–", "–", "+1.3"]);
    assert.doesNotMatch(readable(html), /<td[^>]*>-?<\/td>/);
  });

  it("names what each table that scrolls shows, for who comes to it by the keyboard", () => {
    const regions = html.match(/<div class="wide"[^>]*>/g) ?? [];
    assert.ok(regions.length > 5);
    for (const region of regions) assert.match(region, /tabindex="0" role="region" aria-label="[^"]+"/);
  });

  it("lets no text of a user become markup or script", () => {
    const attack = `</script><script>alert(1)</script><!--<img src=x onerror="alert('2')">&amp;`;
    const study = studyOf(
      [
        { parameters: { "loss.type": attack, "student.type": "a" }, outcomes: [0.5, "failed"] },
        { parameters: { "loss.type": "kd", "student.type": attack }, outcomes: [0.6, 0.7] },
      ],
      { name: attack, sweepText: attack, overrides: { "loss.type": attack } },
    );
    const artifacts = study.artifacts.map((record) =>
      record.details.kind === "images"
        ? { ...record, details: { ...record.details, classNames: Array<string>(5).fill(attack) } }
        : record,
    );
    const trials = study.trials.map((trial) => ({
      ...trial,
      attempts: trial.attempts.map((attempt) => ({ ...attempt, message: attack })),
    }));
    const attacked = pageOf({ ...study, artifacts, trials });
    assert.doesNotMatch(attacked, /<script>alert|<img|<!--/);
    assert.equal(attacked.match(/<script/g)?.length, attacked.match(/<\/script>/g)?.length);
    const [, json] = /<script type="application\/json" id="charts">(.*?)<\/script>/.exec(attacked) ?? [];
    assert.ok((JSON.parse(json ?? "") as { name: string }[]).length > 0);
  });
});
