import assert from "node:assert/strict";
import { identify } from "../../src/settings/identity.js";
import { resolve } from "../../src/settings/resolve.js";
import type { Value } from "../../src/trial/value.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { smallRegistries, withComponent } from "./small-registries.js";

function idOf(flat: Record<string, Value>, registries?: typeof smallRegistries): string {
  const resolved = resolve(flat, registries);
  assert.ok(resolved.ok, JSON.stringify(resolved));
  return identify(resolved.value.settings, 1, fingerprintsOf(), registries).id;
}

describe("settings: ids of trials that people have", () => {
  // As the first version gave them. A change here trains every stored trial again: it needs a reason.
  const kept: readonly (readonly [string, Record<string, Value>])[] = [
    ["ddca70d38d97dea2", {}],
    ["83c4864b98786fe3", { "loss.type": "hard", "optimizer.learningRate": 0.001 }],
    ["339c1fdf88f6c284", { "loss.type": "kd", "loss.temperature": 1, "augmentation.type": "flip_crop" }],
    ["db60ef2872aa5c5c", { "loss.type": "dkd", "student.type": "deep", "training.epochs": 3, "teacher.seed": 2 }],
  ];
  for (const [id, flat] of kept) {
    it(`stay for ${JSON.stringify(flat)}`, () => {
      assert.equal(idOf(flat), id);
    });
  }

  it("stay where settings that came later stand at their defaults", () => {
    const later = {
      "schedule.type": "constant",
      "schedule.warmUpEpochs": 0,
      "training.clipNorm": null,
      "training.mixup": 0,
      "training.patience": null,
      "training.monitor": "val_accuracy",
      "student.dropout": 0,
      "loss.labelSmoothing": 0,
    };
    assert.equal(idOf(later), "ddca70d38d97dea2");
  });

  it("are others where such a setting stands at anything else", () => {
    const others: Record<string, Value>[] = [
      { "schedule.type": "cosine" },
      { "schedule.type": "step" },
      { "schedule.warmUpEpochs": 1 },
      { "training.clipNorm": 1 },
      { "training.mixup": 0.2 },
      { "training.patience": 2 },
      { "training.patience": 2, "training.monitor": "val_accuracy" },
      { "student.dropout": 0.5 },
      { "loss.labelSmoothing": 0.1 },
    ];
    assert.equal(new Set([{}, ...others].map((flat) => idOf(flat))).size, others.length + 1);
  });

  it("change where the default of a group that came later is revised", () => {
    const steady = smallRegistries.schedule.get("steady");
    const revised = withComponent("schedule", { ...steady, revision: 2 });
    assert.notEqual(idOf({}, revised), idOf({}, smallRegistries));
  });
});
