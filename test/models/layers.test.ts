import assert from "node:assert/strict";
import { ownLayers } from "../../src/models/layers.js";
import { countParameters, parameterTensors } from "../../src/models/network.js";
import { shallow } from "../../src/models/shallow.js";

function settings(layers: string): Parameters<typeof ownLayers.layers>[1] {
  return ownLayers.settings.parse({ layers });
}

/** What a text is refused with. */
function refusal(layers: string): string | undefined {
  return ownLayers.settings.safeParse({ layers }).error?.issues[0]?.message;
}

describe("student.layers", () => {
  it("can say the article's shallow student", () => {
    const own = ownLayers.layers(5, settings("conv 64, max_pool 4, conv 128, dense 512"));
    assert.deepEqual(own, shallow.layers(5, { dropout: 0 }));
    assert.equal(countParameters(parameterTensors(own)), 144_261);
    assert.equal(ownLayers.minimumImageSize(settings("conv 64, max_pool 4, conv 128")), 14);
  });

  it("takes kernels, padding, and no dense layer at all", () => {
    assert.deepEqual(ownLayers.layers(2, settings("conv 8 5 same,conv 4 1")), [
      { kind: "conv", filters: 8, kernel: 5, padding: "same", activation: "relu" },
      { kind: "conv", filters: 4, kernel: 1, padding: "valid", activation: "relu" },
      { kind: "globalAveragePool" },
      { kind: "dense", units: 2, activation: "none" },
    ]);
  });

  it("is one work however it is spelt", () => {
    const identity = (text: string): unknown => ownLayers.canonical?.(settings(text));
    assert.deepEqual(identity("conv 8,max_pool 2"), identity(" conv  8 3 , max_pool 2"));
    assert.notDeepEqual(identity("conv 8"), identity("conv 8 same"));
  });

  for (const [text, expected] of [
    ["", "as layer 1 conv, max_pool or dense, as in"],
    ["conv 8, pool 2", "as layer 2 conv, max_pool or dense, as in"],
    ["dense 8", "as layer 1 conv"],
    ["conv 8, dense 4, conv 8", "as layer 3 dense, after a dense layer"],
    ["conv", "as layer 1 conv FILTERS [KERNEL] [same]"],
    ["conv 0", "as layer 1 conv FILTERS"],
    ["conv 8 3 3", "as layer 1 conv FILTERS"],
    ["conv 1e9", "as layer 1 conv FILTERS"],
    ["conv 8, max_pool 1", "as layer 2 max_pool SIZE, SIZE of 2 to 16"],
    ["conv 8, max_pool 2 same", "as layer 2 max_pool SIZE"],
    ["conv 8, dense", "as layer 2 dense UNITS"],
    [Array(51).fill("conv 8").join(","), "at most 50 layers"],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.ok(refusal(text)?.startsWith(expected), refusal(text));
    });
  }
});
