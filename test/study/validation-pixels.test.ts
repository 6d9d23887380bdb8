import assert from "node:assert/strict";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { ArtifactCache } from "../../src/artifacts/cache.js";
import { artifactKey } from "../../src/artifacts/key.js";
import { validationPixels } from "../../src/study/validation-pixels.js";
import { temporaryFolder } from "../support/temporary.js";
import { images } from "../artifacts/specs.js";

describe("validation images from the cache", () => {
  const root = temporaryFolder().path;
  const key = artifactKey(images);
  const size = 2;
  const bytes = size * size * 3;
  const info = {
    count: 6,
    size,
    classNames: ["a", "b"],
    labels: [0, 1, 0, 1, 0, 1],
    sources: [],
    trainCount: 3,
    validationCount: 2,
    skipped: [],
  };
  const data = Uint8Array.from({ length: 6 * bytes }, (_, place) => place);

  before(() => new ArtifactCache(root).ensure(images, () => Promise.resolve({ info, data })));

  it("are those after the training images, in the order asked for", async () => {
    const pixels = await validationPixels(root, key, [1, 0]);
    assert.deepEqual(
      pixels,
      [data.subarray(4 * bytes, 5 * bytes), data.subarray(3 * bytes, 4 * bytes)].map((each) => each.slice()),
    );
  });

  it("are none where the cache has no such array, or no such image", async () => {
    assert.equal(await validationPixels(root, "0".repeat(64), [0]), null);
    assert.equal(await validationPixels(root, `../${key}`, [0]), null);
    assert.equal(await validationPixels(root, key, [2]), null, "the test split is not shown");
  });

  it("are none where the array is cut short", async () => {
    truncateSync(join(root, "artifacts", "images", key, "data.bin"), 4 * bytes);
    assert.equal(await validationPixels(root, key, [0]), null);
  });
});
