import assert from "node:assert/strict";
import { registries } from "../../src/settings/registries.js";
import { resolve } from "../../src/settings/resolve.js";
import { parseSweep } from "../../src/sweep/parse.js";
import { formatIssue } from "../../src/trial/issue.js";
import type { Value } from "../../src/trial/value.js";

describe("settings: early stopping during a loss's warm-up", () => {
  const issues = (flat: Record<string, Value>): string[] => {
    const result = resolve(flat, registries);
    return result.ok ? [] : result.issues.map(formatIssue);
  };

  it("is refused by the validation loss, which grows by the warm-up itself", () => {
    for (const type of ["dkd", "rld"]) {
      const stopped = { "loss.type": type, "loss.warmup": 3, "training.patience": 2 };
      assert.deepEqual(issues(stopped), [
        "training.monitor: expected val_accuracy where loss.warmup is 3 and training.patience is given, found val_loss " +
          "(during the warm-up val_loss grows with the weight of the teacher's term, and the first epoch is best)",
      ]);
      assert.deepEqual(issues({ ...stopped, "training.monitor": "val_accuracy" }), []);
      assert.deepEqual(issues({ ...stopped, "loss.warmup": 1 }), []);
      assert.deepEqual(issues({ ...stopped, "training.patience": null }), []);
    }
    assert.deepEqual(issues({ "loss.type": "kd", "training.patience": 2 }), []);
  });

  it("is refused of a sweep that reaches it by one value", () => {
    const result = parseSweep(
      "seeds: 1\ntraining: { patience: 2 }\nparameters:\n  loss.type: { values: [kd, dkd] }\n" +
        "  loss.warmup: { values: [1, 4], when: { loss.type: dkd } }\n",
      "s.yaml",
      [],
      { workingFolder: "/w" },
    );
    assert.ok(!result.ok);
    assert.match(
      result.issues.map(formatIssue).join("\n"),
      /^s\.yaml:4 training\.monitor: expected val_accuracy .* is 4 [^\n]*$/,
    );
  });
});
