import assert from "node:assert/strict";
import { layOut } from "../../src/report/text-table.js";

describe("a table for a terminal", () => {
  const table = (...names: string[]) => ({
    columns: ["configuration", "mean"],
    rows: names.map((name) => [name, "1"]),
  });
  const firsts = (lines: readonly string[]): string[] => lines.slice(1).map((line) => line.split(/ {2,}/)[0]!);

  it("cuts long names at their end", () => {
    assert.deepEqual(firsts(layOut(table("hard labels alone", "soft labels alone"), 18)), [
      "hard labels…",
      "soft labels…",
    ]);
  });

  it("cuts them at their start where they would look alike, each line as wide as before", () => {
    const lines = layOut(table("teacher=mobilenet_v2_1.0", "teacher=mobilenet_v2_0.35", "hard"), 24);
    assert.deepEqual(firsts(lines), ["…=mobilenet_v2_1.0", "…mobilenet_v2_0.35", "hard"]);
    for (const line of lines) assert.ok(line.length <= 24, line);
  });

  it("gives long names a line of their own where that is asked for", () => {
    assert.deepEqual(layOut(table("hard", "teacher=mobilenet_v2_0.35"), 20, "own line"), [
      "configuration   mean",
      "hard               1",
      "teacher=mobilenet_v…",
      "                   1",
    ]);
    assert.deepEqual(layOut(table("no augmentation"), 15, "own line"), [
      "configuration",
      "           mean",
      "no augmentation",
      "              1",
    ]);
  });
});
