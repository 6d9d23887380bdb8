import assert from "node:assert/strict";
import { multiplyAdditions } from "../../src/models/cost.js";
import { students } from "../../src/models/registry.js";

describe("multiplyAdditions", () => {
  it("counts the shallow student at 224 px", () => {
    const layers = students.get("shallow").layers(5, {});
    // conv 222² x 27 x 64, pool to 55, conv 53² x 576 x 128, dense 128 x 512 and 512 x 5
    assert.equal(multiplyAdditions(layers, 224), 222 ** 2 * 27 * 64 + 53 ** 2 * 576 * 128 + 128 * 512 + 512 * 5);
  });

  it("keeps the side under same padding", () => {
    assert.equal(
      multiplyAdditions(
        [
          { kind: "conv", filters: 4, kernel: 3, padding: "same", activation: "relu" },
          { kind: "maxPool", size: 3 },
          { kind: "conv", filters: 2, kernel: 1, padding: "valid", activation: "none" },
        ],
        10,
      ),
      100 * 27 * 4 + 9 * 4 * 2,
    );
  });
});
