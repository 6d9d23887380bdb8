import assert from "node:assert/strict";
import { referencesOf, type Reference } from "../../../src/report/drawing/lines.js";

describe("the lines across a chart", () => {
  it("are told apart in grey: several teachers and the baseline", () => {
    const teacher = (label: string): Reference => ({ label, value: 0.85, kind: "teacher" });
    const looks = referencesOf([
      { label: "hard", value: 0.7, kind: "baseline" },
      teacher("mobilenet_v2_1.0"),
      teacher("mobilenet_v2_0.35"),
      teacher("efficientnet_b0"),
    ]).map(([, { dash }]) => dash.join());
    assert.equal(new Set(looks).size, 4);
  });
});
