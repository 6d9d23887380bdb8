import assert from "node:assert/strict";
import { referenceLines, type Reference } from "../../../src/report/drawing/references.js";

describe("the lines across a chart", () => {
  it("are told apart in grey: several teachers and the baseline", () => {
    const teacher = (label: string): Reference => ({ label, value: 0.85, kind: "teacher" });
    const dashes = referenceLines(
      [
        { label: "hard", value: 0.7, kind: "baseline" },
        teacher("mobilenet_v2_1.0"),
        teacher("mobilenet_v2_0.35"),
        teacher("efficientnet_b0"),
      ],
      (x) => [{ x, y: 0 }],
    ).map(({ borderDash }) => borderDash?.join());
    assert.equal(new Set(dashes).size, 4);
  });
});
