import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mobileNets } from "../../../src/models/pretrained/backbones.js";
import { fetchWeights, teacherWeights, type OfficialWeights } from "../../../src/models/pretrained/weight-files.js";
import { LocalServer, serve } from "../../download/server.js";

const content = Buffer.from("weights, as far as a download is concerned");
const md5 = createHash("md5").update(content).digest("hex");
const signal = new AbortController().signal;

describe("fetchWeights", () => {
  let cache = "";
  let server: LocalServer;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "kd-sweep-weights-"));
    server = new LocalServer();
    server.answers = [serve(content)];
    await server.start();
  });
  afterEach(async () => {
    await server.stop();
    await rm(cache, { recursive: true });
  });

  function candidates(hash: string | null): OfficialWeights[] {
    return ["first.h5", "second.h5"].map((fileName) => ({ fileName, url: server.url, md5: hash }));
  }

  it("downloads the first official file to where a teacher without a named one looks for it", async () => {
    await fetchWeights(candidates(md5), cache, { signal });
    const found = await teacherWeights({ weights: null }, candidates(md5), cache);
    assert.equal(found, join(cache, "weights", "first.h5"));
    assert.ok((await readFile(found)).equals(content));
  });

  it("asks nobody where that one is there", async () => {
    await mkdir(join(cache, "weights"));
    await writeFile(join(cache, "weights", "first.h5"), "a copy");
    await fetchWeights(candidates(md5), cache, { signal });
    assert.equal(server.ranges.length, 0);
  });

  it("takes no other official file that the cache holds by chance", async () => {
    await mkdir(join(cache, "weights"));
    await writeFile(join(cache, "weights", "second.h5"), "for another image size");
    await assert.rejects(teacherWeights({ weights: null }, candidates(md5), cache), /not there/);
    await fetchWeights(candidates(md5), cache, { signal });
    assert.equal(await teacherWeights({ weights: null }, candidates(md5), cache), join(cache, "weights", "first.h5"));
    // A folder that is named is the user's choice.
    await rm(join(cache, "weights", "first.h5"));
    const named = { weights: join(cache, "weights") };
    assert.equal(await teacherWeights(named, candidates(md5), cache), join(cache, "weights", "second.h5"));
  });

  it("is of 224 px for the widths above 1, of which Keras has no other", () => {
    const namesAt = (name: string, imageSize: number): string[] => {
      const backbone = mobileNets.find((each) => each.name === name);
      return (backbone?.officialWeights(imageSize) ?? []).map(
        ({ fileName }) => /[\d.]+_\d+(?=_no_top)/.exec(fileName)?.[0] ?? "",
      );
    };
    assert.deepEqual(namesAt("mobilenet_v2_1.0", 128), ["1.0_128", "1.0_224"]);
    for (const size of [96, 128, 160, 192, 224]) {
      assert.deepEqual(namesAt("mobilenet_v2_1.3", size), ["1.3_224"]);
      assert.deepEqual(namesAt("mobilenet_v2_1.4", size), ["1.4_224"]);
    }
  });

  it("takes no file of another hash than the published one", async () => {
    const wrong = "0".repeat(32);
    await assert.rejects(fetchWeights(candidates(wrong), cache, { signal }), /md5|hash/);
    assert.equal(existsSync(join(cache, "weights", "first.h5")), false);
  });
});
