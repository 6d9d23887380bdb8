import assert from "node:assert/strict";
import { drawDots } from "../../../src/report/drawing/dots.js";
import { drawLines } from "../../../src/report/drawing/lines.js";
import type { Reference } from "../../../src/report/drawing/references.js";

const references = (count: number): Reference[] =>
  Array.from({ length: count }, (_, index) => ({
    label: `teacher mobilenet_v2_1.0 labelledFraction=0.${index} (57.6 %)`,
    value: 60,
    kind: "teacher",
  }));

describe("a long legend", () => {
  it("makes a picture higher by each of its rows, not the chart in it lower", () => {
    const dots = (count: number): number =>
      drawDots({
        title: "",
        subtitle: [],
        rows: [{ label: "hard", isBaseline: false }],
        series: [],
        x: { title: "" },
        references: references(count),
      }).height;
    const lines = (count: number): number =>
      drawLines({
        title: "",
        subtitle: [],
        x: { title: "", whole: true },
        y: { title: "" },
        spread: "band",
        lines: [],
        references: references(count),
      }).height;
    for (const height of [dots, lines]) {
      assert.equal(height(1), height(0));
      assert.ok(height(2) > height(1));
      assert.equal(height(4) - height(3), height(2) - height(1));
    }
  });
});
