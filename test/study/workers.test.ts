import assert from "node:assert/strict";
import { trialMemory, workersFor } from "../../src/study/workers.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { plan } from "../../src/sweep/plan.js";
import type { TrialSpec } from "../../src/trial/spec.js";
import { fingerprintsOf } from "../support/fingerprints.js";

function trialsOf(imageSize: number, batchSize: number, taught = "loss: { type: hard }"): TrialSpec[] {
  const text = `{ ${taught}, dataset: { imageSize: ${imageSize} }, training: { batchSize: ${batchSize} } }`;
  const sweep = parseSweep(text, "test.yaml");
  assert.ok(sweep.ok, JSON.stringify(sweep));
  return [...plan(sweep.value, fingerprintsOf())];
}

describe("the number of workers", () => {
  const GB = 1e9;

  it("is one per core where the memory allows", () => {
    const { workers, limitedByMemory } = workersFor(trialsOf(64, 64), 8, 32 * GB);
    assert.deepEqual([workers, limitedByMemory], [8, false]);
  });

  it("is what fits into the memory for large images and batches, of the largest trial, and never none", () => {
    const small = trialsOf(64, 64);
    const large = trialsOf(224, 64);
    assert.ok(trialMemory(large[0]!.settings) > 5 * trialMemory(small[0]!.settings));
    const { workers, limitedByMemory, trialBytes } = workersFor([...small, ...large], 8, 32 * GB);
    assert.deepEqual([workers, limitedByMemory], [3, true]);
    assert.equal(trialBytes, trialMemory(large[0]!.settings));
    assert.deepEqual(workersFor(large, 8, GB).workers, 1);
  });

  it("minds the teacher's batches too, which are trained on the same threads", () => {
    const taught = trialsOf(224, 8, "loss: { type: kd }, teacher: { backbone: convnet_s, batchSize: 64 }");
    assert.equal(trialMemory(taught[0]!.settings), trialMemory(trialsOf(224, 64)[0]!.settings));
    const head = "{ backbone: mobilenet_v2_1.0, trainable: head, batchSize: 64 }";
    const untrained = trialsOf(224, 8, `loss: { type: kd }, teacher: ${head}`);
    assert.equal(trialMemory(untrained[0]!.settings), trialMemory(trialsOf(224, 8)[0]!.settings));
  });
});
