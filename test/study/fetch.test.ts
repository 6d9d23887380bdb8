import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetchInputs } from "../../src/study/fetch.js";
import { UserError } from "../../src/trial/issue.js";
import { fineTuned, images } from "../artifacts/specs.js";
import { temporaryFolder } from "../support/temporary.js";

describe("fetchInputs", () => {
  const folder = temporaryFolder();

  it("ends with exit code 3 where the cache cannot be written: no input is missing", async () => {
    const cache = join(folder.path, "cache");
    mkdirSync(cache);
    writeFileSync(join(cache, "weights"), "a file in the folder's place");
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    await assert.rejects(
      fetchInputs([], [{ teacher: fineTuned, dataset: images.dataset }], cache, options),
      (error) => error instanceof UserError && error.exitCode === 3 && error.message.includes("can be written"),
    );
  });
});
