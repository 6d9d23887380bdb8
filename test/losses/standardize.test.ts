import assert from "node:assert/strict";
import { kd } from "../../src/losses/kd.js";
import { kdCe } from "../../src/losses/kd_ce.js";
import { losses } from "../../src/losses/registry.js";
import { standardizable } from "../../src/losses/standardize.js";
import { identify } from "../../src/settings/identity.js";
import { registries } from "../../src/settings/registries.js";
import { resolve } from "../../src/settings/resolve.js";
import { loadTensorFlow } from "../../src/tensorflow/load.js";
import type { Ops } from "../../src/tensorflow/ops.js";
import { Registry } from "../../src/trial/component.js";
import { fingerprintsOf } from "../support/fingerprints.js";
import { termsOf } from "./compute.js";
import { batches } from "./golden/cases.js";

const batch = { ...batches.ordinary!, epoch: 1 };

describe("loss.standardize", () => {
  let tf: Ops;
  before(async () => {
    tf = await loadTensorFlow();
  });

  it("gives kd on logits of mean 0 and unbiased deviation 1, whatever the models' scales", () => {
    // Teacher's row (0, 1, 2): mean 1, deviation 1 over C - 1 = 2; the student's is ten times it and 5 more.
    const { teacher } = termsOf(
      tf,
      standardizable(kd),
      { ...kd.settings.parse({ temperature: 1 }), standardize: true },
      {
        student: [[5, 15, 25]],
        teacher: [[0, 1, 2]],
        labels: [[0, 0, 1]],
        epoch: 1,
      },
    );
    const [a, b, c] = [Math.exp(-1), 1, Math.exp(1)];
    const sum = a + b + c;
    const entropy = Math.log(sum) - (c * 1 + a * -1) / sum;
    assert.ok(Math.abs(teacher![0]! - entropy) < 1e-6 * entropy);
  });

  it("leaves the labels' cross-entropy on raw logits, and everything where it is false", () => {
    const loss = standardizable(kdCe);
    const plain = termsOf(tf, kdCe, kdCe.settings.parse({}), batch);
    assert.deepEqual(termsOf(tf, loss, loss.settings.parse({}), batch), plain);
    const standardized = termsOf(tf, loss, loss.settings.parse({ standardize: true }), batch);
    assert.deepEqual(standardized.labels, plain.labels);
    assert.notDeepEqual(standardized.teacher, plain.teacher);
  });

  it("changes no identity while it is off, and is another trial while it is on", () => {
    const without = { ...registries, loss: new Registry("loss", [kd, kdCe]) };
    const idOf = (flat: Record<string, string | number | boolean>, from: typeof registries): string => {
      const resolved = resolve({ "training.epochs": 1, ...flat }, from);
      assert.ok(resolved.ok, JSON.stringify(resolved));
      return identify(resolved.value.settings, 1, fingerprintsOf(), from).id;
    };
    for (const type of ["kd", "kd_ce"]) {
      for (const temperature of [1, 5]) {
        const flat = { "loss.type": type, "loss.temperature": temperature };
        const before = idOf(flat, without);
        assert.equal(idOf(flat, registries), before);
        assert.equal(idOf({ ...flat, "loss.standardize": false }, registries), before);
        assert.notEqual(idOf({ ...flat, "loss.standardize": true }, registries), before);
      }
    }
  });

  it("is no setting of a loss that takes no softmax of both models' logits, or its own deviation", () => {
    for (const name of ["hard", "mse", "kd_mse", "ce_mse", "norm_kd"]) {
      assert.ok(!("standardize" in losses.get(name).settings.shape), name);
    }
  });
});
