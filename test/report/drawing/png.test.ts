import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCanvas, loadImage, type Image } from "@napi-rs/canvas";
import { pictureWidth } from "../../../src/report/drawing/chart.js";
import { encodePng } from "../../../src/report/drawing/encode.js";
import { png } from "../../../src/report/drawing/png.js";
import { makeFigures } from "../../../src/report/figures/all.js";
import { readResults } from "../../../src/report/results.js";
import { typicalStudy, withLogits } from "../study.js";

/** From `dist/test/report/drawing` to the sources' folder; `UPDATE_REFERENCES=1` draws the pictures anew. */
const references = fileURLToPath(new URL("../../../../test/report/drawing/references", import.meta.url));
const smallWidth = 400;

function pixels(image: Image, width: number): Uint8ClampedArray {
  const height = Math.round((image.height * width) / image.width);
  const canvas = createCanvas(width, height);
  canvas.getContext("2d").drawImage(image, 0, 0, width, height);
  return canvas.getContext("2d").getImageData(0, 0, width, height).data;
}

function shrunk(image: Image): Uint8Array {
  const canvas = createCanvas(smallWidth, Math.round((image.height * smallWidth) / image.width));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toBuffer("image/png");
}

describe("charts as PNG", () => {
  const made = new Map(makeFigures(readResults(withLogits(typicalStudy()))).map((figure) => [figure.name, figure]));

  for (const name of [
    "final",
    "loss-type",
    "temperature",
    "curves-validation-accuracy",
    "confusion",
    "calibration",
    "soft-labels",
  ]) {
    it(`draws ${name} as its reference shows it`, async () => {
      const { drawing } = made.get(name)!;
      const image = await loadImage(Buffer.from(png(drawing)));
      assert.equal(image.width, 2 * pictureWidth);
      assert.equal(image.height, 2 * drawing.height);
      const path = join(references, `${name}.png`);
      if (process.env.UPDATE_REFERENCES === "1") {
        mkdirSync(references, { recursive: true });
        writeFileSync(path, shrunk(image));
      }
      assert.ok(existsSync(path), `no reference ${path}: draw it with UPDATE_REFERENCES=1 and look at it`);
      const expected = pixels(await loadImage(readFileSync(path)), smallWidth);
      const actual = pixels(image, smallWidth);
      assert.equal(actual.length, expected.length);
      let far = 0;
      for (let index = 0; index < actual.length; index++) if (Math.abs(actual[index]! - expected[index]!) > 64) far++;
      assert.ok(far / actual.length < 0.005, `${far} of ${actual.length} values differ`);
    });
  }

  it("gives the same bytes each time, and leaves the chart as it was", () => {
    const { drawing } = made.get("augmentation")!;
    const before = JSON.stringify(drawing);
    const first = png(drawing);
    assert.notEqual(made.get("final")!.drawing.height, drawing.height);
    png(made.get("final")!.drawing);
    assert.deepEqual(png(drawing), first, "after a picture of another height too");
    assert.equal(JSON.stringify(drawing), before);
  });

  it("is as wide as it is asked to be", async () => {
    const image = await loadImage(Buffer.from(png(made.get("augmentation")!.drawing, 1)));
    assert.equal(image.width, pictureWidth);
  });

  it("encodes pixels so that a decoder gives them back", async () => {
    const [width, height] = [7, 5];
    const colours = Uint8Array.from({ length: width * height * 4 }, (_, index) =>
      index % 4 === 3 ? 255 : (index * 37) % 256,
    );
    const image = await loadImage(encodePng(colours, width, height));
    const canvas = createCanvas(width, height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    assert.deepEqual([...canvas.getContext("2d").getImageData(0, 0, width, height).data], [...colours]);
    assert.throws(() => encodePng(colours, width, height + 1), RangeError);
  });

  it("draws Greek letters, by the shipped font", () => {
    const { drawing } = made.get("augmentation")!;
    const withTitle = (text: string): Uint8Array => {
      const copy = structuredClone(drawing) as { chart: { options: { plugins: { title: { text: string } } } } };
      copy.chart.options.plugins.title.text = text;
      return png(copy as unknown as typeof drawing);
    };
    const pictures = ["τ", "α", "β"].map((letter) => Buffer.from(withTitle(letter)).toString("base64"));
    assert.equal(new Set(pictures).size, 3);
  });
});
