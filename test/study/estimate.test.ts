import assert from "node:assert/strict";
import { estimate } from "../../src/study/estimate.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { plan } from "../../src/sweep/plan.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { fingerprintsOf } from "../support/fingerprints.js";

function trialsOf(text: string): TrialSpec[] {
  const sweep = parseSweep(text, "test.yaml");
  assert.ok(sweep.ok, JSON.stringify(sweep));
  return [...plan(sweep.value, fingerprintsOf())];
}

describe("the estimate of a study's time", () => {
  const trials = trialsOf("{ seeds: 4, loss: { type: hard }, dataset: { images: 100 }, training: { epochs: 5 } }");

  it("is shared by the workers, and grows with trials, epochs, images and network", () => {
    const seconds = estimate(trials, null, 1)!;
    assert.ok(Math.abs(estimate(trials, null, 2)! - seconds / 2) < 1e-9);
    assert.ok(Math.abs(estimate(trials.slice(0, 2), null, 1)! - seconds / 2) < 1e-9);
    const longer = trialsOf("{ seeds: 4, loss: { type: hard }, dataset: { images: 300 }, training: { epochs: 10 } }");
    assert.ok(Math.abs(estimate(longer, null, 1)! - seconds * 6) < 1e-9);
    const deeper = trialsOf(
      "{ seeds: 4, loss: { type: hard }, student: { type: deep }, dataset: { images: 100 }, training: { epochs: 5 } }",
    );
    assert.ok(estimate(deeper, null, 1)! > seconds);
  });

  it("leaves out the images without a label, where the loss is on labels alone", () => {
    const of = (loss: string, labelledFraction: number): number =>
      estimate(
        trialsOf(`{ loss: { type: ${loss} }, dataset: { images: 100, labelledFraction: ${labelledFraction} } }`),
        null,
        1,
      )!;
    // 3 · 0.85 of the training part in each epoch, 0.15 to validate.
    assert.ok(Math.abs(of("hard", 0.1) / of("hard", 1) - (0.255 + 0.15) / (2.55 + 0.15)) < 1e-9);
    assert.equal(of("kd", 0.1), of("kd", 1));
  });

  it("counts no more workers than there are trials", () => {
    assert.equal(estimate(trials, null, 64), estimate(trials, null, 4));
  });

  it("says nothing of a folder that no run has read yet", () => {
    const folder = trialsOf("{ loss: { type: hard }, dataset: { name: image_folder, path: /photos } }");
    assert.equal(estimate(folder, null, 2), null);
  });

  it("takes the rate of the trials that have finished", () => {
    const [spec] = trials as [TrialSpec];
    const nominal = estimate([spec], null, 1)!;
    const snapshot = {
      trials: [{ spec, result: { seconds: 10 * nominal } }],
      artifacts: [],
    } as unknown as Parameters<typeof estimate>[1];
    assert.ok(Math.abs(estimate(trials, snapshot, 1)! - 40 * nominal) < 1e-9);
  });
});
