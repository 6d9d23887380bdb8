import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { onPackagedCanvas } from "../../../src/report/drawing/canvas.js";

describe("the canvas that charts are drawn on", () => {
  const { resolve } = createRequire(import.meta.url);

  it("is the packaged one while a painter is made, and only then", () => {
    const before = resolve("canvas");
    const packaged = resolve("@napi-rs/canvas");
    assert.notEqual(before, packaged);
    const found: string[] = [];
    assert.throws(
      () =>
        onPackagedCanvas(() => {
          found.push(resolve("canvas"), resolve("chart.js"));
          throw new Error("no painter");
        }),
      /no painter/,
    );
    assert.deepEqual(found, [packaged, resolve("chart.js")]);
    assert.equal(resolve("canvas"), before);
  });
});
