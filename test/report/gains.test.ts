import assert from "node:assert/strict";
import { gainsOf } from "../../src/report/gains.js";
import { readResults } from "../../src/report/results.js";
import { summaryInWords } from "../../src/report/words.js";
import { noise, studyOf, type Configuration } from "./study.js";

const seeds = [0.6, 0.62, 0.61];
const kd = (temperature: number, differences: readonly number[]): Configuration => ({
  parameters: { "loss.type": "kd", "loss.temperature": temperature },
  outcomes: seeds.map((accuracy, index) => accuracy + differences[index]!),
});

describe("the gains over the baseline", () => {
  // t = 0.2 * sqrt(3) / 0.0098 = 35.3, p = 0.0008: below 0.05 were it one of 40, above it as one of 100.
  const best = kd(1, [0.2, 0.2098, 0.1902]);
  const chance = Array.from({ length: 99 }, (_, index) =>
    kd(
      index + 2,
      [1, 2, 3].map((seed) => noise(index, seed) / 10 - 0.05),
    ),
  );
  const results = readResults(studyOf([{ parameters: { "loss.type": "hard" }, outcomes: seeds }, best, ...chance]));
  const { shown, tested } = gainsOf(results);

  it("are corrected for all that were tested, not only for the best of them", () => {
    assert.equal(tested, 100);
    assert.ok(shown.length <= 40);
    const { seeds: test, finding } = shown[0]!.evidence;
    assert.ok(Math.abs(test!.p - 0.0008) < 1e-5);
    assert.ok(Math.abs(test!.corrected - 100 * test!.p) < 1e-12);
    assert.equal(finding, "no evidence");
  });

  it("are told with the number that was tested", () => {
    assert.match(
      summaryInWords(results, { shown, tested }).join("\n"),
      /^100 configurations were tested against the baseline, hard .*: of the best \d+ none differs significantly\.$/m,
    );
  });
});
