import assert from "node:assert/strict";
import { join } from "node:path";
import { registries } from "../../src/settings/registries.js";
import { planStudy, type PlannedStudy } from "../../src/study/plan.js";
import { recognizeFinished } from "../../src/study/recognize.js";
import { foreignPlan, standing } from "../../src/study/standing.js";
import { openStudy } from "../../src/store/sqlite.js";
import type { StoredPlan, TrialRecord, TrialState } from "../../src/store/store.js";
import { parseSweep } from "../../src/sweep/parse.js";
import type { TrialId } from "../../src/trial/spec.js";
import { temporaryFolder } from "../support/temporary.js";

const sweepText = `
name: mixed
seeds: 2
dataset: { imageSize: 16, path: photos }
loss: { type: hard }
parameters:
  dataset.name: { values: [petals, image_folder] }
baseline: { dataset.name: image_folder }
`;

describe("a plan whose inputs are missing", () => {
  const folder = temporaryFolder().path;
  const planAt = (where: string): Promise<PlannedStudy> => {
    const sweep = parseSweep(sweepText, join(folder, where, "sweep.yaml"));
    assert.ok(sweep.ok, JSON.stringify(sweep));
    return planStudy({ sweep: sweep.value, registries }, join(folder, "cache"));
  };
  const record = (plan: StoredPlan, index: number, id: TrialId): TrialRecord => ({
    spec: { ...plan.trials[index]!, id, configuration: "known" },
    state: "complete",
    attempts: [],
    epochs: [],
    result: null,
  });

  /** A study with these trials, whose plan before was `before`. */
  const beside = (states: ReadonlyMap<TrialId, TrialState>, before: StoredPlan): Parameters<typeof standing>[1] => ({
    states: () => states,
    allStates: () => states,
    snapshot: () => ({ plan: before, trials: [], artifacts: [], environments: [], validationLogits: () => undefined }),
  });

  it("has every trial, the baseline, and of those that wait what they wait for", async () => {
    const { plan, missing } = await planAt("");
    assert.deepEqual(
      plan.trials.map(({ settings, id }) => [settings.dataset.name, plan.waitsFor?.[id]]),
      [
        ["petals", undefined],
        ["image_folder", missing[0]],
        ["petals", undefined],
        ["image_folder", missing[0]],
      ],
    );
    assert.equal(missing.length, 1);
    assert.match(missing[0]!, /^dataset\.path: expected a folder .*, found nothing at .*photos/);
    assert.equal(plan.baseline, plan.trials[1]?.configuration);
    assert.deepEqual((await planAt("")).plan, plan, "the same plan each time");
  });

  it("stands beside a study with what runs and what waits told apart, the failed aside", async () => {
    const { plan } = await planAt("");
    const ids = plan.trials.map(({ id }) => id);
    const states = new Map<TrialId, TrialState>([
      [ids[0]!, "failed"],
      ["other", "complete"],
    ]);
    const now = standing(plan, beside(states, { ...plan, sweepText: "name: other" }));
    const idsOf = (trials: readonly { id: TrialId }[]): TrialId[] => trials.map(({ id }) => id);
    assert.deepEqual(idsOf(now.failed), [ids[0]]);
    assert.deepEqual(idsOf(now.unfinished), [ids[2]]);
    assert.deepEqual(idsOf(now.waiting), [ids[1], ids[3]]);
    assert.deepEqual([now.complete, now.unwanted, now.added], [0, 1, 3]);
    assert.match(foreignPlan(now, "study") ?? "", /as far as can be told without the inputs that are missing/);
    assert.equal(standing(plan, null).added, null);
  });

  it("is refused beside nothing but trials of another sweep, and not where the same one's inputs have changed", async () => {
    const { plan } = await planAt("");
    const refusal = (before: StoredPlan): string | null =>
      foreignPlan(standing(plan, beside(new Map([["earlier", "complete"]]), before)), "study");
    assert.equal(refusal(plan), null);
    assert.match(refusal({ ...plan, overrides: { "training.epochs": 9 } }) ?? "", /of another sweep \(1\).*--name/);
    assert.match(refusal({ ...plan, sweepText: `${plan.sweepText}# other` }) ?? "", /of another sweep \(1\)/);
  });

  it("knows what the study finished when they were there", async () => {
    const { plan } = await planAt("");
    const recognized = recognizeFinished(plan, [record(plan, 1, "finished")]);
    assert.deepEqual(
      recognized.trials.map(({ id }) => id),
      plan.trials.map(({ id }, index) => (index === 1 ? "finished" : id)),
    );
    assert.deepEqual(Object.keys(recognized.waitsFor ?? {}), [plan.trials[3]!.id]);
    assert.equal(recognized.baseline, "known");
    assert.equal(recognized.trials[3]?.configuration, "known", "its replicates stay one configuration");
    const otherSettings = { ...plan.trials[1]!.settings, training: { epochs: 99, batchSize: 1 } };
    const other = { ...record(plan, 1, "other"), spec: { ...record(plan, 1, "other").spec, settings: otherSettings } };
    assert.deepEqual(recognizeFinished(plan, [other]).trials, plan.trials);
  });

  it("leaves nothing of the trials that only waited in the study once the content is known", async () => {
    const store = openStudy(join(folder, "study"), { create: true });
    const { plan } = await planAt("");
    store.plan(plan);
    assert.equal(store.allStates().size, 4);
    store.plan({ ...plan, trials: plan.trials.filter(({ id }) => plan.waitsFor?.[id] === undefined), waitsFor: {} });
    assert.equal(store.allStates().size, 2);
    store.close();
  });
});
