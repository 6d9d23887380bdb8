import assert from "node:assert/strict";
import fc from "fast-check";
import { kd } from "../../src/losses/kd.js";
import { kdCe } from "../../src/losses/kd_ce.js";
import { kdMse } from "../../src/losses/kd_mse.js";
import { losses } from "../../src/losses/registry.js";

describe("settings of the losses", () => {
  it("default to the article's weights and to Hinton's τ²", () => {
    const { temperature, temperatureScaling, alpha, beta } = kdCe.settings.parse({});
    assert.deepEqual([temperature, temperatureScaling, alpha, beta], [5, "soft", 0.9, 0.1]);
    assert.deepEqual(kd.settings.parse({}).temperature, temperature);
    assert.deepEqual(kd.settings.parse({}).temperatureScaling, temperatureScaling);
  });

  for (const [type, settings] of [
    ["kd", { temperature: 0 }],
    ["kd", { temperature: -1 }],
    ["kd", { temperature: Infinity }],
    ["kd", { temperatureScaling: "hard" }],
    ["kd_ce", { alpha: -0.1 }],
    ["kd_ce", { alpha: 0, beta: 0 }],
    ["kd_mse", { alpha: 1.1 }],
  ] as const) {
    it(`refuse ${type} with ${JSON.stringify(settings)}`, () => {
      assert.equal(losses.get(type).settings.safeParse(settings).success, false);
    });
  }

  it("describe every setting", () => {
    for (const loss of losses) {
      for (const [key, schema] of Object.entries(loss.settings.shape)) {
        assert.ok((schema as { description?: string }).description, `${loss.name}.${key}`);
      }
    }
  });

  it("take weights of the same share for the same work, to the last bit", () => {
    const shareOf = (alpha: number, beta: number): unknown =>
      kdCe.canonical!(kdCe.settings.parse({ alpha, beta })).share;
    assert.equal(shareOf(0.1, 0.1), 0.5);
    assert.equal(shareOf(0.9, 0.1), shareOf(9, 1));
    assert.notEqual(shareOf(0.9, 0.1), shareOf(0.91, 0.1));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 99 }), (thousandths, factor) => {
        const alpha = thousandths / 1000;
        assert.equal(shareOf(alpha * factor, (1 - alpha) * factor), shareOf(thousandths, 1000 - thousandths));
      }),
    );
  });

  it("take choices of τ² that change nothing for the same work", () => {
    const soft = kd.canonical!({ temperature: 5, temperatureScaling: "soft" });
    assert.deepEqual(kd.canonical!({ temperature: 5, temperatureScaling: "whole" }), soft);
    assert.notDeepEqual(kd.canonical!({ temperature: 5, temperatureScaling: "none" }), soft);
    const canonicals = (["none", "soft", "whole"] as const).map((temperatureScaling) => [
      kd.canonical!({ temperature: 1, temperatureScaling }),
      kdCe.canonical!({ temperature: 1, temperatureScaling, alpha: 0.9, beta: 0.1 }),
      kdMse.canonical!({ temperature: 1, temperatureScaling, alpha: 0.5 }),
    ]);
    assert.deepEqual(canonicals[1], canonicals[0]);
    assert.deepEqual(canonicals[2], canonicals[0]);
  });
});
