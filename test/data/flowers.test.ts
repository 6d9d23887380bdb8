import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { imageFolder } from "../../src/data/image_folder/image_folder.js";

const data = process.env.KD_SWEEP_TEST_DATA ?? resolve("../shared/data");
const path = join(data, "flower_photos_240");

describe("image_folder on the 3,670 photos of TF Flowers (skipped where flower_photos_240 is not in KD_SWEEP_TEST_DATA)", () => {
  before(function () {
    if (!existsSync(path)) this.skip();
  });

  it("reads them, splits 85 to 15 and names the photo that is in two classes", async () => {
    const cache = await mkdtemp(join(tmpdir(), "kd-sweep-flowers-"));
    try {
      const settings = imageFolder.settings.parse({ path, imageSize: 16 });
      const fingerprint = await imageFolder.fingerprint(settings, cache);
      assert.equal(await imageFolder.fingerprint(settings, cache), fingerprint);
      const { info } = await imageFolder.make(settings, fingerprint, cache);
      assert.deepEqual(info.classNames, ["daisy", "dandelion", "roses", "sunflowers", "tulips"]);
      // 633, 898, 641, 699 and 799 photos, one each of the roses and the tulips left out.
      const counts = info.classNames.map((_, label) => info.labels.filter((other) => other === label).length);
      assert.deepEqual(counts, [633, 898, 640, 699, 798]);
      assert.equal(info.trainCount, 3118); // round(0.85 * 3668)
      const photo = "15922772266_1167a06620.jpg";
      assert.deepEqual(
        info.skipped.map(({ source }) => source),
        [`roses/${photo}`, `tulips/${photo}`],
      );
    } finally {
      await rm(cache, { recursive: true });
    }
  });
});
