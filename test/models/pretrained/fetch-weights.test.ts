import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

  it("asks nobody where one of them is there", async () => {
    await mkdir(join(cache, "weights"));
    await writeFile(join(cache, "weights", "second.h5"), "a copy");
    await fetchWeights(candidates(md5), cache, { signal });
    assert.equal(server.ranges.length, 0);
  });

  it("takes no file of another hash than the published one", async () => {
    const wrong = "0".repeat(32);
    await assert.rejects(fetchWeights(candidates(wrong), cache, { signal }), /md5|hash/);
    assert.equal(existsSync(join(cache, "weights", "first.h5")), false);
  });
});
