import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { surveyImages } from "../../src/data/image_folder/survey.js";
import { formatIssue, MissingInputError, UserError } from "../../src/trial/issue.js";
import { temporaryFolder } from "../support/temporary.js";

describe("a look at a folder of photos", () => {
  const root = temporaryFolder().path;
  let folders = 0;
  const newFolder = (): string => join(root, `${++folders}`);

  async function picture(path: string, width = 60, height = 40): Promise<string> {
    mkdirSync(dirname(path), { recursive: true });
    const create = { width, height, channels: 3 as const, background: "teal" };
    await sharp({ create }).png().toFile(path);
    return path;
  }

  async function refusal(folder: string): Promise<string> {
    try {
      await surveyImages(folder, "photos");
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
      return [error.message, ...error.issues.map(formatIssue)].join("\n");
    }
    return assert.fail("it was accepted");
  }

  it("counts classes, sizes, broken files and what is passed over", async () => {
    const folder = newFolder();
    for (const [name, width, height] of [
      ["cats/1.png", 60, 40],
      ["cats/2.png", 30, 90],
      ["dogs/1.png", 200, 100],
    ] as const) {
      await picture(join(folder, name), width, height);
    }
    copyFileSync(join(folder, "dogs/1.png"), join(folder, "dogs/cut.png"));
    truncateSync(join(folder, "dogs/cut.png"), 70);
    writeFileSync(join(folder, "dogs/page.jpg"), "<svg/>");
    writeFileSync(join(folder, "dogs/notes.txt"), "");
    writeFileSync(join(folder, "labels.csv"), "");
    await picture(join(folder, "loose.png"));
    const survey = await surveyImages(folder, "photos");
    assert.deepEqual(survey.classes, [
      { name: "cats", images: 2 },
      { name: "dogs", images: 3 },
    ]);
    assert.deepEqual([survey.images, survey.decoded, survey.outside, survey.passedOver], [5, 5, 1, 2]);
    assert.deepEqual(survey.shortSide, { least: 30, median: 40, greatest: 100 });
    assert.deepEqual(
      survey.broken.map(({ source }) => source),
      ["dogs/cut.png", "dogs/page.jpg"],
    );
  });

  it("decodes a sample of many, spread over all classes", async () => {
    const folder = newFolder();
    const one = await picture(join(folder, "a/0.png"));
    mkdirSync(join(folder, "b"));
    for (let i = 1; i < 900; i++) copyFileSync(one, join(folder, `a/${i}.png`));
    copyFileSync(one, join(folder, "b/0.png"));
    const survey = await surveyImages(folder, "photos");
    assert.equal(survey.images, 901);
    assert.ok(survey.decoded >= 490 && survey.decoded <= 510, `${survey.decoded}`);
    assert.deepEqual(survey.classes.at(-1), { name: "b", images: 1 });
  });

  it("says how photos are to lie where there are no class folders, or one alone", async () => {
    const folder = newFolder();
    await picture(join(folder, "1.png"));
    await picture(join(folder, "2.png"));
    const none = await refusal(folder);
    assert.match(none, /^photos: .*found none and 2 images that lie in no class's folder; .*cats\/1\.jpg/);
    await picture(join(folder, "cats/1.png"));
    assert.match(await refusal(folder), /found only "cats"/);
  });

  it("tells where the classes seem to be a folder deeper", async () => {
    const folder = newFolder();
    for (const name of ["train/cats/1.png", "train/dogs/1.png", "val/cats/1.png"]) await picture(join(folder, name));
    assert.match(await refusal(folder), /"train", "val"; "train" holds folders: if those are the classes, name it/);
  });

  it("refuses a class without an image that can be used, with the reason of one", async () => {
    const folder = newFolder();
    await picture(join(folder, "cats/1.png"));
    mkdirSync(join(folder, "dogs"));
    writeFileSync(join(folder, "dogs/1.jpg"), "no image");
    assert.match(await refusal(folder), /none to use in "dogs"; dogs\/1\.jpg: expected JPEG, PNG or WebP/);
  });

  it("names what is no folder", async () => {
    const file = await picture(join(newFolder(), "a.png"));
    assert.match(await refusal(file), /photos: expected a folder .*found a file at/);
    await assert.rejects(surveyImages(join(root, "nowhere"), "photos"), MissingInputError);
  });
});
