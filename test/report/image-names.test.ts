import assert from "node:assert/strict";
import { analyse } from "../../src/report/analysis.js";
import { page } from "../../src/report/html/page.js";
import { distinctions } from "../../src/report/image-names.js";
import { imagesTable, skippedTable } from "../../src/report/images-csv.js";
import { readResults } from "../../src/report/results.js";
import type { StudySnapshot } from "../../src/store/store.js";
import type { Settings, Value } from "../../src/trial/value.js";
import { studyOf, typicalStudy } from "./study.js";

type Given = Readonly<Record<string, Value>>;

function datasetOf(given: Given): Settings["dataset"] {
  return { name: "image_folder", imageSize: 64, trainFraction: 0.85, ...given };
}

function told(...given: readonly Given[]): (string | null)[] {
  return distinctions(given.map((own) => ({ dataset: datasetOf(own) })));
}

/** A study with a trial and an image array for each of these data sets. */
function studyWith(...given: readonly Given[]): StudySnapshot {
  const datasets = given.map(datasetOf);
  const study = studyOf(
    datasets.map((dataset, index) => ({
      parameters: { "loss.type": "hard", "dataset.path": `photos ${index}` },
      outcomes: [0.5],
      settings: { dataset },
    })),
  );
  const artifacts = study.artifacts.flatMap((record) => {
    const { details } = record;
    if (details.kind !== "images") return [];
    return datasets.map((dataset, index) => ({ ...record, key: `images ${index}`, details: { ...details, dataset } }));
  });
  return { ...study, artifacts };
}

describe("image arrays of one data set and size", () => {
  it("are told apart by the folder's last part", () => {
    assert.deepEqual(told({ path: "/home/a/roses" }, { path: "/home/a/tulips" }), ["roses", "tulips"]);
  });

  it("are told apart by the settings that differ where folders tell nothing", () => {
    assert.deepEqual(told({ seed: 1, images: 100 }, { seed: 2, images: 100 }), ["seed=1", "seed=2"]);
    assert.deepEqual(told({ path: "/a/photos", seed: 1 }, { path: "/b/photos", seed: 2 }), ["seed=1", "seed=2"]);
    assert.deepEqual(told({}, { stratified: true }), ["", "stratified=true"]);
    assert.deepEqual(told({ path: "/a/photos" }, { path: "/b/photos" }), ["#1", "#2"]);
  });

  it("are no matter where name or size differ", () => {
    assert.deepEqual(told({ path: "/a/roses" }, { path: "/a/tulips", imageSize: 96 }, { name: "flowers" }), [
      null,
      null,
      null,
    ]);
  });

  it("have a last column in the tables that tells them apart, and headings of their own", () => {
    const results = readResults(studyWith({ path: "/home/someone/roses" }, { path: "/home/someone/tulips" }));
    const [images, skipped] = [imagesTable(results), skippedTable(results)];
    assert.deepEqual(images.columns.slice(0, 6), ["dataset", "image_size", "class", "train", "validation", "test"]);
    assert.deepEqual(images.rows[0], ["image_folder", 64, "daisy", 170, 30, 0, "roses"]);
    assert.deepEqual(images.rows[5], ["image_folder", 64, "daisy", 170, 30, 0, "tulips"]);
    for (const { columns, rows } of [images, skipped]) {
      assert.equal(columns.at(-1), "distinction");
      assert.deepEqual([...new Set(rows.map((row) => row.at(-1)))], ["roses", "tulips"]);
    }
    const html = page(results, [], analyse(results), null);
    for (const folder of ["roses", "tulips"]) assert.ok(html.includes(`<h3>image_folder, 64 px, ${folder}</h3>`));
    assert.ok(!html.includes("someone"));
  });

  it("leave the tables as they are where there is one", () => {
    const results = readResults(typicalStudy());
    assert.equal(imagesTable(results).columns.at(-1), "test");
    assert.equal(skippedTable(results).columns.at(-1), "reason");
  });
});
